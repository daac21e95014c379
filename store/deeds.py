"""The events that a condition selects: by name, comparisons and time, with the values it wants."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from domain.audience import Asked, DidFirst, Scalar
from domain.behaviour import Doing, doings
from domain.operators import condition, resolve
from domain.periods import Window, has_clock, window
from domain.values import single
from store import terms
from store.catalogue import Catalogue, Kind
from store.terms import Column, Truth
from store.walls import Walls, at_times, day_start

VALUE_KINDS = (Kind.TEXT, Kind.NUMBER, Kind.FLAG)


class Selected:
    """One condition's events, as a statement that leaves open what of them is asked for.

    Conditions of one `key` select the same events, and can share one statement.
    """

    def __init__(self, catalogue: Catalogue, deed: Asked, *, now_ms: int, zone: str) -> None:
        self._catalogue = catalogue
        self._deed = deed
        self._now_ms = now_ms
        self._zone = zone
        self._events = terms.events(catalogue)
        self._walls = Walls(self._events.table, zone)
        self._scopes = sorted(
            {scope for each in doings(deed) if (scope := catalogue.scope(each.event)) is not None}
        )
        self.no: Column = self._events.table.c.no
        self.time_ms: Column = self._events.table.c.time_ms
        self.takes_all = not has_clock(deed) and not any(each.where for each in doings(deed))
        """Whether every event of these names passes, at any time."""

    def rows(self, *columns: Column, where: Sequence[Truth] = ()) -> sa.Select[Any]:
        """Return the statement that reads these columns of the events."""
        limits = [*self._limits(), *where]
        return sa.select(*columns).select_from(self._walls.source()).where(*limits)

    def passes(self) -> Truth:
        """Return whether an event is one of the deed's and passes its filters, at any time.

        It may be unknown, which is no wherever this is asked: in WHERE and in FILTER.
        """
        passes = sa.or_(sa.false(), *(self._does(each) for each in doings(self._deed)))
        if has_clock(self._deed):
            return sa.and_(passes, at_times(self._deed, self._walls.user()))
        return passes

    def window(self) -> Window:
        """Return when the events must have happened."""
        return window(self._deed, now_ms=self._now_ms, zone=self._zone)

    def day(self) -> Column:
        """Return where an event's day begins on the account's wall."""
        return day_start(self._walls.account())

    def kinds(self, name: str) -> set[Kind]:
        """Return which kinds of single values the events may have under the name."""
        found = {kind for scope in self._scopes for kind in self._catalogue.find(scope, name)}
        return set(VALUE_KINDS) if Kind.ITEMS in found else found & set(VALUE_KINDS)

    def value(self, name: str, kind: Kind) -> Column:
        """Return the event's one value of a kind, wherever its name keeps it."""
        nothing = sa.cast(sa.null(), terms.TYPES[kind])
        columns = [
            (scope, self._events.value(self._catalogue, scope, name, kind))
            for scope in self._scopes
            if self._catalogue.find(scope, name)
        ]
        if not columns:
            return nothing
        if len(columns) == len(self._scopes) == 1:
            return columns[0][1]
        scope = self._events.table.c.scope
        return sa.case(*((scope == each, value) for each, value in columns), else_=nothing)

    def are_within(self, name: str, bound: float) -> bool:
        """Whether every number that the events have under the name is of at most this size."""
        found = [self._catalogue.find(scope, name) for scope in self._scopes]
        return not any(
            Kind.ITEMS in kinds
            or (Kind.NUMBER in kinds and self._catalogue.goes_beyond(kinds[Kind.NUMBER], bound))
            for kinds in found
        )

    def is_value(self, name: str, asked: Scalar) -> Truth:
        """Return whether the event's value is the one that was asked for, of its type."""
        found = single(asked)
        if found is None:
            return sa.false()
        kind = VALUE_KINDS[(str, float, bool).index(type(found))]
        return sa.func.coalesce(self.value(name, kind) == found, sa.false())

    def _limits(self) -> list[Truth]:
        """Return which events are read at all: those of the first time, or all that count."""
        asked, scope = self.window(), self._events.table.c.scope
        if isinstance(self._deed, DidFirst):
            return [scope.in_(self._scopes), self.time_ms <= self._now_ms]
        limits = [self.passes(), self.time_ms < asked.until_ms]
        if len(self._scopes) > 1:
            limits.insert(0, scope.in_(self._scopes))  # what lies elsewhere is skipped unread
        if asked.since_ms is not None:
            limits.append(self.time_ms >= asked.since_ms)
        return limits

    def _does(self, doing: Doing) -> Truth:
        scope = self._catalogue.scope(doing.event)
        if scope is None:
            return sa.false()
        filters = [
            self._events.compare(
                self._catalogue,
                scope,
                each.property,
                resolve(condition(each.op, each.value), now_ms=self._now_ms, zone=self._zone),
                unknown_is_no=True,
            )
            for each in doing.where
        ]
        return sa.and_(self._events.table.c.scope == scope, *filters)


def key(deed: Asked) -> bytes:
    """Return a name of the events that a condition selects; JSON tells true from 1, as we do."""
    when = (deed.days, deed.period, deed.time_of_day, deed.weekdays)
    first = isinstance(deed, DidFirst)  # reads its events whenever they were
    return msgspec.json.encode((first, doings(deed), when))
