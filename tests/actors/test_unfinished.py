from pathlib import Path

from trio.testing import MockClock

from actors.mail import Refused
from actors.mail_forms import DropForm, FormStands, KeepForm, ShowForm
from actors.unfinished import BODY_CHARS_MAX
from tests.actors.house import ANA, BEN, open_house


async def test_a_form_is_given_back_to_its_person_until_it_is_forgotten(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        kept = await house.desk.ask(KeepForm(ANA, "new", '{"name":"Sale"}'))
        assert await house.desk.ask(ShowForm(ANA, "new")) == kept
        assert isinstance(kept, FormStands)
        assert kept.body == '{"name":"Sale"}'
        assert await house.desk.ask(ShowForm(BEN, "new")) == FormStands()
        await house.desk.ask(DropForm(ANA, "new"))
        assert await house.desk.ask(ShowForm(ANA, "new")) == FormStands()


async def test_a_form_survives_a_crash(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.desk.ask(KeepForm(ANA, "new", "{}"))
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        stands = await house.desk.ask(ShowForm(ANA, "new"))
        assert isinstance(stands, FormStands)
        assert stands.body == "{}"


async def test_a_form_that_is_too_long_is_refused_and_the_last_one_stays(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.desk.ask(KeepForm(ANA, "new", "{}"))
        refused = await house.desk.ask(KeepForm(ANA, "new", "x" * (BODY_CHARS_MAX + 1)))
        assert isinstance(refused, Refused)
        stands = await house.desk.ask(ShowForm(ANA, "new"))
        assert isinstance(stands, FormStands)
        assert stands.body == "{}"
