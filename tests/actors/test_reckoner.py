from pathlib import Path

import msgspec
from trio.testing import MockClock

from actors.reckoner import SUBSCRIBER
from domain.campaign import Limits
from domain.goal import Goal
from store import outcomes
from store.exposures import Arm
from tests.actors.house import LIVE, House, open_house

AIMED = msgspec.structs.replace(LIVE, goal=Goal("Paid", revenue="total"))
MINUTE_MS = 60_000


async def outcome(house: House, arm: Arm = "target") -> tuple[int, int, int]:
    name = await house.campaign_id(AIMED.name)
    found = await house.store.read(lambda conn: outcomes.of_campaign(conn, name))
    one = found.get((arm, ""), outcomes.Outcome())
    return one.users, one.converted, one.revenue // 1_000_000


async def test_what_users_do_after_their_message_is_counted_within_seconds(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(AIMED)
        await house.orders(["u1", "u2"])
        await house.idle(10)
        await house.feed(house.event("u1", "Paid", total=30), house.event("u9", "Paid", total=9))
        await house.idle(10)
        assert await outcome(house) == (2, 1, 30)


async def test_each_users_window_begins_at_their_own_moment(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = msgspec.structs.replace(AIMED, goal=Goal("Paid", window_minutes=30))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(campaign)
        await house.orders(["u1"])
        await house.idle(20 * 60)
        await house.orders(["u2"])
        await house.idle(20 * 60)
        await house.feed(house.event("u1", "Paid"), house.event("u2", "Paid"))
        await house.idle(10)
        assert await outcome(house) == (2, 1, 0)


async def test_who_is_held_back_to_compare_is_counted_alike(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = msgspec.structs.replace(AIMED, limits=Limits(control_percent=50))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(campaign)
        everyone = [f"u{n}" for n in range(40)]
        await house.orders(everyone)
        await house.idle(10)
        await house.feed(*(house.event(user, "Paid", total=1) for user in everyone))
        await house.idle(10)
        target, control = await outcome(house), await outcome(house, "control")
        assert target[0] == target[1] == len(house.wire.users) > 5
        assert control == (40 - target[0],) * 3


async def test_a_restart_goes_on_where_it_stopped(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(AIMED)
        await house.orders(["u1"])
        await house.idle(10)
        await house.feed(house.event("u1", "Paid", total=30))
        began_ms = house.clock.now_ms()
    async with open_house(tmp_path, autojump_clock, start_ms=began_ms + MINUTE_MS) as house:
        await house.idle(10)
        assert await outcome(house) == (1, 1, 30)


async def test_where_no_campaign_has_a_goal_nobody_waits_for_events(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        assert not any(SUBSCRIBER in each for each in house.router._waiting.values())
