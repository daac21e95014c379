"""A shop of any size, from one seed: 20 properties a user, and 20 events a user in 90 days.

50 event names by a zipf distribution, 5 to 8 properties each. Nothing of it is held in memory but
the users' names: what is asked of 20 million events is also loaded from a stream.
"""

import random
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import msgspec

from domain.chance import user_hash
from domain.facts import User
from store.log import LogRow

NOW_MS = 1_790_000_000_000
DAY_MS = 86_400_000
DAYS = 90
EVENTS_A_USER = 20
PAGE_ROWS = 20_000
BODIES = 20_000
NAMES = ("Viewed", "Bought", "Searched", "Signed Up", *(f"Event {n:02}" for n in range(5, 51)))
CATEGORIES = tuple(f"category-{n:02}" for n in range(30))
COUNTRIES = ("NO", "UA", "US", "IN", "AU", "DE", "SE", "PL")


def people(first: int, last: int) -> list[User]:
    """Return the users of these numbers; the same number is the same user."""
    return [_person(n) for n in range(first, last)]


def _person(n: int) -> User:
    rng = random.Random(n)
    traits: dict[str, Any] = {f"score_{i}": rng.randrange(1_000) for i in range(8)}
    traits |= {f"word_{i}": f"w{rng.randrange(500)}" for i in range(6)}
    traits |= {
        "country": rng.choice(COUNTRIES),
        "plan": rng.choice(("free", "silver", "gold")),
        "age": rng.randrange(18, 80),
        "latitude": rng.uniform(58.0, 64.0),
        "longitude": rng.uniform(5.0, 12.0),
        "devices": [{"os": rng.choice(("iOS", "Android")), "make": rng.choice(("Apple", "Other"))}],
    }
    return User(user=name(n), h=user_hash(b"bench", name(n)), traits=traits)


def name(n: int) -> str:
    """Return what user number `n` is called."""
    return f"user-{n:08}"


def pages(users: int) -> Iterator[list[LogRow]]:
    """Yield the events of so many users, in the order of the log, a page at a time."""
    rng = random.Random(1)
    bodies = [_body(rng) for _ in range(BODIES)]
    weights = list(accumulate(1 / rank for rank in range(1, len(NAMES) + 1)))
    total, step = users * EVENTS_A_USER, PAGE_ROWS
    for first in range(0, total, step):
        n = min(step, total - first)
        drawn = zip(
            rng.choices(NAMES, cum_weights=weights, k=n),
            rng.choices(range(users), k=n),
            rng.choices(bodies, k=n),
            strict=True,
        )
        yield [
            LogRow(
                seq := first + i + 1,
                "event",
                f"e{seq}",
                name(who),
                what,
                at := NOW_MS - (total - seq) * DAYS * DAY_MS // total,
                at,
                body,
            )
            for i, (what, who, body) in enumerate(drawn)
        ]


def _body(rng: random.Random) -> bytes:
    properties: dict[str, Any] = {
        "price": rng.randrange(1, 120),
        "category": rng.choice(CATEGORIES),
        "currency": "EUR",
        "quantity": rng.randrange(1, 5),
        "sku": f"sku-{rng.randrange(5_000)}",
    }
    for key in ("source", "coupon", "campaign")[: rng.randrange(4)]:
        properties[key] = f"{key}-{rng.randrange(40)}"
    return msgspec.json.encode(properties)
