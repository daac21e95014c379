"""The audience tree as one SQL question of all users at once; `domain.matching` asks it of one.

SQLAlchemy Core builds and renders the statement and never executes it. Values travel as bind
parameters; the only names in the SQL are ours and those that the catalogue made of a letter and a
number.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias, assert_never

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.compiler import SQLCompiler

from domain.audience import (
    Age,
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
    Step,
    StepNot,
)
from domain.audience import Asked as Behaviour
from domain.chance import BUCKETS, PRIME
from domain.profile import formula
from domain.saved import UnknownAudienceError
from store import terms
from store.catalogue import Catalogue
from store.deeds import Selected, key
from store.demands import Demand, demand, joined, negated
from store.people import meets
from store.same_values import mostly, same_value
from store.terms import Column, Truth

Lists: TypeAlias = Mapping[str, Collection[str]]
"""Custom lists: the users in each, by its name."""
NO_LISTS: Lists = {}


class Question(Struct, frozen=True):
    """A statement in DuckDB's words, and the values of its parameters in their order."""

    sql: str
    values: list[Any]


class _DuckCompiler(SQLCompiler):
    def visit_try_cast(self, cast: sa.TryCast[Any], **how: Any) -> str:
        """Render a cast whose failure is NULL."""
        return f"TRY_{self.visit_cast(cast, **how)}"  # type: ignore[no-untyped-call]  # of SQLAlchemy


class _Duck(DefaultDialect):
    """Just enough of DuckDB to render for it: `$1` parameters, real booleans, TRY_CAST."""

    statement_compiler = _DuckCompiler

    supports_native_boolean = True
    supports_statement_cache = False


_DUCK = _Duck(paramstyle="numeric_dollar")


def render(statement: sa.Select[*tuple[Any, ...]]) -> Question:
    """Return the statement as text and values."""
    compiled = statement.compile(dialect=_DUCK, compile_kwargs={"render_postcompile": True})
    values = compiled.params  # made anew at each look: one look, or many values take minutes
    return Question(str(compiled), [values[name] for name in compiled.positiontup or ()])


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
        self._selections: dict[bytes, Selected] = {}

    def ask(self, tree: Node) -> Asked:
        """Compile a tree; its saved audiences must have been expanded (`domain.saved`).

        The condition is true or false, never unknown. Raises UnknownAudienceError for a list that
        is not there.
        """
        return Asked(self.users, self._met(self._part(tree)))

    def place(self, a: int, b: int) -> Column:
        """Return a user's place in the order of a purpose, as `domain.chance.draw_order` does."""
        return (self.users.c.h * a + b) % PRIME

    def in_portion(self, a: int, b: int, percent: int) -> Truth:
        """Return whether a user is in a portion, as `domain.chance.in_portion` does."""
        return self.place(a, b) % BUCKETS < percent

    def _part(self, node: Node) -> Truth | Demand:
        """Return a condition on users, or what it demands of events while others may join it."""
        match node:
            case All(of):
                return self._joined(of, every=True)
            case AnyOf(of):
                return self._joined(of, every=False)
            case Not(of):
                return self._denied(of)
            case CustomList(name):
                return self._in_list(name)
            case Saved(name):
                raise UnknownAudienceError(f"the saved audience {name!r} has not been expanded")
            case Property() | Age() | Gender() | Geography() | Near() | Reachability() | Device():
                asked = formula(node, now_ms=self._now_ms, zone=self._zone)
                return meets(asked, self._users, self._catalogue)
            case SameValue(property=name, did=did, did_not=did_not):
                steps: list[Step | StepNot] = [*did, *did_not]
                named = [(each, each.property or name, self._selected(each)[1]) for each in steps]
                return self.users.c.no.in_(same_value(named))
            case DidMostly():
                return self.users.c.no.in_(mostly(node, self._selected(node)[1]))
            case Did() | DidNot() | DidFirst() | DidSum() | DidAverage() | DidOnDays() | DidShare():
                return demand(node, *self._selected(node))
            case _:
                assert_never(node)

    def _denied(self, node: Node) -> Truth | Demand:
        """Ask for the opposite, with NOT before single conditions only.

        Before brackets within brackets DuckDB takes minutes to think about it.
        """
        match node:
            case Not(of):
                return self._part(of)
            case All(of) | AnyOf(of):
                return self._joined(tuple(map(Not, of)), every=isinstance(node, AnyOf))
            case _:
                part = self._part(node)
                return negated(part) if isinstance(part, Demand) else sa.not_(part)

    def _joined(self, of: Sequence[Node], *, every: bool) -> Truth | Demand:
        parts = [self._part(inner) for inner in of]
        demands = joined((each for each in parts if isinstance(each, Demand)), every=every)
        others = [each for each in parts if not isinstance(each, Demand)]
        if len(demands) == 1 and not others:
            return demands[0]
        how, of_none = (sa.and_, sa.true()) if every else (sa.or_, sa.false())
        return how(of_none, *others, *map(self._met, demands))

    def _met(self, part: Truth | Demand) -> Truth:
        return part.met_by(self.users.c.no) if isinstance(part, Demand) else part

    def _selected(self, deed: Behaviour) -> tuple[bytes, Selected]:
        """Return the events of a condition; the same object for conditions on the same events."""
        name = key(deed)
        if name not in self._selections:
            self._selections[name] = Selected(
                self._catalogue, deed, now_ms=self._now_ms, zone=self._zone
            )
        return name, self._selections[name]

    def _in_list(self, name: str) -> Truth:
        """Ask for the members, all of them as the value of one parameter."""
        if name not in self._lists:
            raise UnknownAudienceError(f"there is no list {name!r}")
        members = sa.literal(list(self._lists[name]), sa.ARRAY(sa.Text()))
        return self.users.c.user.in_(sa.select(sa.func.unnest(members)))
