"""The catalogue: which column of the audience's copy holds which property of which event.

Each (event name, key, kind) gets the next free column of its kind, so that columns are shared by
events that know nothing of each other: `s1` is the plan in one and the colour in another. A
user's traits are those of the scope USERS. What no column can hold stands in a table of items.
"""

from collections.abc import Mapping
from enum import StrEnum

import duckdb
from msgspec import Struct

COLUMNS_PER_KIND_MAX = 200
"""Further keys of an event are held as items: slower, and as right."""
KEYS_PER_SCOPE_MAX = 10_000
"""Further keys are not remembered one by one: someone uses ids as keys."""
USERS = 0
"""The scope of traits; events have theirs from 1 on."""

CREATE = """
CREATE TABLE scope (id INTEGER NOT NULL, name VARCHAR NOT NULL);
CREATE TABLE slot (scope INTEGER NOT NULL, key VARCHAR NOT NULL, kind VARCHAR NOT NULL,
                   number INTEGER NOT NULL);
"""


class Kind(StrEnum):
    """What a slot holds; the value is the column's first letter."""

    TEXT = "s"
    NUMBER = "n"
    FLAG = "b"
    MOMENT = "t"
    ITEMS = "i"


SQL_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.NUMBER: "DOUBLE",
    Kind.FLAG: "BOOLEAN",
    Kind.MOMENT: "BIGINT",
}


_COLUMNS = {
    kind: [f"{kind.value}{number}" for number in range(COLUMNS_PER_KIND_MAX + 1)] for kind in Kind
}
"""The names, made once: millions of values look for theirs."""


class Slot(Struct, frozen=True):
    """A place for one kind of value of a key. ITEMS has no column: its number is 0."""

    kind: Kind
    number: int

    @property
    def column(self) -> str:
        """The column's name, made of a letter and a number alone."""
        return _COLUMNS[self.kind][self.number]


ITEMS = Slot(Kind.ITEMS, 0)
NOTHING: Mapping[Kind, Slot] = {}


class Catalogue:
    """What is assigned, in memory; `save` writes what is new, and its columns, in one go."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._scopes: dict[str, int] = {}
        self._slots: dict[int, dict[str, dict[Kind, Slot]]] = {USERS: {}}
        self._used: dict[tuple[int, Kind], int] = {}
        self._crowded: set[int] = set()
        self._columns: dict[tuple[str, Kind], int] = {}
        self._new_scopes: list[tuple[int, str]] = []
        self._new_slots: list[tuple[int, str, str, int]] = []
        self._beyond: dict[tuple[str, float], bool] = {}
        for number, name in connection.execute("SELECT id, name FROM scope").fetchall():
            self._scopes[name] = number
            self._slots[number] = {}
        for scope, key, kind, number in connection.execute(
            "SELECT scope, key, kind, number FROM slot"
        ).fetchall():
            self._remember(scope, key, Slot(Kind(kind), number))
        self._columns = self._needed()

    def scope(self, event: str) -> int | None:
        """Return the scope of an event's name, or None: no such event was ever seen."""
        return self._scopes.get(event)

    def events(self) -> Mapping[str, int]:
        """Return the names of all events that were ever seen, with their scopes."""
        return self._scopes

    def keys(self, scope: int) -> Mapping[str, Mapping[Kind, Slot]]:
        """Return the keys of a scope that are remembered one by one, and where they stand."""
        return self._slots[scope]

    def find(self, scope: int, key: str) -> Mapping[Kind, Slot]:
        """Return where values of this key may stand; nowhere, if none was ever seen."""
        found = self._slots[scope].get(key, NOTHING)
        return {**found, Kind.ITEMS: ITEMS} if scope in self._crowded else found

    def columns(self, scope: int) -> list[str]:
        """Return the names of the columns that the scope uses."""
        return [
            Slot(kind, number).column
            for kind in SQL_TYPES
            for number in range(1, self._used.get((scope, kind), 0) + 1)
        ]

    def table_columns(self, table: str) -> list[Slot]:
        """Return every column of slots that `users` or `events` has."""
        return [
            Slot(kind, number)
            for kind in SQL_TYPES
            for number in range(1, self._columns.get((table, kind), 0) + 1)
        ]

    def goes_beyond(self, slot: Slot, bound: float) -> bool:
        """Tell whether a column of events may hold a number of a larger size.

        The file knows the range of each of its row groups, so that mostly none is read.
        """
        asked = (slot.column, bound)
        if asked not in self._beyond:
            where = f"{slot.column} > {bound!r} OR {slot.column} < {-bound!r}"
            try:
                with self._connection.cursor() as cursor:
                    sql = f"SELECT 1 FROM events WHERE {where} LIMIT 1"
                    self._beyond[asked] = bool(cursor.execute(sql).fetchall())
            except duckdb.Error:  # whoever asks for the column itself is told
                return True
        return self._beyond[asked]

    def assign_scope(self, event: str) -> int:
        """Return the scope of an event's name, a new one if need be."""
        found = self._scopes.get(event)
        if found is None:
            found = len(self._scopes) + 1
            self._scopes[event] = found
            self._slots[found] = {}
            self._new_scopes.append((found, event))
        return found

    def assign(self, scope: int, key: str, kind: Kind) -> Slot:
        """Return the slot for this kind of value, a new one if need be."""
        kinds = self._slots[scope].get(key)
        if kinds is not None and kind in kinds:
            return kinds[kind]
        if scope in self._crowded and kinds is None:
            return ITEMS
        used = self._used.get((scope, kind), 0)
        slot = ITEMS
        if kind is not Kind.ITEMS and used < COLUMNS_PER_KIND_MAX:
            slot = Slot(kind, used + 1)
        if kinds is not None and slot.kind in kinds:
            return slot
        self._remember(scope, key, slot)
        self._new_slots.append((scope, key, slot.kind.value, slot.number))
        return slot

    def save(self) -> None:
        """Write the new slots and add the columns that they need, in a transaction of the caller.

        If that fails, this catalogue knows more than the file: read it anew.
        """
        for table_and_kind, wanted in self._needed().items():
            table, kind = table_and_kind
            for number in range(self._columns.get(table_and_kind, 0) + 1, wanted + 1):
                name = Slot(kind, number).column
                self._connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {SQL_TYPES[kind]}")
        for table, rows in (("scope", self._new_scopes), ("slot", self._new_slots)):
            if rows:
                with self._connection.appender(table) as appender:
                    appender.append_rows(rows)
        self._columns = self._needed()
        self._new_scopes, self._new_slots = [], []
        self._beyond.clear()  # rows come with what is saved

    def _remember(self, scope: int, key: str, slot: Slot) -> None:
        keys = self._slots[scope]
        keys.setdefault(key, {})[slot.kind] = slot
        if slot.kind is not Kind.ITEMS:
            self._used[scope, slot.kind] = max(self._used.get((scope, slot.kind), 0), slot.number)
        if len(keys) >= KEYS_PER_SCOPE_MAX:
            self._crowded.add(scope)

    def _needed(self) -> dict[tuple[str, Kind], int]:
        needed: dict[tuple[str, Kind], int] = {}
        for (scope, kind), used in self._used.items():
            place = (table_of(scope), kind)
            needed[place] = max(needed.get(place, 0), used)
        return needed


def table_of(scope: int) -> str:
    """Return the table whose columns the scope uses."""
    return "users" if scope == USERS else "events"
