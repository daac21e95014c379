"""What is asked of the events that a condition about behaviour has selected, in memory.

They come one by one and in any order, and are not kept: what is remembered is a number, or a
number for each day or value. The store's scan asks the same of all users' events at once.
"""

from collections import Counter
from collections.abc import Callable
from typing import Protocol, TypeAlias, TypeVar, assert_never

from domain.audience import (
    Amount,
    Count,
    Did,
    DidAverage,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Scalar,
)
from domain.comparing import bounds, counts, micro_bounds, micros, related
from domain.facts import Event
from domain.past import Counting
from domain.periods import day_of
from domain.same_value import Typed, typed
from domain.values import single

Counted: TypeAlias = Did | DidNot | DidSum | DidAverage | DidOnDays | DidMostly | DidShare
"""The conditions that ask about all events which they select; DidFirst asks about one."""
T = TypeVar("T")
NONE_AT_ALL = Count("=", 0, include_zero=True)


class Tally(Counting, Protocol):
    """Counts events of one user for one condition."""

    def holds(self) -> bool:
        """Whether the condition holds if these were all."""
        ...


def tally(node: Counted) -> Callable[[str], Tally]:
    """Return what makes an empty tally of the condition, by the account's zone."""
    match node:
        case Did(count=count):
            return lambda _zone: _Times(count)
        case DidNot():
            return lambda _zone: _Times(NONE_AT_ALL)
        case DidSum(property=name, amount=amount):
            return lambda _zone: _Total(name, amount, of_each=False)
        case DidAverage(property=name, amount=amount):
            return lambda _zone: _Total(name, amount, of_each=True)
        case DidOnDays(count=count):
            return lambda zone: _Days(count, zone)
        case DidMostly(property=name, value=value):
            return lambda _zone: _Mostly(name, value)
        case DidShare(property=name, value=value, percent=percent):
            return lambda _zone: _Share(name, value, percent)
        case _:
            assert_never(node)


def enough(count: Count) -> int:
    """Return from how many on it makes no difference how many more there are."""
    return max(bounds(count), default=0) + 1


class _Times:
    def __init__(self, count: Count) -> None:
        self._count, self._enough, self._n = count, enough(count), 0

    def add(self, _event: Event) -> bool:
        self._n += 1
        return self._n >= self._enough

    def drop(self, _event: Event) -> None:
        self._n -= 1

    def holds(self) -> bool:
        return counts(self._count, self._n)

    def size(self) -> int:
        return 0


class _Days:
    def __init__(self, count: Count, zone: str) -> None:
        self._count, self._enough, self._zone = count, enough(count), zone
        self._days: Counter[int] = Counter()

    def add(self, event: Event) -> bool:
        self._days[day_of(event.time_ms, self._zone)] += 1
        return len(self._days) >= self._enough

    def drop(self, event: Event) -> None:
        _less(self._days, day_of(event.time_ms, self._zone))

    def holds(self) -> bool:
        return counts(self._count, len(self._days))

    def size(self) -> int:
        return len(self._days)


class _Total:
    """A sum, or an average: then the sum is compared with so many times the bounds, exactly."""

    def __init__(self, name: str, amount: Amount, *, of_each: bool) -> None:
        self._name, self._amount, self._of_each = name, amount, of_each
        self._n = self._sum = 0

    def add(self, event: Event) -> bool:
        self._count(event, 1)
        return False

    def drop(self, event: Event) -> None:
        self._count(event, -1)

    def _count(self, event: Event, times: int) -> None:
        self._n += times
        self._sum += times * (micros(event.properties.get(self._name)) or 0)

    def holds(self) -> bool:
        if not self._n and not self._amount.include_zero:
            return False
        times = max(self._n, 1) if self._of_each else 1
        several = tuple(bound * times for bound in micro_bounds(self._amount))
        return bool(related(self._amount.op, self._sum, several))

    def size(self) -> int:
        return 0


class _Mostly:
    def __init__(self, name: str, value: Scalar) -> None:
        self._name, self._asked = name, _typed(value)
        self._times: Counter[Typed] = Counter()

    def add(self, event: Event) -> bool:
        value = single(event.properties.get(self._name))
        if value is not None:
            self._times[typed(value)] += 1
        return False

    def drop(self, event: Event) -> None:
        value = single(event.properties.get(self._name))
        if value is not None:
            _less(self._times, typed(value))

    def holds(self) -> bool:
        mine = self._times[self._asked] if self._asked else 0
        others = (n for value, n in self._times.items() if value != self._asked)
        return mine > max(others, default=0)

    def size(self) -> int:
        return len(self._times)


class _Share:
    def __init__(self, name: str, value: Scalar, percent: int) -> None:
        self._name, self._asked, self._percent = name, _typed(value), percent
        self._n = self._mine = 0

    def add(self, event: Event) -> bool:
        self._count(event, 1)
        return False

    def drop(self, event: Event) -> None:
        self._count(event, -1)

    def _count(self, event: Event, times: int) -> None:
        value = single(event.properties.get(self._name))
        self._n += times
        self._mine += times * (value is not None and typed(value) == self._asked)

    def holds(self) -> bool:
        return bool(self._n) and self._mine * 100 >= self._percent * self._n

    def size(self) -> int:
        return 0


def _less(times: Counter[T], key: T) -> None:
    """Count something once less, and not at all where nothing is left of it."""
    times[key] -= 1
    if not times[key]:
        del times[key]


def _typed(value: Scalar) -> Typed | None:
    """Return what was asked for as events' values are read: a whole number is a number."""
    found = single(value)
    return None if found is None else typed(found)
