from collections.abc import Callable
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from actors.mail import Refused
from actors.mail_rehearsal import Progress, Rehearse, Rehearsed, ShowRehearsing
from tests.actors.house import START_MS, open_house
from tests.bot.rehearsals import REHEARSED


async def slow(_request: Rehearse, tell: Callable[[Progress], object]) -> Rehearsed:
    await trio.sleep(60)
    tell(Progress(done=5, of=10, at_ms=START_MS))
    await trio.sleep(60)
    return REHEARSED


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


async def test_who_waits_may_ask_how_far_it_is(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True, supervised=False) as house:
        object.__setattr__(house.context, "rehearse", slow)
        assert isinstance(await house.desk.ask(ShowRehearsing()), Refused)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(house.desk.ask, Rehearse("A"))
            await trio.sleep(1)
            assert "begins" in (await house.asks(ShowRehearsing())).message
            await trio.sleep(90)
            said = (await house.asks(ShowRehearsing())).message
            assert said == "Rehearsing 2026-03-20: 5 of 10 events (50 %)."
