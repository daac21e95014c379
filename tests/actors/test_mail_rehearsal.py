from pathlib import Path
from typing import get_args

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors import mail
from actors.mail import Refused
from actors.mail_rehearsal import Rehearse, Rehearsed
from tests.actors.house import open_house
from tests.bot.rehearsals import REHEARSED


def test_the_question_and_its_answer_are_in_the_mail() -> None:
    assert Rehearse in get_args(mail.Request)
    assert Rehearsed in get_args(mail.Answer)


def test_an_answer_comes_back_from_the_wire_as_it_was() -> None:
    wire = msgspec.json.encode(REHEARSED)
    assert msgspec.json.decode(wire, type=mail.Answer) == REHEARSED


@pytest.mark.parametrize("days", [0, 91])
async def test_a_stretch_that_is_not_possible_is_refused(
    tmp_path: Path, autojump_clock: MockClock, days: int
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True, supervised=False) as house:
        object.__setattr__(house.context, "rehearse", lambda _request: None)
        assert "days" in (await house.refused(Rehearse("A", days))).what


async def test_one_rehearsal_is_under_way_at_a_time(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async def slow(_request: Rehearse) -> Rehearsed:
        await trio.sleep(60)
        return REHEARSED

    async with open_house(tmp_path, autojump_clock, quiet=True, supervised=False) as house:
        assert isinstance(await house.desk.ask(Rehearse("A")), Refused)  # nobody can, here
        object.__setattr__(house.context, "rehearse", slow)
        answers: list[object] = []

        async def ask() -> None:
            answers.append(await house.desk.ask(Rehearse("A")))

        async with trio.open_nursery() as nursery:
            nursery.start_soon(ask)
            nursery.start_soon(ask)
        assert sorted(type(each).__name__ for each in answers) == ["Refused", "Rehearsed"]
