import threading
from pathlib import Path

import msgspec
import pytest
from trio.testing import MockClock

from actors.mail_rehearsal import Progress, Rehearsed
from actors.restraint import Pace
from clarion import rehearsal_stage
from clarion.rehearsal_play import Play
from clarion.rehearsing import rehearse
from store.log import Incoming
from tests.actors.house import LIVE, START_MS, ZONE, open_house

HOUR_MS = 3_600_000


async def filled(folder: Path, clock: MockClock) -> Play:
    async with open_house(folder, clock, quiet=True, supervised=False, delivering=False) as house:
        await house.approved(LIVE)
        for n in range(5):
            at = START_MS - n * HOUR_MS
            await house.feed(Incoming("event", f"e{n}", f"u{n}", "Order Completed", at, b"{}"))
    pace = Pace(messages_per_second=9, requests_at_once_max=1)
    return Play(str(folder), LIVE.name, 1, START_MS, ZONE, pace)


async def test_what_takes_too_long_ends_earlier_and_says_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    play = msgspec.structs.replace(await filled(tmp_path, autojump_clock), seconds_max=0)
    answer = trio_run(play)
    assert answer.events == 1
    assert answer.until_ms < START_MS
    assert any("ends earlier" in note for note in answer.notes)


async def test_days_on_which_nothing_came_in_are_bounded_in_time_too(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    play = msgspec.structs.replace(
        await filled(tmp_path, autojump_clock),
        days=4,
        now_ms=START_MS + 5 * 24 * HOUR_MS,
        seconds_max=0,
    )
    answer = trio_run(play)
    assert answer.until_ms - answer.from_ms < 25 * HOUR_MS, "a day was played, and no second one"
    assert any("ends earlier" in note for note in answer.notes)


async def test_who_waits_hears_how_far_it_is(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = await filled(tmp_path, autojump_clock)
    monkeypatch.setattr(rehearsal_stage, "PROGRESS_SECONDS", 0.0)
    heard: list[Progress] = []
    answer = trio_run(play, heard)
    assert [each.done for each in heard] == [1, 2, 5]
    assert (answer.hour_max, answer.events, answer.users) == (9 * 3_600, 5, 5)


def trio_run(play: Play, heard: list[Progress] | None = None) -> Rehearsed:
    """Rehearse in a thread, which has a Trio of its own."""
    found: list[object] = []

    def work() -> None:
        found.append(rehearse(play, (heard if heard is not None else []).append))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    (answer,) = found
    assert isinstance(answer, Rehearsed), answer
    return answer
