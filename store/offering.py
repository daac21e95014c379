"""What forms offer to choose from: names that came in, and values that belong to no one person.

It is asked of the audience's copy, whose catalogue knows the names; what is counted is rows. A
name is no user's data. A value is offered only if so many users have it that it tells nothing of
any of them, and never of a property that is made to hold somebody's own (docs/decisions/0018).
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from store import vocabulary
from store.catalogue import USERS, Kind
from store.projection import Projection
from store.vocabulary import Type

Subject: TypeAlias = Literal["event", "property", "trait", "value"]
NAMES_MAX = 10_000
"""Of one subject; further ones, the rarest, are not offered."""
USERS_OF_A_VALUE_MIN = 20
"""A value that fewer users have is theirs, and is shown to nobody."""
VALUES_MAX = 200
DIFFERENT_VALUES_MAX = 1_000
"""A property with more (about so many) is a text that people write, or an id."""
VALUE_CHARS_MAX = 75
"""What a menu of Slack's shows whole."""
PERSONAL = frozenset(
    {
        *("address", "avatar", "birthday", "description", "dob", "email", "firstname", "id", "ip"),
        *("lastname", "name", "phone", "street", "surname", "token", "username", "userid"),
        *("website", "zip"),
    }
)
"""Properties of which no value is offered, however many have it, without case and punctuation."""


class Offered(Struct, frozen=True):
    """A name or a value, in how many events or users it stands, and of which types it is."""

    name: str
    count: int = 0
    types: tuple[Type, ...] = ()


class Source(Struct, frozen=True):
    """Where the choices come from: `event` "" for those of users; `property` for its values."""

    subject: Subject
    event: str = ""
    property: str = ""


def offered(projection: Projection, source: Source) -> list[Offered]:
    """Return what there is to choose from, the most frequent first."""
    return _OFFERS[source.subject](projection, source)[:NAMES_MAX]


def is_personal(key: str) -> bool:
    """Tell whether a property is made to hold what is somebody's own."""
    parts = ["".join(char for char in part if char.isalnum()) for part in key.casefold().split(".")]
    return any(part in PERSONAL or part.endswith(("email", "phone")) for part in parts)


def _events(projection: Projection, _source: Source) -> list[Offered]:
    return [Offered(one.name, one.count) for one in vocabulary.events(projection)]


def _traits(projection: Projection, _source: Source) -> list[Offered]:
    return _keys(projection, USERS)


def _properties(projection: Projection, source: Source) -> list[Offered]:
    scope = projection.catalogue.scope(source.event)
    return [] if scope is None else _keys(projection, scope)


def _keys(projection: Projection, scope: int) -> list[Offered]:
    keys = projection.catalogue.keys(scope)
    columns = [
        (key, slot)
        for key, kinds in keys.items()
        for slot in kinds.values()
        if slot.kind is not Kind.ITEMS
    ]
    counts = vocabulary.counts_of(projection, scope, columns)
    found = []
    for key, kinds in keys.items():
        count = {kind: counts.get((key, kind), 0) for kind in kinds}
        times = count.pop(Kind.MOMENT, 0)
        types: dict[Type, int] = {
            "text": count.pop(Kind.TEXT, 0) - times,
            "number": count.pop(Kind.NUMBER, 0),
            "flag": count.pop(Kind.FLAG, 0),
            "time": times,
        }
        seen: list[Type] = [kind for kind, n in types.items() if n > 0]
        if Kind.ITEMS in kinds:
            seen.append("list")
        if seen:
            found.append(Offered(key, sum(types.values()), tuple(seen)))
    return sorted(found, key=lambda one: (-one.count, one.name))


def _values(projection: Projection, source: Source) -> list[Offered]:
    catalogue = projection.catalogue
    scope = catalogue.scope(source.event) if source.event else USERS
    if scope is None or is_personal(source.property):
        return []
    slot = catalogue.keys(scope).get(source.property, {}).get(Kind.TEXT)
    if slot is None or slot.kind is not Kind.TEXT:
        return []
    column = slot.column
    rows = "users WHERE true" if scope == USERS else f"events WHERE scope = {scope:d}"
    with projection.asking(f"SELECT approx_count_distinct({column}) FROM {rows}", ()) as cursor:
        ((different,),) = cursor.fetchall()
    if different > DIFFERENT_VALUES_MAX:
        return []
    sql = (
        f"SELECT {column}, count(DISTINCT no) AS people FROM {rows} AND {column} IS NOT NULL"
        f" AND length({column}) BETWEEN 1 AND {VALUE_CHARS_MAX}"
        f" GROUP BY 1 HAVING count(DISTINCT no) >= {USERS_OF_A_VALUE_MIN}"
        f" ORDER BY 2 DESC, 1 LIMIT {VALUES_MAX}"
    )
    with projection.asking(sql, ()) as cursor:
        found = cursor.fetchall()
    return [
        Offered(value, people, ("text",))
        for value, people in found
        if value.strip() and "@" not in value
    ]


_OFFERS: Final[Mapping[Subject, Callable[[Projection, Source], list[Offered]]]] = {
    "event": _events,
    "property": _properties,
    "trait": _traits,
    "value": _values,
}
