"""The audience tree as one SQL question of all users at once; `domain.matching` asks it of one.

SQLAlchemy Core builds and renders the statement and never executes it. Values travel as bind
parameters; the only names in the SQL are ours and those that the catalogue made of a letter and a
number.
"""

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias, assert_never

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.engine.default import DefaultDialect

from domain.audience import (
    Age,
    Aggregate,
    All,
    AnyOf,
    CustomList,
    Device,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Gender,
    Geography,
    Near,
    Node,
    Not,
    Property,
    Reachability,
    SameValue,
    Saved,
)
from domain.chance import BUCKETS, PRIME
from domain.comparing import bounds, micro_bounds, related
from domain.periods import window
from domain.profile import formula
from domain.saved import UnknownAudienceError
from store import terms
from store.catalogue import Catalogue
from store.people import meets
from store.scan import HugeInt, Scan
from store.terms import Column, Truth

Lists: TypeAlias = Mapping[str, Collection[str]]
"""Custom lists: the users in each, by its name."""
NO_LISTS: Lists = {}


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


class Asked(Struct, frozen=True):
    """A tree, compiled: ask `source` (which has all `users`) for the rows that meet `condition`."""

    source: sa.FromClause
    condition: Truth


class Compiler:
    """Turns trees into conditions on `users`, for one catalogue, at one instant.

    An event or a property that the catalogue has never seen is one that nobody has: no error.
    `lists` are the members of the custom lists that the trees name.
    """

    def __init__(
        self, catalogue: Catalogue, *, now_ms: int, zone: str, lists: Lists = NO_LISTS
    ) -> None:
        self._catalogue = catalogue
        self._now_ms = now_ms
        self._zone = zone
        self._lists = lists
        self._users = terms.users(catalogue)
        self.users = self._users.table

    def ask(self, tree: Node) -> Asked:
        """Compile a tree; its saved audiences must have been expanded (`domain.saved`).

        The condition is true or false, never unknown. Raises UnknownAudienceError for a list that
        is not there.
        """
        scan = Scan(self._catalogue, tree, now_ms=self._now_ms, zone=self._zone)
        condition = self._condition(tree, scan)
        if not scan.used:
            return Asked(self.users, condition)
        joined = self.users.outerjoin(scan.users, scan.users.c.user == self.users.c.user)
        return Asked(joined, condition)

    def place(self, a: int, b: int) -> Column:
        """Return a user's place in the order of a purpose, as `domain.chance.draw_order` does."""
        return (self.users.c.h * a + b) % PRIME

    def in_portion(self, a: int, b: int, percent: int) -> Truth:
        """Return whether a user is in a portion, as `domain.chance.in_portion` does."""
        return self.place(a, b) % BUCKETS < percent

    def _condition(self, node: Node, scan: Scan) -> Truth:
        match node:
            case All(of):
                return sa.and_(sa.true(), *(self._condition(inner, scan) for inner in of))
            case AnyOf(of):
                return sa.or_(sa.false(), *(self._condition(inner, scan) for inner in of))
            case Not(of):
                return sa.not_(self._condition(of, scan))
            case CustomList(name):
                return self._in_list(name)
            case Saved(name):
                raise UnknownAudienceError(f"the saved audience {name!r} has not been expanded")
            case SameValue():
                return self.users.c.user.in_(scan.same_value(node))
            case Property() | Age() | Gender() | Geography() | Near() | Reachability() | Device():
                asked = formula(node, now_ms=self._now_ms, zone=self._zone)
                return meets(asked, self._users, self._catalogue)
            case (
                Did()
                | DidNot()
                | DidFirst()
                | DidSum()
                | DidAverage()
                | DidOnDays()
                | DidMostly()
                | DidShare()
            ):
                return self._aggregate(node, scan)
            case _:
                assert_never(node)

    def _in_list(self, name: str) -> Truth:
        """Ask for the members, all of them as the value of one parameter."""
        if name not in self._lists:
            raise UnknownAudienceError(f"there is no list {name!r}")
        members = sa.literal(list(self._lists[name]), sa.ARRAY(sa.Text()))
        return self.users.c.user.in_(sa.select(sa.func.unnest(members)))

    def _aggregate(self, node: Aggregate, scan: Scan) -> Truth:
        """Compare what is known of the user's deeds; who has no row did nothing of it."""
        if isinstance(node, DidMostly):
            return self.users.c.user.in_(scan.mostly(node))
        times = sa.func.coalesce(scan.measure(node, "c"), 0)
        match node:
            case Did(count=count) | DidOnDays(count=count):
                enough: Truth = related(count.op, times, bounds(count))
                return enough if count.include_zero else sa.and_(times > 0, enough)
            case DidNot():
                return times == 0
            case DidFirst():
                return self._first(node, scan)
            case DidSum(amount=amount) | DidAverage(amount=amount):
                of_each = sa.func.greatest(times, 1) if isinstance(node, DidAverage) else 1
                asked = tuple(
                    sa.literal(bound, HugeInt()) * of_each for bound in micro_bounds(amount)
                )
                total = sa.func.coalesce(scan.measure(node, "t"), 0)
                enough = related(amount.op, total, asked)
                return enough if amount.include_zero else sa.and_(times > 0, enough)
            case DidShare(percent=percent):
                mine = sa.func.coalesce(scan.measure(node, "x"), 0)
                return sa.and_(times > 0, mine * 100 >= times * percent)
            case _:
                assert_never(node)

    def _first(self, node: DidFirst, scan: Scan) -> Truth:
        """Ask whether the first of all events lies in the range and passes the filters."""
        asked = window(node, now_ms=self._now_ms, zone=self._zone)
        first = scan.measure(node, "f")
        limits: list[Truth] = [first < asked.until_ms, first == scan.measure(node, "c")]
        if asked.since_ms is not None:
            limits.append(first >= asked.since_ms)
        return sa.func.coalesce(sa.and_(*limits), sa.false())
