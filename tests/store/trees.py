"""Audiences drawn by chance: every kind of condition, in trees of a few."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar, get_args

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
)
from domain.devices import FIELDS, VERSION_FIELDS, VERSION_OPERATORS
from domain.people import Channel
from tests.domain.test_operators import EXAMPLES
from tests.store.oddities import (
    AMOUNTS,
    FEW,
    KEYS,
    KINDS,
    LISTS,
    NAMES,
    SAVED,
    SCALARS,
    VERSIONS,
)

T = TypeVar("T")
U = TypeVar("U")


class Trees:
    """Draws audiences, and what any drawing needs."""

    def __init__(self, seed: int) -> None:
        self._dice = Random(seed)

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
