"""What is asked of the events that a condition about behaviour has selected, in memory.

The store's scan asks the same of all users' events at once.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias, assert_never

from domain.audience import (
    Aggregate,
    Amount,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Scalar,
)
from domain.comparing import counts, micro_bounds, micros, related
from domain.facts import Event
from domain.periods import Window, day_of
from domain.same_value import Typed, typed
from domain.values import single

Tally: TypeAlias = Callable[[Sequence[Event], str], bool]
"""Asked of the selected events, with the account's zone."""


def tally(node: Aggregate) -> Tally:
    """Return what the condition asks of the user's events in its range that pass its filters.

    Of DidFirst these are the events that pass, ever: see `is_first`.
    """
    match node:
        case Did(count=count):
            return lambda events, _zone: counts(count, len(events))
        case DidNot():
            return lambda events, _zone: not events
        case DidFirst():
            return lambda events, _zone: bool(events)
        case DidSum(property=name, amount=amount):
            return lambda events, _zone: _amount(amount, events, name, of_each=False)
        case DidAverage(property=name, amount=amount):
            return lambda events, _zone: _amount(amount, events, name, of_each=True)
        case DidOnDays(count=count):
            return lambda events, zone: counts(
                count, len({day_of(event.time_ms, zone) for event in events})
            )
        case DidMostly(property=name, value=value):
            return lambda events, _zone: _mostly(events, name, value)
        case DidShare(property=name, value=value, percent=percent):
            return lambda events, _zone: _share(events, name, value, percent)
        case _:
            assert_never(node)


def is_first(every: Sequence[Event], passing: Sequence[Event], window: Window) -> bool:
    """Whether the first of the events lies in the window and passes the filters.

    Of several at the first instant one is enough. `every` must reach back to the user's first
    event of these names: what is asked for may not leave the history.
    """
    if not every or not passing:
        return False
    first_ms = min(event.time_ms for event in every)
    since_ms = window.since_ms
    inside = first_ms < window.until_ms and (since_ms is None or since_ms <= first_ms)
    return inside and first_ms == min(event.time_ms for event in passing)


def _amount(amount: Amount, events: Sequence[Event], name: str, *, of_each: bool) -> bool:
    """Compare the sum, or the average: the sum with so many times the bounds, exactly."""
    if not events and not amount.include_zero:
        return False
    total = sum(micros(event.properties.get(name)) or 0 for event in events)
    times = max(len(events), 1) if of_each else 1
    bounds = tuple(bound * times for bound in micro_bounds(amount))
    return bool(related(amount.op, total, bounds))


def _values(events: Sequence[Event], name: str) -> Counter[Typed]:
    found = (single(event.properties.get(name)) for event in events)
    return Counter(typed(value) for value in found if value is not None)


def _mostly(events: Sequence[Event], name: str, value: Scalar) -> bool:
    times = _values(events, name)
    asked = _typed(value)
    mine = times.pop(asked, 0) if asked else 0
    return mine > max(times.values(), default=0)


def _share(events: Sequence[Event], name: str, value: Scalar, percent: int) -> bool:
    asked = _typed(value)
    mine = _values(events, name)[asked] if asked else 0
    return bool(events) and mine * 100 >= percent * len(events)


def _typed(value: Scalar) -> Typed | None:
    """Return what was asked for as events' values are read: a whole number is a number."""
    found = single(value)
    return None if found is None else typed(found)
