"""The audience tree as one SQL question of all users at once; `domain.matching` asks it of one.

SQLAlchemy Core builds and renders the statement and never executes it. Values travel as bind
parameters; the only names in the SQL are ours and those that the catalogue made of a letter and a
number.
"""

import operator
from collections.abc import Callable
from typing import Any, assert_never

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.engine.default import DefaultDialect

from domain.audience import All, AnyOf, Comparison, Count, Did, DidNot, Filter, Node, Not, Property
from domain.chance import BUCKETS, PRIME
from domain.matching import counts, since_ms
from domain.operators import condition
from store import terms
from store.catalogue import USERS, Catalogue
from store.terms import Column, Truth

_COMPARE: dict[Comparison, Callable[[Column, int], Truth]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


class Question(Struct, frozen=True):
    """A statement in DuckDB's words, and the values of its parameters in their order."""

    sql: str
    values: list[Any]


class _Duck(DefaultDialect):
    """Just enough of DuckDB to render for it: `$1` parameters and real booleans."""

    supports_native_boolean = True
    supports_statement_cache = False


_DUCK = _Duck(paramstyle="numeric_dollar")


def render(statement: sa.Select[*tuple[Any, ...]]) -> Question:
    """Return the statement as text and values."""
    compiled = statement.compile(dialect=_DUCK, compile_kwargs={"render_postcompile": True})
    names = compiled.positiontup or ()
    return Question(str(compiled), [compiled.params[name] for name in names])


class Compiler:
    """Turns trees into conditions on `users`, for one catalogue, at one instant.

    An event or a property that the catalogue has never seen is one that nobody has: no error.
    """

    def __init__(self, catalogue: Catalogue, *, now_ms: int, zone: str) -> None:
        self._catalogue = catalogue
        self._now_ms = now_ms
        self._zone = zone
        self._users = terms.users(catalogue)
        self._events = terms.events(catalogue)
        self.users = self._users.table

    def condition(self, node: Node) -> Truth:
        """Return what a row of `users` must meet; it is true or false, never unknown."""
        match node:
            case All(of):
                return sa.and_(sa.true(), *(self.condition(inner) for inner in of))
            case AnyOf(of):
                return sa.or_(sa.false(), *(self.condition(inner) for inner in of))
            case Not(of):
                return sa.not_(self.condition(of))
            case Property(name, op, value):
                return self._users.compare(self._catalogue, USERS, name, condition(op, value))
            case Did(event, where, count, days):
                return self._did(event, where, count, days)
            case DidNot(event, where, days):
                return self._did(event, where, Count("=", 0, include_zero=True), days)
            case _:
                assert_never(node)

    def place(self, a: int, b: int) -> Column:
        """Return a user's place in the order of a purpose, as `domain.chance.draw_order` does."""
        return (self.users.c.h * a + b) % PRIME

    def in_portion(self, a: int, b: int, percent: int) -> Truth:
        """Return whether a user is in a portion, as `domain.chance.in_portion` does."""
        return self.place(a, b) % BUCKETS < percent

    def _did(self, event: str, where: tuple[Filter, ...], count: Count, days: int | None) -> Truth:
        """Ask about those who did it; who never did is asked by whom that leaves out."""
        zero_counts = counts(count, 0)
        scope = self._catalogue.scope(event)
        if scope is None:
            return sa.true() if zero_counts else sa.false()
        doers = self._doers(scope, where, days)
        enough = _COMPARE[count.op](sa.func.count(), count.value)
        if zero_counts:
            return self.users.c.user.not_in(doers.having(sa.not_(enough)))
        return self.users.c.user.in_(doers.having(enough))

    def _doers(self, scope: int, where: tuple[Filter, ...], days: int | None) -> sa.Select[Any]:
        events = self._events.table.c
        since = since_ms(days, now_ms=self._now_ms, zone=self._zone)
        limits: list[Truth] = [events.scope == scope, events.time_ms <= self._now_ms]
        if since is not None:
            limits.append(events.time_ms >= since)
        for each in where:
            asked = condition(each.op, each.value)
            limits.append(self._events.compare(self._catalogue, scope, each.property, asked))
        return sa.select(events.user).where(*limits).group_by(events.user)
