"""The same people and purchases for every measurement, from one seed."""

import random

import msgspec

from domain.chance import user_hash
from domain.facts import Event, User

NOW_MS = 1_790_000_000_000
DAY_MS = 86_400_000
COUNTRIES = ("NO", "UA", "US", "IN", "AU")


def people(n: int) -> list[User]:
    """Return `n` users with a country and a plan."""
    rng = random.Random(1)
    return [
        User(
            user=f"u{i}",
            h=user_hash(b"bench", f"u{i}"),
            traits={"country": rng.choice(COUNTRIES), "plan": rng.choice(("free", "gold"))},
        )
        for i in range(n)
    ]


def purchases(users: list[User], n: int) -> list[Event]:
    """Return `n` purchases of the last 200 days, in the order of the log."""
    rng = random.Random(2)
    return [
        Event(
            seq=i + 1,
            source_id=f"e{i}",
            user=rng.choice(users).user,
            name="Order Completed",
            time_ms=NOW_MS - rng.randrange(200 * DAY_MS),
            received_ms=NOW_MS,
            properties={"revenue": rng.randrange(1, 120), "currency": "EUR"},
        )
        for i in range(n)
    ]


def body(event: Event) -> bytes:
    """Return an event's properties as the log keeps them."""
    return msgspec.json.encode(event.properties)
