"""A restart forgets neither what Segment asked for nor that it has only just come back."""

from pathlib import Path

import trio
from trio.testing import MockClock

from actors.segment import Accepted, Misdirected, NotSent, Outcome, Throttled
from tests.actors.house import LIVE, PAST, House, Posted, Wire, open_house

MINUTE = 60


class Until:
    """A Segment that is in trouble until a moment of Trio's time, in seconds."""

    def __init__(self, trouble: Outcome) -> None:
        self.trouble = trouble
        self.until = float("inf")

    def __call__(self, posted: Posted) -> Outcome:
        return self.trouble if posted.at < self.until else Accepted()


async def image(house: House, folder: Path) -> int:
    """Copy the folder as a crash would leave it; return the time on its wall."""
    await house.crash_image(folder)
    return house.clock.now_ms()


async def test_a_restart_waits_for_as_long_as_segment_asked(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wire = Wire(Until(Throttled(5 * MINUTE * 1_000)))
    async with open_house(tmp_path / "a", autojump_clock, wire) as house:
        await house.running(LIVE)
        await house.orders(["u1"])
        await house.idle(MINUTE)
        now = await image(house, tmp_path / "b")
    began = trio.current_time()
    async with open_house(tmp_path / "b", autojump_clock, start_ms=now) as house:
        await house.orders(["u2"])
        await house.idle(10 * MINUTE)
        first = min(request.at for request in house.wire.requests) - began
        assert 4 * MINUTE - 5 <= first <= 4 * MINUTE + 20
        assert len(house.wire.accepted) == 2
        await house.check()


async def test_a_wait_that_is_over_holds_nobody(tmp_path: Path, autojump_clock: MockClock) -> None:
    wire = Wire(Until(Throttled(5 * MINUTE * 1_000)))
    async with open_house(tmp_path / "a", autojump_clock, wire) as house:
        await house.running(LIVE)
        await house.orders(["u1"])
        await house.idle(MINUTE)
        now = await image(house, tmp_path / "b")
    began = trio.current_time()
    later = now + 6 * MINUTE * 1_000
    async with open_house(tmp_path / "b", autojump_clock, start_ms=later) as house:
        await house.idle(MINUTE)
        assert min(request.at for request in house.wire.requests) - began < 20


async def test_a_start_in_an_outage_asks_with_one_message_and_then_begins_gently(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    segment = Until(NotSent("ConnectError"))
    async with open_house(tmp_path / "a", autojump_clock, Wire(segment), rate=100) as house:
        await house.people(2_000)
        await house.running(PAST)
        await house.idle(5 * MINUTE)
        now = await image(house, tmp_path / "b")
    began = trio.current_time()
    async with open_house(tmp_path / "b", autojump_clock, start_ms=now, rate=100) as house:
        await house.idle(MINUTE)
        first = house.wire.requests[0]
        assert (len(first.ids), first.at - began < 20) == (1, True)
        sent = len(house.wire.accepted)
        assert 10 * MINUTE * 0.5 < sent < 30 * MINUTE
        now = await image(house, tmp_path / "c")
    async with open_house(tmp_path / "c", autojump_clock, start_ms=now, rate=100) as house:
        await house.idle(10)
        assert len(house.wire.accepted) < 10 * 45


async def test_a_key_that_was_wrong_before_a_restart_is_tried_at_the_whole_pace(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    segment = Until(Misdirected(401))
    async with open_house(tmp_path / "a", autojump_clock, Wire(segment), rate=100) as house:
        await house.people(1_000)
        await house.running(PAST)
        await house.idle(MINUTE)
        now = await image(house, tmp_path / "b")
    async with open_house(tmp_path / "b", autojump_clock, start_ms=now, rate=100) as house:
        await house.idle(20)
        assert len(house.wire.accepted) == 1_000
