from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from actors.mail import Pause, Publish, Refused, Stop
from actors.mail_shelf import Undo
from tests.actors.house import ANA, BEN, LIVE, PAST, open_house


async def test_what_was_published_to_run_now_is_taken_back_until_it_begins(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.approved(PAST)
        await house.asks(Publish(PAST.name, ANA, undo_seconds=60))
        await trio.sleep(55)
        done = await house.asks(Undo(PAST.name, BEN))
        assert "nobody was messaged" in done.message
        assert (await house.view(PAST.name)).state == "draft"
        await trio.sleep(600)
        assert house.wire.accepted == []


async def test_what_was_taken_back_is_approved_and_published_again_as_any_draft(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.approved(PAST)
        await house.asks(Publish(PAST.name, ANA, undo_seconds=60))
        await house.asks(Undo(PAST.name, ANA))
        refused = await house.desk.ask(Publish(PAST.name, ANA))
        assert isinstance(refused, Refused), "an approval does not outlive a change of mind"
        await house.approved(PAST)
        await house.asks(Publish(PAST.name, ANA))
        await house.until(PAST.name, "completed")
        assert len(house.wire.accepted) == 2


async def test_once_it_has_begun_nothing_is_taken_back(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.approved(PAST)
        await house.asks(Publish(PAST.name, ANA, undo_seconds=60))
        await house.until(PAST.name, "completed")
        refused = await house.desk.ask(Undo(PAST.name, ANA))
        assert isinstance(refused, Refused)
        assert "nothing to take back" in refused.what


@pytest.mark.parametrize(
    ("halt", "said"), [(Pause, "while it is paused"), (Stop, "`/campaign report`")]
)
async def test_what_was_halted_before_it_began_is_not_to_be_halted_once_more(
    tmp_path: Path, autojump_clock: MockClock, halt: type[Pause | Stop], said: str
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.approved(PAST)
        await house.asks(Publish(PAST.name, ANA, undo_seconds=60))
        await trio.sleep(30)
        await house.asks(halt(PAST.name, ANA))
        assert said in (await house.refused(Undo(PAST.name, ANA))).fix
        await trio.sleep(3_600)
        assert house.wire.accepted == []


async def test_a_live_campaign_is_paused_and_not_taken_back(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        assert isinstance(await house.desk.ask(Undo(LIVE.name, ANA)), Refused)


async def test_what_nobody_has_published_is_not_said_to_be_stoppable(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.approved(PAST)
        refused = await house.refused(Undo(PAST.name, ANA))
        assert "nothing was published" in refused.what
        assert "Pause" not in refused.fix
