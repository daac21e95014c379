"""One comparison of a property, asked of the columns in which the catalogue put its values.

Every comparison of a column says what a missing value means, or NOT would turn "unknown" into a
wrong answer: `coalesce(..., false)`.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias, assert_never

import sqlalchemy as sa
from msgspec import Struct

from domain.conditions import (
    Alike,
    Condition,
    Differs,
    During,
    Exists,
    Missing,
    Never,
    OneOf,
    Relative,
    Side,
    Text,
    Version,
    Within,
)
from domain.values import EPOCH_SECONDS_MAX
from store.catalogue import Catalogue, Kind, Slot
from store.sheet import ITEM_COLUMNS

Truth: TypeAlias = sa.ColumnElement[bool]
Column: TypeAlias = sa.ColumnElement[Any]

TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    Kind.TEXT: sa.Text(),
    Kind.NUMBER: sa.Double(),
    Kind.FLAG: sa.Boolean(),
    Kind.MOMENT: sa.BigInteger(),
}


class Holder(Struct, frozen=True):
    """A table whose rows have properties, and the table of the items that no column holds."""

    table: sa.TableClause
    key: str
    items: sa.TableClause

    def compare(
        self,
        catalogue: Catalogue,
        scope: int,
        name: str,
        asked: Condition,
        *,
        unknown_is_no: bool = False,
    ) -> Truth:
        """Return the condition, asked of the property of this name: true or false, never unknown.

        Where the place for it takes unknown for no, as WHERE does, `unknown_is_no` lets DuckDB
        compare while it reads, and skip what its blocks cannot hold.
        """
        if isinstance(asked, Missing):
            return sa.not_(self.compare(catalogue, scope, name, Exists()))
        terms: list[Truth] = []
        for kind, slot in catalogue.find(scope, name).items():
            if kind is Kind.ITEMS:
                terms.append(self._items(name, asked))
            else:
                column = self.table.c[slot.column]
                terms += term(asked, kind, column, unknown_is_no=unknown_is_no)
        return sa.or_(sa.false(), *terms)

    def has_kind(self, catalogue: Catalogue, scope: int, name: str, kind: Kind) -> Truth:
        """Return whether a row has a value of this kind under the name, if only in a list."""
        slots = catalogue.find(scope, name)
        parts: list[Truth] = []
        if kind in slots:
            parts.append(self.table.c[slots[kind].column].is_not(None))
        if Kind.ITEMS in slots:
            items = self.items.c
            held = sa.select(items[self.key]).where(items.key == name, items[kind].is_not(None))
            parts.append(self.table.c[self.key].in_(held))
        return sa.or_(sa.false(), *parts)

    def value(self, catalogue: Catalogue, scope: int, name: str, kind: Kind) -> Column:
        """Return the one value of this kind that a row has under the name, else NULL.

        The items of a list are no such value. What no column could hold stands among the items.
        """
        slots = catalogue.find(scope, name)
        parts: list[Column] = []
        if kind in slots:
            parts.append(self.table.c[slots[kind].column])
        if Kind.ITEMS in slots:
            items = self.items.c
            parts.append(
                sa.select(sa.func.max(items[kind]))
                .where(items[self.key] == self.table.c[self.key], items.key == name, items.single)
                .correlate(self.table)
                .scalar_subquery()
            )
        if not parts:
            return sa.cast(sa.null(), TYPES[kind])
        return parts[0] if len(parts) == 1 else sa.func.coalesce(*parts)

    def _items(self, name: str, asked: Condition) -> Truth:
        """Ask whether any item of the row meets the condition."""
        found = sa.select(self.items.c[self.key]).where(self.items.c.key == name)
        if not isinstance(asked, Exists):  # any row says that there is something
            terms = [
                each for kind in ITEM_COLUMNS for each in term(asked, kind, self.items.c[kind])
            ]
            found = found.where(sa.or_(sa.false(), *terms))
        return self.table.c[self.key].in_(found)


def users(catalogue: Catalogue) -> Holder:
    """Return the users, with every column that the catalogue has given to traits."""
    return _users(tuple(catalogue.table_columns("users")))


def events(catalogue: Catalogue) -> Holder:
    """Return the events, with every column that the catalogue has given to properties."""
    return _events(tuple(catalogue.table_columns("events")))


@lru_cache(maxsize=8)
def _users(slots: tuple[Slot, ...]) -> Holder:
    """Make them; hardly a question finds more columns than the one before it."""
    base = (
        sa.column("no", sa.Integer()),
        sa.column("user", sa.Text()),
        sa.column("h", sa.BigInteger()),
        sa.column("zone", sa.Text()),
        sa.column("suppressed", sa.Boolean()),
    )
    key = sa.column("no", sa.Integer())
    return Holder(_table("users", slots, *base), "no", _items_table("user_item", key))


@lru_cache(maxsize=8)
def _events(slots: tuple[Slot, ...]) -> Holder:
    base = (
        sa.column("scope", sa.Integer()),
        sa.column("time_ms", sa.BigInteger()),
        sa.column("seq", sa.BigInteger()),
        sa.column("no", sa.Integer()),
    )
    key = sa.column("seq", sa.BigInteger())
    return Holder(_table("events", slots, *base), "seq", _items_table("event_item", key))


def _table(name: str, slots: Sequence[Slot], *base: sa.ColumnClause[Any]) -> sa.TableClause:
    return sa.table(name, *base, *(sa.column(slot.column, TYPES[slot.kind]) for slot in slots))


def _items_table(name: str, key: sa.ColumnClause[Any]) -> sa.TableClause:
    values = (sa.column(kind.value, TYPES[kind]) for kind in ITEM_COLUMNS)
    single = sa.column("single", sa.Boolean())
    return sa.table(name, key, sa.column("key", sa.Text()), *values, single)


def term(
    asked: Condition, kind: Kind, column: Column, *, unknown_is_no: bool = False
) -> list[Truth]:
    """Return the condition asked of one column, or nothing where its kind can never meet it."""
    found: Truth | None = None
    match asked:
        case Exists():
            found = column.is_not(None)
        case OneOf(texts, numbers, flags):
            values = {Kind.TEXT: texts, Kind.NUMBER: numbers, Kind.FLAG: flags}.get(kind)
            found = column.in_(values) if values else None
        case Differs(value):
            found = column != value if kind is _kind_of(value) else None
        case Text():
            found = _text(asked, column) if kind is Kind.TEXT else None
        case Within():
            found = _within(asked, column) if kind is Kind.NUMBER else None
        case Side():
            found = _side(asked, kind, column)
        case During():
            found = _during(asked, kind, column)
        case Alike(texts):
            found = sa.func.lower(column).in_(texts) if kind is Kind.TEXT else None
        case Version():
            pass  # of devices only, whose columns store.people knows
        case Missing() | Never() | Relative():
            pass  # Relative was resolved
        case _:
            assert_never(asked)
    if found is None:
        return []
    return [found if unknown_is_no else sa.func.coalesce(found, sa.false())]


def _kind_of(value: str | float | bool) -> Kind:
    if isinstance(value, str):
        return Kind.TEXT
    return Kind.FLAG if isinstance(value, bool) else Kind.NUMBER


def _text(asked: Text, column: Column) -> Truth:
    match asked.how:
        case "contains":
            return sa.func.contains(sa.func.lower(column), asked.text)
        case "lacks":
            return sa.not_(sa.func.contains(sa.func.lower(column), asked.text))
        case "starts":
            return sa.func.starts_with(column, asked.text)
        case _:
            assert_never(asked.how)


def _within(asked: Within, column: Column) -> Truth:
    bounds: list[Truth] = []
    if asked.low is not None:
        bounds.append(column >= asked.low if asked.ends_included else column > asked.low)
    if asked.high is not None:
        bounds.append(column <= asked.high if asked.ends_included else column < asked.high)
    return sa.and_(sa.true(), *bounds)


def _side(asked: Side, kind: Kind, column: Column) -> Truth | None:
    moment = _moment(kind, column)
    if moment is None:
        return None
    return moment < asked.ms if asked.how == "before" else moment > asked.ms


def _during(asked: During, kind: Kind, column: Column) -> Truth | None:
    moment = _moment(kind, column)
    if moment is None:
        return None
    bounds: list[Truth] = [moment.is_not(None)]
    if asked.since_ms is not None:
        bounds.append(moment >= asked.since_ms)
    if asked.until_ms is not None:
        bounds.append(moment < asked.until_ms)
    return sa.and_(*bounds)


def _moment(kind: Kind, column: Column) -> Column | None:
    """Return the epoch milliseconds that a column means; a smaller number is seconds."""
    if kind is Kind.NUMBER:
        small = sa.func.abs(column) < EPOCH_SECONDS_MAX
        return sa.case((small, column * 1000), else_=column)
    return column if kind is Kind.MOMENT else None
