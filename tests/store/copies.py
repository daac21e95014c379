"""What tests of the audience's copy share: log rows made of events, and who is selected."""

import json
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from domain.audience import Node
from domain.facts import Event, User
from store import audience
from store.projection import Projection

NOW_MS = 1_774_800_000_000  # 2026-03-29T16:00:00Z
DAY_MS = 86_400_000
DRAW = (48_271, 11)


class Row(Struct, frozen=True):
    """A row of the log, as far as the copy reads it."""

    seq: int
    kind: str
    user: str
    name: str
    time_ms: int
    body: bytes


def event(seq: int, user: str, name: str, time_ms: int = NOW_MS, **properties: Any) -> Event:
    return Event(seq, f"m{seq}", user, name, time_ms, time_ms, properties)


def person(user: str, h: int = 1, *, suppressed: bool = False, **traits: Any) -> User:
    return User(user, h, traits, None, suppressed)


def rows(events: Iterable[Event]) -> list[Row]:
    """Return the events as the log holds them."""
    return [
        Row(one.seq, "event", one.user, one.name, one.time_ms, json.dumps(one.properties).encode())
        for one in events
    ]


def selected(copy: Projection, node: Node, *, now_ms: int = NOW_MS, zone: str = "UTC") -> set[str]:
    """Return the users in the audience."""
    found = list(audience.select(copy, node, now_ms=now_ms, zone=zone, draw=DRAW))
    assert len(found) == len({one.user for one in found}), "everyone is selected once"
    return {one.user for one in found}
