"""What conditions demand of the events that they select, as sets of users.

A demand says which users with such events meet it, and whether those without do. So it is one look
at those events and no others, and demands on the same events are one: `All` and `AnyOf` join them.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, assert_never

import sqlalchemy as sa
from msgspec import Struct

from domain.audience import (
    Aggregate,
    Count,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
)
from domain.comparing import AMOUNT_MAX, MILLION, bounds, micro_bounds, related
from store.catalogue import Kind
from store.deeds import Selected
from store.terms import Column, Truth

SMALL_MAX = 9e12
"""A number of at most this size fits 64 bits in whole millionths."""

Having: TypeAlias = Truth | bool


class HugeInt(sa.types.UserDefinedType[int]):
    """DuckDB's integers of 128 bits: sums of millionths."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return its name in SQL."""
        return "HUGEINT"


class Demand(Struct, frozen=True):
    """Users with events that are `selected` meet it if `having` holds; those without, `for_none`.

    `having` is never unknown; true and false are those of all users alike.
    """

    key: bytes
    selected: Selected
    having: Having
    for_none: bool

    def met_by(self, no: Column) -> Truth:
        """Return whether the user of this number meets it."""
        if self.for_none:
            return sa.not_(no.in_(self._users(_not(self.having))))
        return no.in_(self._users(self.having))

    def _users(self, having: Having) -> sa.Select[Any]:
        if isinstance(having, bool):
            return self.selected.rows(self.selected.no, where=() if having else (sa.false(),))
        return self.selected.rows(self.selected.no).group_by(self.selected.no).having(having)


def negated(demand: Demand) -> Demand:
    """Return what the others meet."""
    return Demand(demand.key, demand.selected, _not(demand.having), not demand.for_none)


def joined(demands: Iterable[Demand], *, every: bool) -> list[Demand]:
    """Return one demand for each set of events: all of its demands, or any of them."""
    found: dict[bytes, Demand] = {}
    for each in demands:
        other = found.get(each.key)
        found[each.key] = each if other is None else _join(other, each, every=every)
    return list(found.values())


def demand(node: Aggregate, key: bytes, selected: Selected) -> Demand:
    """Return what a condition demands of its events; not for DidMostly, which groups by value."""
    times = sa.func.count()

    def of(having: Having, *, for_none: bool = False) -> Demand:
        return Demand(key, selected, having, for_none)

    match node:
        case Did(count=count):
            return of(_often(count, times), for_none=_never_counts(count))
        case DidOnDays(count=count):
            days = sa.func.count(selected.day().distinct())
            return of(_often(count, days), for_none=_never_counts(count))
        case DidNot():
            return of(having=False, for_none=True)
        case DidFirst():
            return of(_first(selected))
        case DidSum(amount=amount) | DidAverage(amount=amount):
            asked = micro_bounds(amount)
            for_none = amount.include_zero and bool(related(amount.op, 0, asked))
            of_each: Any = times if isinstance(node, DidAverage) else 1
            ends = tuple(sa.literal(bound, HugeInt()) * of_each for bound in asked)
            total = total_micros(
                selected.value(node.property, Kind.NUMBER),
                small=selected.are_within(node.property, SMALL_MAX),
            )
            return of(related(amount.op, total, ends), for_none=for_none)
        case DidShare(property=name, value=value, percent=percent):
            mine = times.filter(selected.is_value(name, value))
            return of(mine * 100 >= times * percent)
        case DidMostly():
            raise AssertionError("store.values asks for the most frequent value")
        case _:
            assert_never(node)


def total_micros(column: Column, *, small: bool) -> Column:
    """Return the sum in whole millionths, as `domain.comparing.micros` rounds; 0 of nothing.

    `small`: no number is larger than SMALL_MAX, as hardly any amount is. Millionths of such fit
    64 bits, which add faster than 128.
    """
    whole = sa.func.floor(column * MILLION + 0.5)
    if small:
        return sa.func.coalesce(sa.func.sum(sa.cast(whole, sa.BigInteger())), 0)
    fits = sa.try_cast(whole, sa.BigInteger())
    large = sa.case(
        (sa.and_(fits.is_(None), sa.func.abs(column) <= AMOUNT_MAX), sa.cast(whole, HugeInt()))
    )
    return sa.func.coalesce(sa.func.sum(fits), 0) + sa.func.coalesce(sa.func.sum(large), 0)


def _often(count: Count, times: Column) -> Having:
    """Return whether a number of times, one at least, is enough."""
    asked = bounds(count)
    if count.op in _FROM and len(asked) == 1 and asked[0] <= _FROM[count.op]:
        return True
    found: Truth = related(count.op, times, asked)
    return found


_FROM = {">=": 1, ">": 0, "!=": 0}
"""Below these numbers, each is true of any number of times from one on."""


def _never_counts(count: Count) -> bool:
    return count.include_zero and bool(related(count.op, 0, bounds(count)))


def _first(selected: Selected) -> Truth:
    """Ask whether the first of all events lies in the range and passes the filters."""
    asked = selected.window()
    first = sa.func.min(selected.time_ms)
    limits: list[Truth] = [first < asked.until_ms]
    if asked.since_ms is not None:
        limits.append(first >= asked.since_ms)
    if not selected.takes_all:
        limits.append(first == first.filter(selected.passes()))
    return sa.func.coalesce(sa.and_(*limits), sa.false())


def _join(one: Demand, other: Demand, *, every: bool) -> Demand:
    how: Callable[..., Truth] = sa.and_ if every else sa.or_
    having = _simply(one.having, other.having, neutral=every)
    for_none = (one.for_none and other.for_none) if every else (one.for_none or other.for_none)
    if having is None:
        having = how(one.having, other.having)
    return Demand(one.key, one.selected, having, for_none)


def _simply(one: Having, other: Having, *, neutral: bool) -> Having | None:
    """Join what is true or false of everybody: `neutral` leaves the other, its opposite decides."""
    for mine, rest in ((one, other), (other, one)):
        if isinstance(mine, bool):
            return rest if mine is neutral else mine
    return None


def _not(having: Having) -> Having:
    return not having if isinstance(having, bool) else sa.not_(having)
