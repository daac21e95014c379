from pathlib import Path
from typing import Any

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Pause
from actors.segment import Misdirected, NotSent, Outcome, Throttled
from domain.campaign import Delivery, DoNotDisturb, Limits, What
from domain.frequency import GlobalLimits, Rolling
from domain.waits import Cause, Wait
from tests.actors.house import ANA, HOUR_MS, LIVE, PAST, START_MS, House, Wire, open_house

NOON_MS = START_MS + HOUR_MS + 800_000  # 2026-03-20T12:00 in Oslo
QUIET = DoNotDisturb("10:00", "12:00")


async def waits_of(house: House, name: str = PAST.name) -> tuple[Wait, ...]:
    return (await house.view(name)).waits


async def test_at_night_everybody_waits_for_the_end_of_do_not_disturb(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await house.feed(house.profile("far", timezone="Asia/Tokyo"))
        await house.running(replace(PAST, do_not_disturb=QUIET))
        await house.idle(60)
        assert await waits_of(house) == (Wait(Cause.QUIET, 3, NOON_MS, NOON_MS),)
        assert house.wire.users == ["far"]


async def test_a_throttle_is_told_with_how_long_it_takes(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    slow = replace(PAST, delivery=Delivery(messages_per_5_minutes=5))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(20)
        await house.running(slow)
        await house.idle(90)
        (wait,) = await waits_of(house)
        assert wait.cause is Cause.THROTTLE
        assert wait.messages == 20 - len(house.wire.users)
        assert wait.takes_ms > 600_000


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [
        (NotSent("ConnectError"), Cause.OUTAGE),
        (Misdirected(401), Cause.REFUSED),
        (Throttled(600_000), Cause.GATE),
    ],
)
async def test_what_keeps_segment_from_taking_them_is_told(
    tmp_path: Path, autojump_clock: MockClock, outcome: Outcome, cause: Cause
) -> None:
    """What was tried already says so apart from that."""
    async with open_house(tmp_path, autojump_clock, Wire(lambda _: outcome), rate=10) as house:
        await house.people(30)
        await house.running(PAST)
        await house.idle(300)
        told = {wait.cause: wait for wait in await waits_of(house)}
        assert cause in told
        assert set(told) <= {cause, Cause.RETRY}
        assert sum(wait.messages for wait in told.values()) == 30
        if cause is Cause.GATE:
            assert START_MS < (told[cause].first_ms or 0) <= START_MS + 900_000


async def test_while_it_is_paused_all_of_them_wait_for_that(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    slow = replace(PAST, delivery=Delivery(messages_per_5_minutes=5), do_not_disturb=None)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(9)
        await house.running(slow)
        await house.asks(Pause(name=PAST.name, by=ANA))
        await house.idle(60)
        (wait,) = await waits_of(house)
        assert (wait.cause, wait.messages) == (Cause.PAUSED, 9 - len(house.wire.users))


async def test_what_is_on_the_wire_is_told_apart_and_what_is_sent_waits_for_nothing(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, Wire(seconds=5)) as house:
        await house.running(LIVE)
        await house.orders(["u1"])
        await house.wire.arrived.wait()
        await trio.sleep(1)
        assert await waits_of(house, LIVE.name) == (Wait(Cause.WIRE, 1),)
        await house.idle()
        assert await waits_of(house, LIVE.name) == ()


async def test_what_the_limits_hold_back_is_told(tmp_path: Path, autojump_clock: MockClock) -> None:
    limits = GlobalLimits(rules=(Rolling(max=1, minutes=600),))
    asks: dict[str, Any] = {"house_limits": limits}
    waiting = replace(LIVE, name="Second", limits=Limits(over_global="queue"))
    async with open_house(tmp_path, autojump_clock, **asks) as house:
        await house.running(LIVE)
        await house.orders(["u1"])
        await house.idle()
        await house.running(waiting)
        await house.orders(["u1"])
        await house.idle()
        (wait,) = await waits_of(house, "Second")
        assert (wait.cause, wait.messages) == (Cause.LIMITS, 1)
        assert wait.first_ms is not None
        assert abs(wait.first_ms - START_MS - 600 * 60_000) < 120_000


async def test_the_pace_counts_the_identify_call_beside_each_message(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rate=2) as house:
        await house.people(20, plan="gold")
        await house.running(replace(PAST, what=What(identify=("*",))))
        await house.idle(3)
        told = {wait.cause: wait for wait in await waits_of(house)}[Cause.PACE]
        assert told.takes_ms == told.messages * 1_000
