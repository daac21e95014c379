from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import trio
from trio.testing import MockClock

from actors.clock import TrioClock
from actors.postman import GIVE_UP_SECONDS, Delivered, Never, NotYet, Outcome, Postman
from store import announcements, letters, migrations
from store.database import Database, open_database
from store.hold import Hold
from store.letters import Letter
from tests import blank
from tests.actors.house import ANA, START_MS


class Round:
    """A carrier that answers as it is told, and remembers when it was asked."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = deque(outcomes)
        self.tries: list[tuple[float, int]] = []

    async def deliver(self, letter: Letter) -> Outcome:
        self.tries.append((trio.current_time(), letter.id))
        return self.outcomes.popleft() if self.outcomes else Delivered()


class Office:
    def __init__(self, store: Database, postman: Postman) -> None:
        self.store = store
        self.postman = postman

    async def write(self) -> None:
        await self.store.write(
            partial(
                letters.add,
                who=ANA,
                campaign="c1",
                subject="Held",
                body="So.",
                now_ms=START_MS,
            )
        )
        self.postman.wake()

    async def told(self) -> list[str]:
        found = await self.store.read(partial(announcements.open_ones, limit=9))
        return [each.body for each, _ in found]


@asynccontextmanager
async def office(folder: Path, clock: MockClock, carrier: Round) -> AsyncIterator[Office]:
    hold = Hold(clock)
    blank.lay(folder)
    async with (
        open_database(folder, migrations.load(), hold=hold) as store,
        trio.open_nursery() as nursery,
    ):
        wall = TrioClock(START_MS)
        postman = Postman(store, carrier, clock=wall, announce=lambda: None)
        await nursery.start(postman.run)
        yield Office(store, postman)
        nursery.cancel_scope.cancel()


async def test_a_letter_goes_at_once_and_once(tmp_path: Path, autojump_clock: MockClock) -> None:
    carrier = Round()
    async with office(tmp_path, autojump_clock, carrier) as post:
        await post.write()
        await trio.sleep(2 * GIVE_UP_SECONDS)
        assert carrier.tries == [(0.0, 1)]


async def test_what_did_not_go_is_tried_again_with_longer_and_longer_pauses(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    carrier = Round(*[NotYet("the mail server said 451")] * 5)
    async with office(tmp_path, autojump_clock, carrier) as post:
        await post.write()
        await trio.sleep(4 * 3_600)
        times = [round(at) for at, _ in carrier.tries]
        assert times == [0, 60, 360, 1_260, 4_860, 8_460]
        assert await post.told() == []


async def test_after_a_day_it_is_given_up_and_the_channel_hears_why(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    carrier = Round(*[NotYet("the mail server did not answer")] * 99)
    async with office(tmp_path, autojump_clock, carrier) as post:
        await post.write()
        await trio.sleep(2 * GIVE_UP_SECONDS)
        assert GIVE_UP_SECONDS <= carrier.tries[-1][0] < GIVE_UP_SECONDS + 3_700
        (said,) = await post.told()
        assert f"An e-mail to @{ANA}" in said
        assert "the mail server did not answer" in said


async def test_what_can_never_go_is_given_up_at_once_and_stops_no_other(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    carrier = Round(Never("nobody has told Clarion their address"))
    async with office(tmp_path, autojump_clock, carrier) as post:
        await post.write()
        await post.write()
        await trio.sleep(60)
        assert [number for _, number in carrier.tries] == [1, 2]
        assert len(await post.told()) == 1


async def test_what_waited_when_the_daemon_ended_goes_with_the_next_one(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with office(tmp_path, autojump_clock, Round(NotYet("it rains"))) as post:
        await post.write()
        await trio.sleep(1)
    after = Round()
    async with office(tmp_path, autojump_clock, after):
        await trio.sleep(120)
    assert len(after.tries) == 1
