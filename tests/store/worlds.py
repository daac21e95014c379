"""Worlds for the law of the audience: trees, people and histories, as odd as they may come.

A world is made from a seed. What is drawn in it belongs together: events happen at the edges of
the ranges that its trees ask about, and values are mostly those that the trees compare with, so
that conditions hold often enough to tell right from wrong.
"""

from collections.abc import Callable, Sequence
from datetime import time
from random import Random
from typing import Any, TypeVar, get_args

from msgspec import Struct

from domain.audience import (
    Age,
    All,
    Amount,
    AnyOf,
    Comparison,
    Count,
    CustomList,
    Dates,
    DaysAgo,
    Device,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Doing,
    Filter,
    Gender,
    Geography,
    Hours,
    Minutes,
    Near,
    Node,
    Not,
    Operator,
    Place,
    Property,
    Reachability,
    SameValue,
    Saved,
    Step,
    StepNot,
    Weekday,
    deeds,
)
from domain.devices import FIELDS, VERSION_FIELDS, VERSION_OPERATORS
from domain.facts import Event, User
from domain.people import Channel
from domain.periods import DAY_MS, HOUR_MS, MINUTE_MS, window
from domain.saved import expand
from domain.zones import local_wall, offsets, resolve_local
from tests.domain.test_operators import EXAMPLES

T = TypeVar("T")
U = TypeVar("U")

NOWS_MS = (
    1_774_800_000_000,  # 2026-03-29T16:00:00Z, the day of Europe's change
    1_774_746_000_000,  # 2026-03-29T01:00:00Z, its very instant
    1_792_890_000_000,  # 2026-10-25T01:00:00Z, the hour that comes twice begins
    1_709_164_800_000,  # 2024-02-29T00:00:00Z
    1_777_075_200_000,  # 2026-04-25T00:00:00Z, a day after Cairo's change at midnight
)
ACCOUNT_ZONES = ("UTC", "Europe/Kyiv", "Pacific/Auckland", "America/St_Johns", "Africa/Cairo")
USER_ZONES = (None, "Europe/Kyiv", "America/Havana", "Asia/Beirut", "UTC+05:30", "Pacific/Apia")

FEW = (1, 1.0, "pro", True, 5)
TEXTS: tuple[str, ...] = (
    "Pro",
    "",
    "5",
    "true",
    "İstanbul",
    "ΣΑΣ",
    "'; DROP TABLE users; --",
    'a"b',
    "a\0b",
    "😀",
)
TEXTS += ("100%", "2026-03-29", "2026-03-29T09:00:00+02:00", "2026-13-40", "1", "e\u0301", "é")
NUMBERS = (0, -0.0, 5.5, 1.005, -3, 0.1, 0.2, 2**53, 2**53 + 1, 10**15, 10**30, 1_774_800_000)
SCALARS: tuple[str | int | float, ...] = (*FEW, *TEXTS, *NUMBERS, 1_774_800_000_000, False)
ODD: tuple[Any, ...] = (
    None,
    {},
    {"a": 1},
    [],
    [None],
    [[1]],
    10**400,
    [1, "pro"],
    ["pro", None],
    [True, 5, 5],
)
NAMES = ("Bought", "Viewed", "Ordered'; --")
KEYS = ("price", "s1", "two words", '"')
VERSIONS = ("5.9", "5.10", "5", "5.0", "0", "v5", "", "10.0.1", "5.9-beta", "99999999999", "٣.1")
BIRTHDAYS = ("1990-03-29", "1990-03-30", "2008-02-29", "2000-10-25T12:00:00+12:00", "2030-01-01")
CITIES = ("Oslo", "OSLO", "İzmir", "São Paulo", "", 5, None, ["Oslo", "Bergen"])
AMOUNTS = (0, 0.3, 1, 1.005, 2, 5, 5.5, 6, 6.25, -3, 10**15, 10**16)
KINDS = ("did", "did", "not", "first", "sum", "average", "days", "mostly", "share", "same", "same")
LISTS = {
    "vips": frozenset({"u0", "u2", "nobody"}),
    "empty": frozenset[str](),
    "'; --": frozenset({"u1"}),
}
SAVED: dict[str, Node] = {
    "buyers": All((Did("Bought"), Not(Saved("staff")))),
    "staff": AnyOf((Property("price", "equals", "pro"), CustomList("vips"))),
}


class World(Struct):
    """Everything that both evaluators are told."""

    now_ms: int
    zone: str
    nodes: list[Node]
    users: list[User]
    history: list[Event]


class Draws:
    """Draws the parts of one world."""

    def __init__(self, seed: int) -> None:
        self._dice = Random(seed)

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

    def tree(self, depth: int = 0) -> Node:
        """Draw a tree of a few levels."""
        kind = self._dice.random()
        if depth >= 3 or kind < 0.55:
            return self.behaviour() if self._dice.random() < 0.6 else self.trait()
        if kind < 0.65:
            return Not(self.tree(depth + 1))
        if kind < 0.7:
            return Saved(self._one(tuple(SAVED)))
        of = tuple(self.tree(depth + 1) for _ in range(self._dice.choice([0, 1, 2, 2, 2, 3])))
        return AnyOf(of) if kind < 0.87 else All(of)

    def behaviour(self) -> Node:
        """Draw a condition about events."""
        event, shared = self._name(), self._shared()
        match self._dice.choice(KINDS):
            case "did":
                return Did(event, count=self._count(), **shared)
            case "days":
                return DidOnDays(event, count=self._count(), **shared)
            case "sum":
                return DidSum(event, self._key(), self._amount(), **shared)
            case "average":
                return DidAverage(event, self._key(), self._amount(), **shared)
            case "mostly":
                return DidMostly(event, self._key(), self._few(), **shared)
            case "share":
                percent = self._one((1, 20, 33, 50, 51, 100))
                return DidShare(event, self._key(), self._few(), percent, **shared)
            case "same":
                did = tuple(self._step() for _ in range(self._one((0, 0, 1, 2))))
                needs = Step(event, where=self._where())  # one step at least must need its event
                did_not = tuple(
                    StepNot(self._name(), property=self._alias(), **self._shared())
                    for _ in range(self._one((0, 0, 1, 2)))
                )
                return SameValue(self._key(), (needs, *did), did_not)
            case "first":
                return DidFirst(event, **shared)
            case _:
                return DidNot(event, **shared)

    def trait(self) -> Node:
        """Draw a condition about a profile, or a list."""
        match self._dice.randrange(9):
            case 0 | 1:
                return Property(*self._comparison())
            case 2:
                op: Comparison = self._one(get_args(Comparison))
                low, high = self._dice.randint(0, 40), self._dice.randint(0, 40)
                return Age(op, (low, high) if op == "between" else low)
            case 3:
                return Gender(self._one(("female", "male", "other")))
            case 4:
                cities = [
                    tuple(self._some(("oslo", "İZMİR", "", "São Paulo"), 2)) for _ in range(3)
                ]
                return Geography(*(names if self._dice.random() < 0.4 else () for names in cities))
            case 5:
                return Near(tuple(self._place() for _ in range(self._one((1, 1, 2)))))
            case 6:
                return Reachability(self._one(get_args(Channel)))
            case 7:
                return Device(tuple(self._device_filter() for _ in range(self._one((1, 2, 3)))))
            case _:
                return CustomList(self._one(tuple(LISTS)))

    def _shared(self) -> dict[str, Any]:
        """Draw what all conditions about events share."""
        clock = (self._time(), self._time())
        dates = (None, "2026-03-28", "2026-03-29", "2026-10-25", "2024-02-29")
        periods: tuple[Callable[[], Any], ...] = (
            lambda: Hours(self._dice.randint(1, 30)),
            lambda: Minutes(self._dice.randint(1, 90)),
            lambda: DaysAgo((self._dice.randint(0, 4), self._dice.randint(0, 4))),
            lambda: Dates(self._one(dates), self._one(dates)),
        )
        return {
            "where": self._where(),
            "also": self._mostly((), lambda: (Doing(self._name(), self._where()),)),
            "period": self._mostly(None, self._one(periods)),
            "time_of_day": self._mostly(None, lambda: clock if clock[0] != clock[1] else None),
            "weekdays": self._mostly((), lambda: tuple(self._some(get_args(Weekday), 4))),
            "days": self._mostly(None, lambda: self._dice.randint(0, 5)),
        }

    def _step(self) -> Step:
        count = self._mostly(Count(), self._count)
        return Step(self._name(), count=count, property=self._alias(), **self._shared())

    def _count(self) -> Count:
        op: Comparison = self._one(get_args(Comparison))
        low, high = self._dice.randint(0, 4), self._dice.randint(0, 5)
        pair = op == "between" or self._dice.random() < 0.02
        return Count(op, (low, high) if pair else low, self._dice.random() < 0.3)

    def _amount(self) -> Amount:
        op: Comparison = self._one(get_args(Comparison))
        pair = (self._one(AMOUNTS), self._one(AMOUNTS))
        value = pair if op == "between" else pair[0]
        return Amount(op, value, self._dice.random() < 0.3)

    def _where(self) -> tuple[Filter, ...]:
        return self._mostly(
            (), lambda: tuple(Filter(*self._comparison()) for _ in range(self._one((1, 1, 2))))
        )

    def _comparison(self) -> tuple[str, Operator, Any]:
        if self._dice.random() < 0.5:
            op, value, *_ = self._one(EXAMPLES)
        else:
            op = self._one(get_args(Operator))
            several = op in ("in", "between") or self._dice.random() < 0.05
            value = tuple(self._some(SCALARS, 3)) if several else self._few()
        return self._key(), op, value

    def _place(self) -> Place:
        north, east = self._one((59.91, 59.91, 0, -90, 90, 52.5)), self._one((10.75, 0, 180, -180))
        return Place(north, east, self._one((0.001, 1, 850, 6_000, 20_040)))

    def _device_filter(self) -> Filter:
        name = self._one((*VERSION_FIELDS, *FIELDS))
        if self._dice.random() < 0.2:
            return Filter(name, self._one(get_args(Operator)), self._one((None, 5, *VERSIONS)))
        if name in VERSION_FIELDS and self._dice.random() < 0.7:
            op: Operator = self._one(VERSION_OPERATORS)
            pair = (self._one(VERSIONS), self._one(VERSIONS))
            return Filter(name, op, pair if op == "between" else pair[0])
        op = self._one(("exists", "does_not_exist", "contains", "equals", "not_equals"))
        exists = op in ("exists", "does_not_exist")
        return Filter(name, op, None if exists else self._one(("iOS", "5", "5.9")))

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

    def _name(self) -> str:
        return self._mostly(NAMES[0], lambda: self._one((*NAMES, "Unheard of")))

    def _key(self) -> str:
        return self._mostly(KEYS[0], lambda: self._one((*KEYS, "unheard of")))

    def _alias(self) -> str | None:
        return self._mostly(None, self._key)

    def _few(self) -> Any:
        return self._mostly(self._one(FEW), lambda: self._one(SCALARS))

    def _time(self) -> str:
        return self._one(("00:00", "00:00", "02:30", "09:00", "23:59"))

    def _one(self, of: Sequence[T]) -> T:
        return self._dice.choice(of)

    def _some(self, of: tuple[T, ...], up_to: int) -> list[T]:
        return self._dice.sample(of, self._dice.randint(1, up_to))

    def _mostly(self, usual: T, rare: Callable[[], U]) -> T | U:
        return usual if self._dice.random() < 0.8 else rare()


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
