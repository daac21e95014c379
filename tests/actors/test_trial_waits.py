from pathlib import Path

import msgspec
import trio
from trio.testing import MockClock

from actors.segment import NotSent
from domain.campaign import Delivery, DoNotDisturb
from domain.goal import Goal
from domain.variants import AbTest, Variant
from tests.actors.house import LIVE, PAST, House, Wire, open_house

TEST = AbTest((Variant("A"), Variant("B")), test_users=4, wait_minutes=60)
TESTED = msgspec.structs.replace(PAST, variants=TEST, goal=Goal("Paid"))
NIGHT = DoNotDisturb("10:30", "13:00")
"""It is 10:46:40 in Oslo."""


def sent(house: House) -> list[tuple[str, str]]:
    return [(each["userId"], each["properties"]["variant"]) for each in house.wire.accepted]


async def until_sent(house: House, n: int) -> float:
    """Return when so many were sent, to the half minute."""
    for _ in range(200):
        if len(sent(house)) >= n:
            return trio.current_time()
        await trio.sleep(30)
    raise AssertionError(sent(house))


async def pay(house: House, variant: str) -> None:
    await house.feed(*(house.event(user, "Paid") for user, got in sent(house) if got == variant))


async def test_a_test_whose_users_sleep_is_decided_after_they_could_answer(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = msgspec.structs.replace(TESTED, do_not_disturb=NIGHT)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(12)
        await house.publish(campaign)
        await trio.sleep(2.5 * 3_600)
        assert sorted(variant for _, variant in sent(house)) == ["A", "A", "B", "B"]
        await pay(house, "B")
        await trio.sleep(1_000)
        assert len(sent(house)) == 4
        await trio.sleep(3_600)
        await house.until("Win back", "completed")
        assert [variant for _, variant in sent(house)][4:] == ["B"] * 8
        assert (await house.view("Win back")).books.sent == 12
        await house.check()


async def test_a_test_that_goes_slowly_waits_for_the_last_of_its_users(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """They go one by one, a little more than five minutes apart."""
    slow = msgspec.structs.replace(
        TESTED,
        variants=msgspec.structs.replace(TEST, wait_minutes=10),
        delivery=Delivery(messages_per_5_minutes=1),
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(6)
        await house.publish(slow)
        last = await until_sent(house, 4)
        await pay(house, "B")
        assert await until_sent(house, 5) - last >= 600
        await trio.sleep(400)
        await house.until("Win back", "completed")
        assert [variant for _, variant in sent(house)][4:] == ["B"] * 2


async def test_a_test_that_nobody_ever_got_ends_all_the_same(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    brief = msgspec.structs.replace(TESTED, delivery=Delivery(expires_minutes=90))
    wire = Wire(answer=lambda _: NotSent("ConnectError"))
    async with open_house(tmp_path, autojump_clock, wire) as house:
        await house.people(6)
        await house.publish(brief)
        await trio.sleep(6 * 3_600)
        await house.until("Win back", "completed")
        assert (await house.view("Win back")).books.skipped == {"expired": 6}
        await house.check()


async def test_a_test_that_goes_at_once_ends_when_it_said(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(6)
        await house.publish(TESTED)
        await house.idle(30)
        (run,) = (await house.view("Win back")).runs
        ends_ms = run.test_until_ms
        await trio.sleep(3_600)
        await house.until("Win back", "completed")
        ((decide_ms, decided_ms),) = await house.rows(
            "SELECT decide_ms, decided_ms FROM variant_test"
        )
        assert decide_ms == ends_ms
        assert decided_ms - decide_ms < 60_000


async def test_a_live_test_whose_users_sleep_is_decided_after_they_could_answer(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    two = msgspec.structs.replace(TEST, test_users=2)
    campaign = msgspec.structs.replace(
        LIVE, variants=two, goal=Goal("Paid"), do_not_disturb=DoNotDisturb("10:30", "13:00")
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(6)
        await house.running(campaign)
        await house.orders(["u0000", "u0001"])
        await trio.sleep(2.5 * 3_600)  # until 13:16
        assert sorted(variant for _, variant in sent(house)) == ["A", "B"]
        await pay(house, "B")
        await house.idle(20)
        await house.orders(["u0002", "u0003"])  # the test goes on: they take turns
        await house.idle(20)
        await trio.sleep(3_600)
        await house.orders(["u0004", "u0005"])
        await house.idle(20)
        assert sorted(variant for _, variant in sent(house)[2:4]) == ["A", "B"]
        assert [variant for _, variant in sent(house)[4:]] == ["B", "B"]
        await house.check()
