"""Users' devices in the audience's copy: one row a device, one column a field.

A version stands there twice: as it was written, and as a key that sorts by its numbers.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import sqlalchemy as sa

from domain import versions
from domain.conditions import Condition, Missing, Version
from domain.devices import FIELDS, VERSION_FIELDS, devices
from store.catalogue import Kind
from store.terms import Column, Truth, term

DeviceRow: TypeAlias = tuple[int | str | None, ...]

KEY = "_key"
COLUMNS = (*FIELDS, *(name + KEY for name in VERSION_FIELDS))
CREATE = f"""
CREATE TABLE user_device (no INTEGER NOT NULL, {" VARCHAR, ".join(COLUMNS)} VARCHAR);
"""
TABLE = sa.table(
    "user_device",
    sa.column("no", sa.Integer()),
    *(sa.column(name, sa.Text()) for name in COLUMNS),
)


def rows(no: int, traits: Mapping[str, Any]) -> list[DeviceRow]:
    """Return the rows of a user's devices; the user is given by their number."""
    return [
        (no, *map(device.get, FIELDS), *(_key(device.get(name)) for name in VERSION_FIELDS))
        for device in devices(traits)
    ]


def owners(asked: tuple[tuple[str, Condition], ...]) -> sa.Select[Any]:
    """Return the users of whom one device meets all of the conditions, given by its fields."""
    return sa.select(TABLE.c.no).where(*(_meets(name, each) for name, each in asked))


def _meets(name: str, asked: Condition) -> Truth:
    if name not in FIELDS:
        return sa.true() if isinstance(asked, Missing) else sa.false()
    column = TABLE.c[name]
    if isinstance(asked, Missing):
        return column.is_(None)
    if isinstance(asked, Version):
        return _between(asked, column, TABLE.c[name + KEY])
    return sa.or_(sa.false(), *term(asked, Kind.TEXT, column))


def _between(asked: Version, text: Column, key: Column) -> Truth:
    bounds: list[Truth] = []
    for bound, low in ((asked.low, True), (asked.high, False)):
        if bound is None:
            continue
        found = _beyond(text, bound, low=low, included=asked.ends_included)
        if (bound_key := versions.key(bound)) is not None:
            by_key = _beyond(key, bound_key, low=low, included=asked.ends_included)
            found = sa.case((key.is_not(None), by_key), else_=found)
        bounds.append(found)
    return sa.func.coalesce(sa.and_(text.is_not(None), *bounds), sa.false())


def _beyond(column: Column, bound: str, *, low: bool, included: bool) -> Truth:
    if low:
        return column >= bound if included else column > bound
    return column <= bound if included else column < bound


def _key(text: str | None) -> str | None:
    return None if text is None else versions.key(text)
