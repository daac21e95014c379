"""Recency, frequency and money on real purchases: the audiences are computed from the file alone.

Nothing here but the trees is the product's: days, counts and sums are plain Python over the lines.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from domain import matching
from domain.audience import (
    All,
    Amount,
    Count,
    Dates,
    DaysAgo,
    Did,
    DidAverage,
    DidFirst,
    DidNot,
    DidOnDays,
    DidSum,
    Filter,
    Node,
)
from domain.facts import Event, User
from store.projection import Projection
from tests.store.copies import person, rows, selected
from tests.system.test_cdnow import PURCHASES, Purchase, purchases

BOUGHT = "Order Completed"
TODAY = date(1998, 6, 30)  # the last day of the file
NOW_MS = int(datetime.combine(TODAY, time(18), UTC).timestamp() * 1000)
CUSTOMERS = 23_570
IN_MEMORY = 400
"""So many customers are asked of the evaluator of live campaigns too."""


class Customer:
    """What one customer bought, and what an analyst asks about it."""

    def __init__(self, bought: list[Purchase]) -> None:
        self.bought = bought

    def since(self, days: int) -> list[Purchase]:
        first = TODAY - timedelta(days=days)
        return [one for one in self.bought if one.day >= first]

    def cents(self) -> int:
        return sum(round(one.revenue * 100) for one in self.bought)


def _first_day(customer: Customer) -> date:
    return min(one.day for one in customer.bought)


def _days_between(customer: Customer, near: int, far: int) -> int:
    return sum(near <= (TODAY - one.day).days <= far for one in customer.bought)


QUESTIONS: dict[str, tuple[Node, object]] = {
    "bought in the last 30 days": (
        Did(event=BOUGHT, days=30),
        lambda c: bool(c.since(30)),
    ),
    "lapsed: bought, but not for 180 days": (
        All((Did(event=BOUGHT), DidNot(event=BOUGHT, days=180))),
        lambda c: not c.since(180),
    ),
    "bought at least 5 times in a year": (
        Did(event=BOUGHT, days=365, count=Count(">=", 5)),
        lambda c: len(c.since(365)) >= 5,
    ),
    "bought 2 or 3 times ever": (
        Did(event=BOUGHT, count=Count("between", (2, 3))),
        lambda c: 2 <= len(c.bought) <= 3,
    ),
    "bought between 60 and 90 days ago": (
        Did(event=BOUGHT, period=DaysAgo((60, 90))),
        lambda c: _days_between(c, 60, 90) > 0,
    ),
    "came in the first month": (
        DidFirst(event=BOUGHT, period=Dates("1997-01-01", "1997-01-31")),
        lambda c: _first_day(c) <= date(1997, 1, 31),
    ),
    "spent at least 500": (
        DidSum(event=BOUGHT, property="revenue", amount=Amount(">=", 500)),
        lambda c: c.cents() >= 50_000,
    ),
    "spends 40 a time on average": (
        DidAverage(event=BOUGHT, property="revenue", amount=Amount(">", 40)),
        lambda c: c.cents() > 4_000 * len(c.bought),
    ),
    "bought on at least 10 days": (
        DidOnDays(event=BOUGHT, count=Count(">=", 10)),
        lambda c: len({one.day for one in c.bought}) >= 10,
    ),
    "bought big twice, then nothing for 90 days": (
        All(
            (
                Did(
                    event=BOUGHT,
                    where=(Filter("revenue", ">", 50),),
                    count=Count(">=", 2),
                ),
                DidNot(event=BOUGHT, days=90),
            )
        ),
        lambda c: sum(one.revenue > 50 for one in c.bought) >= 2 and not c.since(90),
    ),
}


def _event(seq: int, purchase: Purchase) -> Event:
    at = int(datetime.combine(purchase.day, time(12), UTC).timestamp() * 1000)
    properties = {"revenue": purchase.revenue}
    return Event(seq, f"m{seq}", purchase.customer, BOUGHT, at, at, properties)


@pytest.fixture(scope="module")
def events() -> list[Event]:
    found = [_event(seq, purchase) for seq, purchase in enumerate(purchases(), start=1)]
    assert len(found) == PURCHASES
    return found


@pytest.fixture(scope="module")
def customers() -> dict[str, Customer]:
    bought: dict[str, list[Purchase]] = defaultdict(list)
    for purchase in purchases():
        bought[purchase.customer].append(purchase)
    assert len(bought) == CUSTOMERS
    return {name: Customer(history) for name, history in bought.items()}


@pytest.fixture(scope="module")
def copy(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event], customers: dict[str, Customer]
) -> Iterator[Projection]:
    folder: Path = tmp_path_factory.mktemp("cdnow")
    copy = Projection.open(folder / "audience.duckdb")
    copy.catch_up(rows(events), [person(name) for name in customers])
    yield copy
    copy.close()


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_audience_is_exactly_who_the_file_says(
    copy: Projection, events: list[Event], customers: dict[str, Customer], question: str
) -> None:
    node, asked = QUESTIONS[question]
    assert callable(asked)
    expected = {name for name, customer in customers.items() if asked(customer)}
    assert 50 < len(expected) < CUSTOMERS
    assert selected(copy, node, now_ms=NOW_MS) == expected
    some = set(sorted(customers)[:IN_MEMORY])
    history: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.user in some:
            history[event.user].append(event)
    matched = {
        name
        for name in some
        if matching.matches(node, User(name, 1), history[name], now_ms=NOW_MS, zone="UTC")
    }
    assert matched == expected & some
