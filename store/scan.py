"""One look at the events for a whole tree: who did what of it how often, how much, and when.

The events that any condition needs are read once, each with a flag for every condition that
selects it. From these rows come one row a user with every sum and count, and, for conditions
about values, the users whose values meet them.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from domain.audience import (
    Asked,
    DidAverage,
    DidFirst,
    DidMostly,
    DidOnDays,
    DidShare,
    DidSum,
    Node,
    SameValue,
    Scalar,
    Step,
    StepNot,
    deeds,
    doings,
    walk,
)
from domain.comparing import AMOUNT_MAX, MILLION, bounds, related
from domain.operators import condition, resolve
from domain.periods import Window, has_clock, window
from domain.values import single
from store import terms
from store.catalogue import Catalogue, Kind
from store.terms import Column, Truth
from store.walls import Walls, at_times, day_start

VALUE_KINDS = (Kind.TEXT, Kind.NUMBER, Kind.FLAG)


class HugeInt(sa.types.UserDefinedType[int]):
    """DuckDB's integers of 128 bits: sums of millionths."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return its name in SQL."""
        return "HUGEINT"


class Scan:
    """The events that some conditions need, and what is known of each user's.

    `deeds` are told apart by identity: to Python, one that asks for true equals one that asks
    for 1.
    """

    def __init__(self, catalogue: Catalogue, tree: Node, *, now_ms: int, zone: str) -> None:
        self._catalogue = catalogue
        self._now_ms = now_ms
        self._zone = zone
        self._deeds = list({id(deed): deed for deed in deeds(tree)}.values())
        self._numbers = {id(deed): i for i, deed in enumerate(self._deeds)}
        self._properties = _properties(tree)
        self.used = any(not isinstance(deed, DidMostly | Step | StepNot) for deed in self._deeds)
        self._events = terms.events(catalogue)
        self._walls = Walls(self._events.table, zone)
        self._rows = self._read().cte("scan")
        self.users = self._by_user().subquery("deeds")

    def _by_user(self) -> sa.Select[Any]:
        """Return one row for each user who did anything of it, with every count and sum."""
        columns = [m for i, deed in enumerate(self._deeds) for m in self._measures(i, deed)]
        return sa.select(self._rows.c.no, *columns).group_by(self._rows.c.no)

    def measure(self, deed: Asked, letter: str) -> Column:
        """Return a user's number of a deed: `c` how often, `t` the total, and so on."""
        return self.users.c[f"{letter}{self._numbers[id(deed)]}"]

    def mostly(self, deed: DidMostly) -> sa.Select[Any]:
        """Return the users whose most frequent value it is, without a tie."""
        i = self._numbers[id(deed)]
        values = self._values(i)
        times = (
            sa.select(
                self._rows.c.no,
                _is(values, deed.value).label("asked"),
                sa.func.count().label("times"),
            )
            .where(self._rows.c[f"m{i}"], _known(values))
            .group_by(self._rows.c.no, *values)
            .subquery()
        )
        mine = sa.func.max(times.c.times).filter(times.c.asked)
        others = sa.func.max(times.c.times).filter(sa.not_(times.c.asked))
        return sa.select(times.c.no).group_by(times.c.no).having(mine > sa.func.coalesce(others, 0))

    def same_value(self, node: SameValue) -> sa.Select[Any]:
        """Return the users with a value for which every step holds."""
        steps = _steps(node)
        parts = []
        for step in steps:
            i = self._numbers[id(step)]
            values = self._values(i)
            named = [
                value.label(kind.value) for kind, value in zip(VALUE_KINDS, values, strict=True)
            ]
            parts.append(
                sa.select(self._rows.c.no, sa.literal(i).label("step"), *named).where(
                    self._rows.c[f"m{i}"], _known(values)
                )
            )
        done = sa.union_all(*parts).subquery()
        demands: list[Truth] = []
        for step in steps:
            times = sa.func.count().filter(done.c.step == self._numbers[id(step)])
            if isinstance(step, StepNot):
                demands.append(times == 0)
                continue
            demands.append(related(step.count.op, times, bounds(step.count)))
            if not step.count.include_zero:
                demands.append(times > 0)
        return (
            sa.select(done.c.no)
            .group_by(done.c.no, *(done.c[kind.value] for kind in VALUE_KINDS))
            .having(sa.and_(*demands))
        )

    def _read(self) -> sa.Select[Any]:
        """Return every event that some deed needs, with its flags and values."""
        events = self._events.table.c
        columns: list[Column] = [events.no, events.time_ms]
        for i, deed in enumerate(self._deeds):
            columns += self._columns(i, deed)
        names = {doing.event for deed in self._deeds for doing in doings(deed)}
        scopes = [scope for name in sorted(names) if (scope := self._catalogue.scope(name))]
        limits: list[Truth] = [events.scope.in_(scopes) if scopes else sa.false()]
        limits.append(events.time_ms <= self._now_ms)
        starts = [None if _is_first(d) else self._window(d).since_ms for d in self._deeds]
        if starts and None not in starts:
            limits.append(events.time_ms >= min(start for start in starts if start is not None))
        return sa.select(*columns).select_from(self._walls.source()).where(*limits)

    def _columns(self, i: int, deed: Asked) -> list[Column]:
        """Return what a deed wants to know of an event: `m`, whether it counts, and its values."""
        passes = self._passes(deed)
        values: list[Column] = []
        match deed:
            case DidFirst():
                return [passes.label(f"m{i}"), self._named(deed).label(f"e{i}")]
            case DidSum(property=name) | DidAverage(property=name):
                values = [self._value(deed, name, Kind.NUMBER).label(f"n{i}")]
            case DidOnDays():
                values = [day_start(self._walls.account()).label(f"d{i}")]
            case DidMostly(property=name) | DidShare(property=name):
                values = self._typed(i, deed, name)
            case Step() | StepNot():
                values = self._typed(i, deed, self._properties[id(deed)])
            case _:
                pass
        asked = self._window(deed)
        time_ms = self._events.table.c.time_ms
        passes = sa.and_(passes, time_ms < asked.until_ms)
        if asked.since_ms is not None:
            passes = sa.and_(passes, time_ms >= asked.since_ms)
        return [passes.label(f"m{i}"), *values]

    def _measures(self, i: int, deed: Asked) -> list[Column]:
        """Return what is summed up of a deed for one user."""
        rows = self._rows.c
        selected = rows[f"m{i}"]
        times = sa.func.count().filter(selected).label(f"c{i}")
        match deed:
            case DidFirst():
                first = sa.func.min(rows.time_ms)
                return [
                    first.filter(selected).label(f"c{i}"),
                    first.filter(rows[f"e{i}"]).label(f"f{i}"),
                ]
            case DidSum() | DidAverage():
                total = sa.func.sum(_micros(rows[f"n{i}"])).filter(selected)
                return [times, total.label(f"t{i}")]
            case DidOnDays():
                return [sa.func.count(rows[f"d{i}"].distinct()).filter(selected).label(f"c{i}")]
            case DidShare(value=value):
                asked = sa.and_(selected, _is(self._values(i), value))
                return [times, sa.func.count().filter(asked).label(f"x{i}")]
            case _:
                return [times]

    def _window(self, deed: Asked) -> Window:
        return window(deed, now_ms=self._now_ms, zone=self._zone)

    def _named(self, deed: Asked) -> Truth:
        """Return whether an event has one of the deed's names."""
        names = [doing.event for doing in doings(deed)]
        scopes = [scope for name in names if (scope := self._catalogue.scope(name))]
        return self._events.table.c.scope.in_(scopes) if scopes else sa.false()

    def _passes(self, deed: Asked) -> Truth:
        """Return whether an event is one of the deed's and passes its filters, at any time."""
        kinds: list[Truth] = []
        for doing in doings(deed):
            scope = self._catalogue.scope(doing.event)
            if scope is None:
                continue
            filters = [
                self._events.compare(
                    self._catalogue,
                    scope,
                    each.property,
                    resolve(condition(each.op, each.value), now_ms=self._now_ms, zone=self._zone),
                )
                for each in doing.where
            ]
            kinds.append(sa.and_(self._events.table.c.scope == scope, *filters))
        passes = sa.or_(sa.false(), *kinds)
        return sa.and_(passes, at_times(deed, self._walls.user())) if has_clock(deed) else passes

    def _value(self, deed: Asked, name: str, kind: Kind) -> Column:
        """Return the event's one value of a kind, wherever its name keeps it."""
        nothing = sa.cast(sa.null(), terms.TYPES[kind])
        scopes = {self._catalogue.scope(doing.event) for doing in doings(deed)} - {None}
        whens = [
            (
                self._events.table.c.scope == scope,
                self._events.value(self._catalogue, scope, name, kind),
            )
            for scope in sorted(each for each in scopes if each is not None)
            if self._catalogue.find(scope, name)
        ]
        return sa.case(*whens, else_=nothing) if whens else nothing

    def _typed(self, i: int, deed: Asked, name: str) -> list[Column]:
        return [self._value(deed, name, kind).label(f"{kind.value}{i}") for kind in VALUE_KINDS]

    def _values(self, i: int) -> list[Column]:
        return [self._rows.c[f"{kind.value}{i}"] for kind in VALUE_KINDS]


def _is_first(deed: Asked) -> bool:
    """Whether it needs every event, whenever it was."""
    return isinstance(deed, DidFirst)


def _properties(tree: Node) -> dict[int, str]:
    """Return which property each step is about, by the step's identity."""
    return {
        id(step): step.property or node.property
        for node in walk(tree)
        if isinstance(node, SameValue)
        for step in _steps(node)
    }


def _steps(node: SameValue) -> list[Step | StepNot]:
    return [*node.did, *node.did_not]


def _micros(column: Column) -> Column:
    """Return a number in whole millionths, as `domain.comparing.micros` does."""
    whole = sa.cast(sa.func.floor(column * MILLION + 0.5), HugeInt())
    return sa.case((sa.func.abs(column) <= AMOUNT_MAX, whole))


def _known(values: Sequence[Column]) -> Truth:
    return sa.or_(*(value.is_not(None) for value in values))


def _is(values: Sequence[Column], asked: Scalar) -> Truth:
    """Return whether the value is the one that was asked for, of its type."""
    found = single(asked)
    kind = (str, float, bool).index(type(found)) if found is not None else None
    return sa.false() if kind is None else sa.func.coalesce(values[kind] == found, sa.false())
