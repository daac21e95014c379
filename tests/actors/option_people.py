"""Users and what they did, as chance has them, for campaigns that differ in one field."""

from collections.abc import Iterator
from random import Random
from typing import Any

from msgspec import Struct

from tests.actors.house import HOUR_MS, START_MS

PAST_EVENTS = 14
ZONES = ("Europe/Oslo", "Asia/Tokyo", "America/New_York", "America/Los_Angeles", "")


class Person(Struct, frozen=True):
    """A user, and what the user did: the name, when, and with which properties."""

    name: str
    traits: dict[str, Any]
    did: list[tuple[str, int, dict[str, Any]]]


def people(n: int) -> Iterator[Person]:
    """Yield so many users as chance has them, always the same."""
    r = Random(3)
    for i in range(n):
        traits, did = _traits(i, r), [_past(r) for _ in range(PAST_EVENTS)]
        yield Person(f"u{i:02}", traits, did)


def _traits(n: int, r: Random) -> dict[str, Any]:
    said: dict[str, Any] = {
        "plan": r.choice(("pro", "free", "team")),
        "age": r.randrange(14, 70),
        "gender": r.choice(("F", "M", "other")),
        "country": r.choice(("NO", "SE")),
        "region": r.choice(("East", "West")),
        "city": r.choice(("Oslo", "Bergen")),
        "latitude": 59.9 + r.random() / 2,
        "longitude": 10.7 + r.random() / 2,
        "score": r.randrange(10),
        "devices": [
            {"os": r.choice(("iOS", "Android")), "push_token": f"t{n}", "app_version": f"5.{n % 9}"}
        ],
    }
    optional = {
        "email": f"u{n}@example.com",
        "phone": f"+47{n}",
        "first_name": r.choice(("Ann", "Bo")),
        "timezone": r.choice(ZONES),
        "minute": r.choice((480, 780, 1_200)),
        "other_minute": r.choice((600, 900)),
    }
    return said | {name: value for name, value in optional.items() if r.random() < 0.7}


def _past(r: Random) -> tuple[str, int, dict[str, Any]]:
    back = r.choice((r.randrange(3 * HOUR_MS), r.randrange(60 * 24 * HOUR_MS)))
    return r.choice(("Buy", "Buy", "Pay", "View")), START_MS - back, properties(r)


def properties(r: Random) -> dict[str, Any]:
    said = {
        "sku": r.choice("ab"),
        "alias": r.choice("ab"),
        "price": r.randrange(6),
        "genre": r.choice(("jazz", "jazz", "rock")),
        "cart": r.choice("xy"),
        "basket": r.choice("xy"),
    }
    return {name: value for name, value in said.items() if r.random() < 0.9}
