"""The vocabulary: which events and properties were ever seen, of which types, with some examples.

It is asked of the audience's copy, where every property has a column a type. Forms offer the names;
the examples are values of users, and are for the operator's own terminal alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from store.catalogue import USERS, Kind, Slot
from store.projection import Projection

Type: TypeAlias = Literal["text", "number", "flag", "time", "list", "object"]
EXAMPLES_MAX = 3
EXAMPLE_CHARS_MAX = 40
SAMPLE_ROWS = 1_000
"""Examples are the most frequent values among so many of the latest events, or of users."""
SAMPLE_VALUES = 100_000
KEYS_MAX = 1_000
"""Further keys of one event are not shown: someone uses ids as keys."""


class EventSeen(Struct, frozen=True):
    """An event: how often it came, when the latest happened, its properties in number.

    `conflicts` are those of them that have values of several types.
    """

    name: str
    count: int
    latest_ms: int
    properties: int
    conflicts: int


class PropertySeen(Struct, frozen=True):
    """A property, in how many events or users it stands, and of which types, in numbers.

    A text that reads as a date counts as `time`. An item of a list counts for the list.
    """

    name: str
    count: int
    types: dict[Type, int]
    examples: tuple[str, ...]

    @property
    def conflict(self) -> bool:
        """Whether it has values of several types: a comparison finds only some of them."""
        return len(self.types) > 1


def events(projection: Projection) -> list[EventSeen]:
    """Return every event that is in the copy, the most frequent first. It reads one column."""
    catalogue = projection.catalogue
    with projection.asking(
        "SELECT scope, count(*), max(time_ms) FROM events GROUP BY scope", ()
    ) as cursor:
        counts = {scope: (n, latest) for scope, n, latest in cursor.fetchall()}
    found = []
    for name, scope in catalogue.events().items():
        if scope in counts:
            keys = catalogue.keys(scope)
            odd = sum(len(kinds.keys() - {Kind.MOMENT}) > 1 for kinds in keys.values())
            found.append(EventSeen(name, *counts[scope], len(keys), odd))
    return sorted(found, key=lambda one: (-one.count, one.name))


def properties(projection: Projection, event: str | None) -> list[PropertySeen] | None:
    """Return the properties of an event, or of users, by name; None: there is no such event."""
    catalogue = projection.catalogue
    scope = USERS if event is None else catalogue.scope(event)
    if scope is None:
        return None
    keys = dict(sorted(catalogue.keys(scope).items())[:KEYS_MAX])
    columns = [
        (key, slot)
        for key, kinds in keys.items()
        for slot in kinds.values()
        if slot.kind is not Kind.ITEMS
    ]
    counts = counts_of(projection, scope, columns)
    examples = _examples(projection, scope, columns)
    items: Mapping[str, _Items] = {}
    if any(Kind.ITEMS in kinds for kinds in keys.values()):
        items = _items(projection, scope)
    found = []
    for key, kinds in keys.items():
        of_columns = {kind: counts[key, kind] for kind in kinds if (key, kind) in counts}
        seen = _seen(key, of_columns, items.get(key, _NONE), examples.get(key, ()))
        if seen.count:
            found.append(seen)
    return found


def traits(projection: Projection) -> frozenset[str]:
    """Return the names of the properties that users have or had. It reads no row."""
    return frozenset(projection.catalogue.keys(USERS))


class _Items(Struct, frozen=True):
    """What stands as items of one key: rows with a list, and single values by type."""

    lists: int = 0
    objects: int = 0
    singles: dict[Kind, int] = {}
    examples: tuple[str, ...] = ()


_NONE = _Items()


def _seen(
    key: str, of_columns: Mapping[Kind, int], items: _Items, examples: Sequence[str]
) -> PropertySeen:
    total = Counter(of_columns) + Counter(items.singles)
    times = total.pop(Kind.MOMENT, 0)
    types: dict[Type, int] = {
        "text": total[Kind.TEXT] - times,
        "number": total[Kind.NUMBER],
        "flag": total[Kind.FLAG],
        "time": times,
        "list": items.lists,
        "object": items.objects,
    }
    types = {kind: n for kind, n in types.items() if n}
    shown = tuple(dict.fromkeys([*examples, *items.examples]))[:EXAMPLES_MAX]
    return PropertySeen(key, sum(types.values()), types, shown)


def counts_of(
    projection: Projection, scope: int, columns: Sequence[tuple[str, Slot]]
) -> dict[tuple[str, Kind], int]:
    """Return in how many rows of a scope each of the columns holds something."""
    if not columns:
        return {}
    wanted = ", ".join(f"count({slot.column})" for _, slot in columns)
    with projection.asking(f"SELECT {wanted} FROM {_rows(scope)}", ()) as cursor:
        (found,) = cursor.fetchall()
    return {(key, slot.kind): n for (key, slot), n in zip(columns, found, strict=True)}


def _examples(
    projection: Projection, scope: int, columns: Sequence[tuple[str, Slot]]
) -> dict[str, list[str]]:
    """Return the most frequent values of each key in the sample; of dates their text."""
    chosen = [(key, slot) for key, slot in columns if slot.kind is not Kind.MOMENT]
    if not chosen:
        return {}
    wanted = ", ".join(slot.column for _, slot in chosen)
    order = "h" if scope == USERS else "seq DESC"
    sql = f"SELECT {wanted} FROM {_rows(scope)} ORDER BY {order} LIMIT {SAMPLE_ROWS}"
    with projection.asking(sql, ()) as cursor:
        rows = cursor.fetchall()
    given = (
        (key, value)
        for row in rows
        for (key, _), value in zip(chosen, row, strict=True)
        if value is not None
    )
    return _most_frequent(given)


def _items(projection: Projection, scope: int) -> dict[str, _Items]:
    """Return what stands in the table of items, by key."""
    table, whose = ("user_item", "no") if scope == USERS else ("event_item", "seq")
    order = "h" if scope == USERS else "seq DESC"
    sample = f"SELECT {whose} FROM {_rows(scope)} ORDER BY {order} LIMIT {SAMPLE_ROWS}"
    with projection.asking(
        f"SELECT key, s, n, b FROM {table} WHERE {whose} IN ({sample})", ()
    ) as cursor:
        sampled = cursor.fetchmany(SAMPLE_VALUES)
    examples = _most_frequent(
        (key, value) for key, *parts in sampled for value in parts if value is not None
    )
    among = "" if scope == USERS else f" WHERE seq IN (SELECT seq FROM {_rows(scope)})"
    with projection.asking(
        f"SELECT key, count(DISTINCT {whose}) FILTER (NOT single),"
        " count(*) FILTER (single AND s IS NULL AND n IS NULL AND b IS NULL),"
        " count(s) FILTER (single), count(n) FILTER (single), count(b) FILTER (single),"
        f" count(t) FILTER (single) FROM {table}{among} GROUP BY key",
        (),
    ) as cursor:
        rows = cursor.fetchall()
    return {
        key: _Items(
            lists,
            objects,
            dict(zip((Kind.TEXT, Kind.NUMBER, Kind.FLAG, Kind.MOMENT), singles, strict=True)),
            tuple(examples.get(key, ())),
        )
        for key, lists, objects, *singles in rows
    }


def _most_frequent(given: Iterable[tuple[str, Any]]) -> dict[str, list[str]]:
    """Return the values that are given most often for each key, as they are written."""
    values: dict[str, Counter[str]] = {}
    for key, value in given:
        values.setdefault(key, Counter())[_written(value)] += 1
    return {
        key: [each for each, _ in sorted(counted.items(), key=_often_first)[:EXAMPLES_MAX]]
        for key, counted in values.items()
    }


def _often_first(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]


def _rows(scope: int) -> str:
    return "users" if scope == USERS else f"events WHERE scope = {scope:d}"


def _written(value: Any) -> str:
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, float) and value.is_integer():
        text = f"{value:.0f}"
    else:
        text = str(value)
    return text if len(text) <= EXAMPLE_CHARS_MAX else f"{text[:EXAMPLE_CHARS_MAX]}…"
