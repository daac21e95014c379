from collections.abc import Sequence
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from actors.clock import TrioClock
from actors.mail_people import SuppressUser
from actors.prepare import DND_MARGIN_MS, Ready
from actors.segment import Packed
from actors.sending import STALE_MS, Prepared
from tests.actors.house import LIVE, START_MS, House, Wire, open_house


class Leaping(TrioClock):
    """A wall clock that can be set."""

    leap_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self.leap_ms


async def claimed(house: House) -> tuple[str, list[Ready]]:
    await house.admitted("u1")
    return await house.campaign_id(LIVE.name), await house.ready()


async def state(house: House) -> list[tuple[str, int]]:
    return [tuple(row) for row in await house.rows("SELECT state, attempts FROM outbox")]


async def test_a_claim_is_undone_if_the_campaign_was_halted_before_the_first_byte(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False, supervised=False) as house:
        campaign, ready = await claimed(house)
        assert house.delivery.halt(campaign) == 0
        await house.delivery._sending.send(campaign, ready, Prepared(house.clock))
        assert (house.wire.requests, await state(house)) == ([], [("pending", 0)])


@pytest.mark.parametrize("leap_ms", [0, -1_000, DND_MARGIN_MS + 1])
async def test_a_claim_is_undone_if_the_process_stood_still_or_the_clock_leapt(
    tmp_path: Path, autojump_clock: MockClock, leap_ms: int
) -> None:
    """Another daemon may have taken over meanwhile, or do-not-disturb have begun."""
    clock = Leaping(START_MS)
    async with open_house(
        tmp_path, autojump_clock, clock=clock, delivering=False, supervised=False
    ) as house:
        campaign, ready = await claimed(house)
        prepared = Prepared(clock)
        clock.leap_ms = leap_ms
        if not leap_ms:
            await trio.sleep(DND_MARGIN_MS / 1000 + 0.001)
        await house.delivery._sending.send(campaign, ready, prepared)
        assert (house.wire.requests, await state(house)) == ([], [("pending", 0)])


async def test_what_was_prepared_long_ago_is_asked_again_before_it_is_claimed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False, supervised=False) as house:
        campaign, ready = await claimed(house)
        await house.store.write(lambda conn: conn.execute("UPDATE outbox SET state = 'pending'"))
        prepared = Prepared(house.clock)
        await trio.sleep(STALE_MS / 1000 + 0.001)
        async with trio.open_nursery() as nursery:
            await house.delivery._sending.dispatch(campaign, ready, nursery, prepared=prepared)
        assert (house.wire.requests, await state(house)) == ([], [("pending", 1)])


async def test_a_halt_tells_how_many_messages_are_on_the_wire(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False, supervised=False) as house:
        campaign, ready = await claimed(house)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(house.delivery._sending.send, campaign, ready, Prepared(house.clock))
            await house.wire.arrived.wait()
            assert house.delivery.halt(campaign) == 1
        assert house.delivery.halt(campaign) == 0
        assert await state(house) == [("accepted", 1)]


async def test_a_claim_is_undone_if_its_user_was_suppressed_before_the_first_byte(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """The commit came after the claim, and the answer counted nothing on the wire."""
    async with open_house(tmp_path, autojump_clock, delivering=False, supervised=False) as house:
        campaign, ready = await claimed(house)
        sending = house.delivery._sending
        sending._unbegun |= {one.row.message_id: one for one in ready}
        answer = await house.asks(SuppressUser("u1", "ANA"))
        assert answer.on_the_wire == 0
        await sending.send(campaign, ready, Prepared(house.clock))
        assert (house.wire.requests, await state(house)) == ([], [("pending", 0)])
        assert (sending._unbegun, sending._barred) == ({}, set())


class Packing(Wire):
    """A wire whose packing takes time, now more and now less, as compression in a thread does."""

    async def pack(self, events: Sequence[bytes]) -> Packed:
        await trio.sleep(0.15 if len(self.requests) % 3 else 0)
        return await super().pack(events)


async def test_no_second_has_more_than_the_rate_however_long_packing_takes(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """What counts is when messages leave, not when they had room."""
    wire = Packing(seconds=0.02)
    async with open_house(tmp_path, autojump_clock, wire, rate=100) as house:
        await house.running(LIVE)
        await house.orders(f"u{n:04}" for n in range(1_000))
        await house.idle(20)
        sizes = [(posted.at, len(posted.messages)) for posted in wire.requests]
        seconds = [sum(n for at, n in sizes if since <= at < since + 1) for since, _ in sizes]
        assert max(seconds) == 100
        assert len(wire.accepted) == 1_000
