"""Worlds for the law of the audience: trees, people and histories, as odd as they may come.

A world is made from a seed. What is drawn in it belongs together: events happen at the edges of
the ranges that its trees ask about, and values are mostly those that the trees compare with, so
that conditions hold often enough to tell right from wrong.
"""

from datetime import time
from typing import Any

from msgspec import Struct

from domain.audience import (
    Node,
    deeds,
)
from domain.devices import FIELDS
from domain.facts import Event, User
from domain.periods import DAY_MS, HOUR_MS, MINUTE_MS, window
from domain.saved import expand
from domain.zones import local_wall, offsets, resolve_local
from tests.store.oddities import (
    ACCOUNT_ZONES,
    BIRTHDAYS,
    CITIES,
    FEW,
    KEYS,
    LISTS,
    NAMES,
    NOWS_MS,
    ODD,
    SAVED,
    SCALARS,
    USER_ZONES,
    VERSIONS,
)
from tests.store.trees import Trees


class World(Struct):
    """Everything that both evaluators are told."""

    now_ms: int
    zone: str
    nodes: list[Node]
    users: list[User]
    history: list[Event]


class Draws(Trees):
    """Draws the parts of one world."""

    def world(self, nodes: int) -> World:
        """Draw a world with so many trees."""
        now_ms, zone = self._one(NOWS_MS), self._one(ACCOUNT_ZONES)
        asked = [self.tree() for _ in range(nodes)]
        users = [
            User(
                f"u{i}",
                i,
                {**self._properties(), **self._who()},
                self._one(USER_ZONES),
                lists=frozenset(name for name, members in LISTS.items() if f"u{i}" in members),
            )
            for i in range(self._dice.randint(1, 5))
        ]
        edges = _edges(asked, users, now_ms=now_ms, zone=zone)
        history = [
            Event(
                seq,
                f"m{seq}",
                self._one(users).user,
                self._mostly(NAMES[0], lambda: self._one(NAMES)),
                self._moment(edges, now_ms),
                now_ms,
                self._properties(),
            )
            for seq in range(1, self._dice.randint(2, 50))
        ]
        return World(now_ms, zone, asked, users, history)

    def _properties(self) -> dict[str, Any]:
        return {
            key: self._mostly(self._one(FEW), lambda: self._one(self._one((SCALARS, ODD))))
            for i, key in enumerate(KEYS)
            if self._dice.random() < (0.3 if i else 0.85)
        }

    def _who(self) -> dict[str, Any]:
        possible: dict[str, tuple[Any, ...]] = {
            "birthday": (*BIRTHDAYS, 5, None, "soon", 638_668_800),
            "DOB": BIRTHDAYS,
            "age": (0, 17, 17.5, 18, 36, "18", None),
            "gender": ("F", "female", "MALE", "o", "", None, 1),
            "country": CITIES,
            "state": CITIES,
            "city": CITIES,
            "address": (None, "Oslo", {"city": "Oslo"}, {"city": ["oslo"], "country": "OSLO"}),
            "address.city": ("Bergen", None),
            "latitude": (59.91, 59.91, 59.91, 0, 90, -90, 91, "59.91", None, [0]),
            "longitude": (10.75, 10.75, 10.75, 0, 180, -180, 181, True),
            "email": ("a@b.example", "", None, 5),
            "Phone": ("+47", ["+47"], ""),
            "unsubscribed_email": (True, False, "true", 1),
            "MSG-sms": (True, False, 0),
        }
        likely = ("latitude", "longitude")
        found = {
            key: self._one(of)
            for key, of in possible.items()
            if self._dice.random() < (0.9 if key in likely else 0.4)
        }
        odd: tuple[Any, ...] = (None, "x", {}, {"app_version": ["5.9"], "os": None})
        devices = [self._mostly(self._device(), lambda: self._one(odd)) for _ in range(3)]
        return {**found, "devices": self._mostly(devices, lambda: "x")}

    def _device(self) -> dict[str, Any]:
        held = ("iOS", 5, None, *VERSIONS)
        return {name: self._one(held) for name in FIELDS if self._dice.random() < 0.7}

    def _moment(self, edges: list[int], now_ms: int) -> int:
        """Draw an instant, most often an edge, the one just before it, or an hour from it."""
        if self._dice.random() < 0.7:
            return self._one(edges) + self._one((0, 0, -1, -1, HOUR_MS, -MINUTE_MS))
        return self._dice.randint(now_ms - 6 * DAY_MS, now_ms + DAY_MS // 4)


def _edges(nodes: list[Node], people: list[User], *, now_ms: int, zone: str) -> list[int]:
    """Return the first instants in and after everything that the trees ask about."""
    homes = {one.zone or zone for one in people}
    found = {now_ms, now_ms - 3 * DAY_MS, -5}
    found |= {at for home in homes for at, _ in offsets(home) if abs(at - now_ms) < 3 * DAY_MS}
    for node in nodes:
        for deed in deeds(expand(node, SAVED)):
            asked = window(deed, now_ms=now_ms, zone=zone)
            found |= {asked.until_ms, asked.since_ms or 0}
            for text in deed.time_of_day or ():
                for home in homes:
                    day = local_wall(now_ms, home).date()
                    found.add(resolve_local(day, time.fromisoformat(text), home))
    return sorted(found)
