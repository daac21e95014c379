"""Users of whom there is so much in the log that it is asked, and never read whole."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors import judging, loading, robots, sending, sorting
from actors.isolation import Broken
from actors.robots import Question, Robots
from domain.audience import (
    Amount,
    Count,
    Did,
    DidFirst,
    DidNot,
    DidSum,
    Filter,
    Node,
    Not,
    SameValue,
    Step,
)
from domain.campaign import DoNotDisturb, Trigger, What
from domain.matching import compile_node
from domain.periods import DAY_MS
from store import identities, log, merging, past, retention, users, waiting
from tests.actors.house import KEY, LIVE, ZONE, House, open_house

FEW = 3
"""In these tests, whoever did more is a robot."""


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "EVENTS_MAX", FEW)
    monkeypatch.setattr(loading, "EVENTS_MAX", FEW)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the places of the events that robots' questions read, in order."""
    found: list[int] = []
    event_of = log.event_of

    def noted(row: Any) -> Any:
        found.append(row[0])
        return event_of(row)

    monkeypatch.setattr(past, "event_of", noted)
    return found


async def asked(house: House, asks: Robots, user: str = "bot") -> bool | Broken:
    last = await house.store.read(log.last_seq)
    known = await house.store.read(partial(users.get, users=[user]))
    return (await asks.ask(known, [Question(7, user, last, house.clock.now_ms())]))[7]


async def test_each_of_a_robots_events_is_decided_by_what_came_before_it(
    tmp_path: Path, autojump_clock: MockClock, few: None
) -> None:
    sixth = replace(LIVE, who=Did("Order Completed", count=Count("=", 6)))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(sixth)
        await house.feed(*(house.event("bot") for _ in range(9)), house.event("ann"))
        await house.idle()
        assert house.wire.users == ["bot"]
        rows = await house.rows("SELECT event_seq FROM outbox")
        sixth_seq = await house.rows("SELECT seq FROM log WHERE user = 'bot' LIMIT 1 OFFSET 5")
        assert rows == sixth_seq
        await house.check()


PRICED = Filter("price", ">", 10)


@pytest.mark.parametrize(
    ("node", "most"),
    [
        (Did("Order Completed", count=Count(">=", 5)), 7),
        (DidNot("Order Completed", days=9), 1),
        (DidFirst("Order Completed", days=9), 1),
        (Did("Order Completed", (PRICED,)), 1),
        (Not(DidSum("Order Completed", "price", Amount(">", 9_999))), 1),
        (SameValue("price", (Step("Order Completed", count=Count(">=", 200)),)), 1),
    ],
)
async def test_what_another_event_of_a_robot_costs_does_not_grow_with_its_past(
    tmp_path: Path, autojump_clock: MockClock, read: list[int], node: Node, most: int
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True, supervised=False) as house:
        asks = Robots(compile_node(node), house.store, ZONE)
        await house.feed(*(house.event("bot", price=n % 2) for n in range(300)))
        first = await asked(house, asks)
        for _ in range(3):
            await house.feed(house.event("bot", price=1), house.event("ann", price=99))
            read.clear()
            assert await asked(house, asks) == first
            assert len(read) <= most


async def test_events_that_become_the_robots_by_a_merge_count_as_well(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """They lie before what was counted already."""
    node = DidSum("Order Completed", "price", Amount(">=", 3))
    async with open_house(tmp_path, autojump_clock, quiet=True, supervised=False) as house:
        asks = Robots(compile_node(node), house.store, ZONE)
        await house.feed(house.event("old", price=1), *(house.event("bot", price=1) for _ in "ab"))
        assert not await asked(house, asks)
        now = house.clock.now_ms()
        merge = partial(merging.merge, old="old", user="bot", now_ms=now, install_key=KEY)
        assert await house.store.write(merge) == "merged"
        assert await house.store.read(partial(identities.merged_at, user="bot"))
        assert await asked(house, asks)


async def test_of_so_many_robots_the_counts_are_carried_on_and_no_more(
    tmp_path: Path, autojump_clock: MockClock, read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robots, "REMEMBERED_MAX", 2)
    node = DidSum("Order Completed", "price", Amount(">=", 3))
    async with open_house(tmp_path, autojump_clock, quiet=True, supervised=False) as house:
        asks = Robots(compile_node(node), house.store, ZONE)
        await house.orders(["a", "b", "c"] * 4)
        cost = {}
        for n, user in enumerate("abacba"):
            read.clear()
            await asked(house, asks, user)
            cost[n] = len(read)
        assert cost == {0: 4, 1: 4, 2: 0, 3: 4, 4: 4, 5: 4}


async def test_one_event_that_cannot_be_read_is_set_aside_and_the_robots_others_are_decided(
    tmp_path: Path, autojump_clock: MockClock, few: None
) -> None:
    """What breaks a question is told of that event; the next may not meet it."""
    who = Did("Seen", (Filter("price", "equals", 1),), count=Count(">=", 1))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(*(house.event("bot", "Seen", price=0) for _ in range(5)))
        await house.store.write(
            lambda conn: conn.execute("UPDATE log SET body = x'7b' WHERE seq = 3")
        )
        await house.running(replace(LIVE, who=who))
        await house.orders(["bot"])
        await house.idle()
        assert await house.rows("SELECT user, error FROM poison") == [("bot", "DecodeError")]
        await house.feed(*(house.event("bot", "Seen", price=1) for _ in range(2)))
        await house.orders(["bot"])
        await house.idle()
        assert house.wire.users == ["bot"]


@pytest.mark.parametrize(("ordered", "sent"), [(False, ["bot"]), (True, [])])
async def test_a_robots_delayed_message_is_asked_about_again_when_it_falls_due(
    tmp_path: Path, autojump_clock: MockClock, few: None, ordered: bool, sent: list[str]
) -> None:
    delayed = replace(
        LIVE,
        trigger=Trigger("Cart Updated", delay_minutes=30),
        who=Not(Did("Order Completed", count=Count(">", 5))),
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.orders(["bot"] * 5)
        await house.running(delayed)
        await house.feed(house.event("bot", "Cart Updated"))
        await house.idle(600)
        await house.orders(["bot"] * ordered)
        await house.idle(1_800)
        assert house.wire.users == sent
        await house.check()


@pytest.mark.parametrize(("ordered", "sent"), [(False, ["bot"]), (True, [])])
async def test_a_robots_held_message_is_asked_about_again_before_it_goes(
    tmp_path: Path, autojump_clock: MockClock, few: None, ordered: bool, sent: list[str]
) -> None:
    held = replace(
        LIVE,
        trigger=Trigger("Cart Updated"),
        who=Not(Did("Order Completed", count=Count(">", 5))),
        do_not_disturb=DoNotDisturb("10:45", "10:49"),
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.orders(["bot"] * 5)
        await house.running(held)
        await house.feed(house.event("bot", "Cart Updated"))
        await house.idle(20)
        await house.orders(["bot"] * ordered)
        await house.idle(300)
        assert house.wire.users == sent
        await house.check()


async def test_content_gets_a_robots_values(
    tmp_path: Path, autojump_clock: MockClock, few: None
) -> None:
    who = SameValue("sku", (Step("Order Completed", count=Count(">=", 2)),))
    what = What(key_values={"again": "{{ ConstantEventProperty }}"})
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LIVE, who=who, what=what))
        for sku in ("a", "b", "c", "d", "b"):
            await house.feed(house.event("bot", sku=sku))
        await house.idle()
        (sent,) = house.wire.accepted
        assert "b" in str(sent["properties"]["key_values"]["again"])


async def test_between_two_questions_that_took_long_others_have_their_turn(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robots, "READ_MAX", 7)
    node = Did("Order Completed", (Filter("until", "in_next_days", 2),))
    async with open_house(tmp_path, autojump_clock, quiet=True, supervised=False) as house:
        asks, reads = Robots(compile_node(node), house.store, ZONE), 0
        read_long = house.store.read_long

        async def noted(*job: Any, **how: Any) -> Any:
            nonlocal reads
            reads += 1
            return await read_long(*job, **how)

        monkeypatch.setattr(house.store, "read_long", noted)
        await house.orders(["bot"] * 5)
        known = await house.store.read(partial(users.get, users=["bot"]))
        now = house.clock.now_ms()
        answers = await asks.ask(known, [Question(n, "bot", 9, now + n) for n in range(5)])
        assert answers == dict.fromkeys(range(5), False)
        assert reads == 3


async def test_a_robots_past_is_not_read_whole_for_a_message_either(
    tmp_path: Path, autojump_clock: MockClock, few: None
) -> None:
    who = SameValue("sku", (Step("Order Completed"),))
    what = What(key_values={"again": "{{ ConstantEventProperty }}"})
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        await house.admitted("ann", "bot", definition=replace(LIVE, who=who, what=what))
        await house.orders(["bot"] * 5)
        load = partial(
            loading.load,
            campaign=await house.campaign_id(LIVE.name),
            lanes=waiting.TRIGGERS,
            now_ms=house.clock.now_ms(),
            limit=9,
            reserved=0,
            again_limit=9,
        )
        batch = await house.store.read(load)
        assert batch is not None
        assert batch.known.robots == {"bot"}
        assert batch.known.history.keys() == {"ann"}


def slowed(house: House, monkeypatch: pytest.MonkeyPatch, *seconds: float) -> list[float]:
    """Let the next of the reads that may be long take so long; return when each began."""
    began: list[float] = []
    left = list(seconds)
    read_long = house.store.read_long

    async def slow(*job: Any, **how: Any) -> Any:
        began.append(trio.current_time())
        found = await read_long(*job, **how)
        await trio.sleep(left.pop(0) if left else 0)
        return found

    monkeypatch.setattr(house.store, "read_long", slow)
    return began


HELD = replace(
    LIVE,
    trigger=Trigger("Cart Updated"),
    who=Did("Order Completed", count=Count(">", 3)),
    do_not_disturb=DoNotDisturb("10:45", "10:49"),
)


async def test_a_message_whose_robot_takes_too_long_makes_room_and_comes_again(
    tmp_path: Path, autojump_clock: MockClock, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be stale by then, and be prepared anew for ever."""
    async with open_house(tmp_path, autojump_clock) as house:
        await house.orders([*["bot"] * 5, *["ann"] * 5])
        await house.running(HELD)
        await house.feed(house.event("bot", "Cart Updated"), house.event("ann", "Cart Updated"))
        await house.idle(20)
        assert house.wire.requests == []
        slowed(house, monkeypatch, sending.STALE_MS / 1_000 + 0.5)
        await house.idle(240)
        first, second = house.wire.requests
        assert len(first.users) == len(second.users) == 1
        assert sorted(house.wire.users) == ["ann", "bot"]
        assert 30 < second.at - first.at <= sorting.AGAIN_MS / 1_000 + 5
        await house.check()


async def test_a_share_that_takes_long_to_prepare_is_cut_and_its_rest_comes_next(
    tmp_path: Path, autojump_clock: MockClock, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    robots = ["a", "b", "c", "d"]
    async with open_house(tmp_path, autojump_clock) as house:
        await house.orders(robots * 5)
        await house.running(HELD)
        await house.feed(*(house.event(user, "Cart Updated") for user in robots))
        await house.idle(20)
        slowed(house, monkeypatch, *[1.0] * 4)
        await house.idle(130)
        assert sorted(house.wire.users) == robots
        assert [len(each.users) for each in house.wire.requests] == [2, 2]
        await house.check()


async def test_what_left_the_log_is_counted_no_longer(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """A count that is carried on would know it for ever, and the copy for audiences would not."""
    async with open_house(tmp_path, autojump_clock) as house:
        asks = Robots(compile_node(Did("A", count=Count(">=", 4))), house.store, ZONE)
        old_ms = house.clock.now_ms() - 40 * DAY_MS
        await house.feed(*(house.event("bot", name="A", at_ms=old_ms) for _ in range(3)))
        assert await asked(house, asks) is False
        await house.store.write(partial(retention.keep_for, days=30))
        await house.store.write(
            lambda conn: conn.execute("UPDATE log SET received_ms = time_ms").rowcount
        )
        await house.feed(house.event("bot", name="A"))
        assert await house.rows("SELECT count(*) FROM log WHERE name = 'A'") == [(2,)]
        assert await asked(house, asks) is False
