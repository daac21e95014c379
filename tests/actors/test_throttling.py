from pathlib import Path

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.elsewhere import Elsewhere
from actors.throttling import Throttling
from domain.campaign import Campaign, Delivery, DoNotDisturb, Limits
from domain.frequency import GlobalLimits
from tests.actors.house import LIVE, Posted, open_house

SLOW = replace(LIVE, delivery=Delivery(messages_per_5_minutes=10))
FIVE_MINUTES = 300


def most_in_5_minutes(requests: list[Posted]) -> int:
    times = [posted.at for posted in requests for _ in posted.messages]
    return max(sum(0 <= at - first < FIVE_MINUTES for at in times) for first in times)


async def test_without_a_limit_there_is_no_throttle(autojump_clock: MockClock) -> None:
    assert Throttling().room("c", LIVE) is None
    assert Throttling().wait_ms("c", LIVE) == 0


async def test_the_smaller_of_two_rooms_counts(autojump_clock: MockClock) -> None:
    throttling = Throttling(6_000)
    assert throttling.room("c", LIVE) == 0, "the process before may have filled a slot"
    await trio.sleep(throttling.wait_ms("c", LIVE) / 1_000)
    assert throttling.room("c", LIVE) == 20
    throttling.room("d", SLOW)
    await trio.sleep(throttling.wait_ms("d", SLOW) / 1_000)
    assert throttling.room("d", SLOW) == 1
    throttling.spend("d", SLOW, 1)
    assert throttling.room("d", SLOW) == 0
    assert throttling.room("c", LIVE) == 19, "what one campaign sends counts for all"


async def test_who_ignores_the_operators_limits_still_takes_of_them(
    autojump_clock: MockClock,
) -> None:
    free = replace(LIVE, limits=Limits(ignore_global=True))
    throttling = Throttling(6_000)
    await trio.sleep(2)
    assert throttling.room("free", free) is None
    throttling.spend("free", free, 30)
    assert throttling.room("c", LIVE) == -10
    assert throttling.wait_ms("c", LIVE) > 0


async def test_a_throttle_that_is_taken_away_or_changed_begins_anew(
    autojump_clock: MockClock,
) -> None:
    throttling = Throttling()
    throttling.room("c", SLOW)
    await trio.sleep(31)
    assert throttling.room("c", SLOW) == 1
    assert throttling.room("c", LIVE) is None
    assert throttling.room("c", SLOW) == 0


@pytest.mark.parametrize(
    ("campaign", "house_most"), [(SLOW, 0), (LIVE, 10), (SLOW, 12), (SLOW, 100_000)]
)
async def test_a_campaign_sends_evenly_and_no_5_minutes_have_more(
    tmp_path: Path, autojump_clock: MockClock, campaign: Campaign, house_most: int
) -> None:
    limits = GlobalLimits(messages_per_5_minutes=house_most)
    long = replace(campaign.delivery, expires_minutes=4_320)
    async with open_house(tmp_path, autojump_clock, house_limits=limits) as house:
        await house.running(replace(campaign, delivery=long))
        await house.orders(f"u{n}" for n in range(25))
        await house.idle(3 * FIVE_MINUTES)
        assert len(house.wire.users) == 25
        assert most_in_5_minutes(house.wire.requests) == 10


async def test_a_throttled_campaign_keeps_no_other_waiting(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(SLOW)
        await house.running(replace(LIVE, name="Fast"))
        began = trio.current_time()
        await house.orders(f"u{n}" for n in range(20))
        await house.idle(40)
        fast = [p for p in house.wire.requests if p.at - began < 5]
        assert sum(len(posted.messages) for posted in fast) == 20


async def test_the_end_of_a_night_is_spread_by_the_throttle(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Everybody wakes at 10:48, and they are messaged one by one."""
    quiet = replace(SLOW, do_not_disturb=DoNotDisturb("10:45", "10:48"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(quiet)
        await house.orders(f"u{n}" for n in range(12))
        await house.idle(60)
        assert house.wire.requests == []
        await house.idle(2 * FIVE_MINUTES)
        assert len(house.wire.users) == 12
        assert most_in_5_minutes(house.wire.requests) <= 10


async def test_what_leaves_elsewhere_takes_of_the_throttle_over_all_campaigns(
    autojump_clock: MockClock,
) -> None:
    free = replace(LIVE, limits=Limits(ignore_global=True))
    beside = [(5_000, 15, 15), (9_000, 30, 60)]
    throttling = Throttling(6_000, Elsewhere(beside))
    await trio.sleep(5)
    assert throttling.room("c", LIVE) == 5
    assert throttling.room("free", free) is None
    await trio.sleep(4)
    assert throttling.room("c", LIVE) == -10
    assert throttling.wait_ms("c", LIVE) > 0
