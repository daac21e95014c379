"""Inaction on generated streams, in a house where every part lives, against a judge of times.

Events come out of order, twice, and many at one instant; a user has several carts at once, and
each kind of event has its own name for the cart.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec
import pytest
import trio
from trio.testing import MockClock

from domain.campaign import Trigger, What, Without
from domain.trigger import Keyed
from store.log import Incoming
from tests.actors.house import LIVE, START_MS, House, open_house

USERS = 40
CARTS = 3
EVENTS = 500
MINUTE = 60
WITHIN_SECONDS = 10 * MINUTE
GRACE_SECONDS = 30
SPAN_SECONDS = 40 * MINUTE
STEP_SECONDS = 10
"""Times and arrivals are such steps apart, so that many are the same."""
BEGINS_SHARE = 0.6
TWICE_SHARE = 0.1


CALLED = {
    True: (("Cart Updated", "cart"), ("Cart Viewed", "viewed")),
    False: (("Order Completed", "of_cart"), ("Order Paid", "paid_cart")),
}
"""What begins a wait and what ends it, and what each calls the cart."""


class Happened(NamedTuple):
    """An event: its time, and when it arrives, in seconds from the start."""

    source: str
    user: str
    cart: int
    begins: bool
    time: int
    arrives: int


class Left(NamedTuple):
    """Who left which cart, and when that is certain: after the wait and its grace."""

    user: str
    cart: int
    at: int


def stream(chance: Random, *, late: int) -> list[Happened]:
    """Return events in the order of their arrival, each at most `late` seconds under way."""
    found = []
    for number in range(EVENTS):
        time = chance.randrange(STEP_SECONDS, SPAN_SECONDS, STEP_SECONDS)
        one = Happened(
            f"e{number}",
            f"u{chance.randrange(USERS)}",
            chance.randrange(CARTS),
            chance.random() < BEGINS_SHARE,
            time,
            time + chance.randrange(0, late + 1, STEP_SECONDS),
        )
        found.append(one)
        if chance.random() < TWICE_SHARE:
            found.append(one._replace(arrives=one.arrives + chance.randrange(0, SPAN_SECONDS, 60)))
    found.sort(key=lambda one: one.arrives)
    return found


def by_cart(events: Iterable[Happened]) -> Iterator[tuple[str, int, list[Happened]]]:
    """Yield the events of each cart, each event once, in the order of arrival."""
    found: dict[tuple[str, int], dict[str, Happened]] = defaultdict(dict)
    for one in events:
        found[one.user, one.cart].setdefault(one.source, one)
    for (user, cart), of_cart in found.items():
        yield user, cart, list(of_cart.values())


def restarting(events: Iterable[Happened]) -> list[Left]:
    """Judge: a cart, and in the time after it neither the cart again nor an order of it."""
    left = []
    for user, cart, of_cart in by_cart(events):
        for place, one in enumerate(of_cart):
            after = [
                other
                for n, other in enumerate(of_cart)
                if one.time <= other.time <= one.time + WITHIN_SECONDS
                and (not other.begins or (other.time, n) > (one.time, place))
            ]
            if one.begins and not after:
                left.append(Left(user, cart, one.time + WITHIN_SECONDS + GRACE_SECONDS))
    return sorted(left)


def keeping(events: Iterable[Happened]) -> list[Left]:
    """Judge: the first cart opens a wait, which an order or its end closes; then comes the next."""
    left = []
    for user, cart, of_cart in by_cart(events):
        orders = [one.time for one in of_cart if not one.begins]
        closed = -1
        for one in of_cart:
            if not one.begins or one.time <= closed:
                continue
            until = one.time + WITHIN_SECONDS
            ended = min((time for time in orders if one.time <= time <= until), default=None)
            if ended is None:
                left.append(Left(user, cart, until + GRACE_SECONDS))
            closed = until if ended is None else ended - 1
    return sorted(left)


async def play(house: House, without: Without, events: list[Happened]) -> list[Left]:
    """Let the events come as they came, and everything that waits be over; return who was told."""
    what = What(event_properties=("cart", "viewed"))
    also = (Keyed("Cart Viewed", property="viewed"),)
    trigger = Trigger("Cart Updated", also=also, without=without)
    await house.running(msgspec.structs.replace(LIVE, trigger=trigger, what=what))
    for arrives, some in itertools.groupby(events, lambda one: one.arrives):
        await trio.sleep_until(arrives)
        await house.feed(*(incoming(one) for one in some))
    await house.idle(WITHIN_SECONDS + GRACE_SECONDS + MINUTE)
    await house.check()
    return sorted(
        Left(message["userId"], min(message["properties"]["event"].values()), int(post.at))
        for post in house.wire.requests
        for message in post.messages
    )


def incoming(one: Happened) -> Incoming:
    name, key = CALLED[one.begins][one.source[-1] in "02468"]
    body = msgspec.json.encode({key: one.cart})
    return Incoming("event", one.source, one.user, name, START_MS + one.time * 1_000, body)


@pytest.mark.parametrize("on_repeat", ["restart", "keep"])
async def test_whoever_leaves_a_cart_and_nobody_else_is_told_at_the_moment_that_a_judge_names(
    tmp_path: Path, autojump_clock: MockClock, on_repeat: str
) -> None:
    """Where the first wait is kept events come in their order, because it cannot be taken back."""
    restarts = on_repeat == "restart"
    events = stream(Random(on_repeat), late=2 * STEP_SECONDS if restarts else 0)
    named = (restarting if restarts else keeping)(events)
    without = Without(
        "Order Completed",
        WITHIN_SECONDS // MINUTE,
        also=(Keyed("Order Paid", property="paid_cart"),),
        same_property="cart",
        property="of_cart",
        on_repeat="restart" if restarts else "keep",
        grace_seconds=GRACE_SECONDS,
    )
    async with open_house(tmp_path, autojump_clock) as house:
        assert Counter(await play(house, without, events)) == Counter(named)
    assert len(named) > 50
