"""The audience's copy of a crowd, laid out by the product's own code, without the log before it."""

from pathlib import Path

import duckdb

from bench import crowd
from bench.crowd import EVENT_FIELDS, NAMES, USER_FIELDS, Field
from domain.devices import FIELDS
from store import copy_layout, copy_order
from store.catalogue import USERS, Catalogue, Slot
from store.copy_layout import VERSION

_EVENTS_MAX = copy_order.RUN_ROWS


def make(crowd_path: Path, path: Path, *, memory_mb: int) -> None:
    """Make the copy at `path` from the file that `crowd.fill` filled."""
    with crowd.opened(path, memory_mb) as connection:
        connection.execute(f"ATTACH '{crowd_path}' AS crowd (READ_ONLY)")
        connection.execute(copy_layout.CREATE)
        connection.execute("INSERT INTO watermark VALUES ($1, 0, 0)", [VERSION])
        catalogue = Catalogue(connection)
        users = [(each, catalogue.assign(USERS, each.key, each.kind)) for each in USER_FIELDS]
        events = _events(catalogue)
        catalogue.save()
        _fill_users(connection, users)
        ((last,),) = connection.execute("SELECT max(seq) FROM crowd.crowd_event").fetchall()
        for start in range(0, last, _EVENTS_MAX):
            end = min(start + _EVENTS_MAX, last)
            values = ", ".join(f'"{field.key}"' for field in EVENT_FIELDS)
            columns = ", ".join(slot.column for slot in events)
            connection.execute(
                f"INSERT INTO events (scope, time_ms, seq, no, {columns})"
                f" SELECT number + 1, time_ms, seq, no + 1, {values} FROM crowd.crowd_event"
                " WHERE seq > $1 AND seq <= $2",
                [start, end],
            )
            connection.execute("UPDATE watermark SET seq = $1", [end])
            copy_order.put_in_order(connection, end)
        connection.execute("CHECKPOINT")


def _events(catalogue: Catalogue) -> list[Slot]:
    """Assign every key of every name; one field has the same column under each."""
    found: dict[str, Slot] = {}
    for number in range(NAMES):
        scope = catalogue.assign_scope(crowd.name(number))
        assert scope == number + 1, "names are assigned in their order"
        for known, field in zip(EVENT_FIELDS, crowd.event_fields(number), strict=False):
            slot = catalogue.assign(scope, field.key, field.kind)
            assert found.setdefault(known.key, slot) == slot, "each takes the next column"
    return [found[field.key] for field in EVENT_FIELDS]


def _fill_users(connection: duckdb.DuckDBPyConnection, slots: list[tuple[Field, Slot]]) -> None:
    columns = ", ".join(slot.column for _, slot in slots)
    values = ", ".join(f'"{field.key}"' for field, _ in slots)
    connection.execute(
        f'INSERT INTO users (no, "user", h, zone, suppressed, {columns})'
        f' SELECT no + 1, crowd_user."user", h, NULL, false, {values} FROM crowd.crowd_user'
    )
    connection.execute('INSERT INTO person SELECT no + 1, crowd_user."user" FROM crowd.crowd_user')
    assert {"os", "app_version"} <= set(FIELDS), "what the crowd's devices have"
    connection.execute(
        "INSERT INTO user_device (no, os, app_version, app_version_key)"
        " SELECT no + 1, os, major || '.' || minor, lpad(major::VARCHAR, 10, '0')"
        " || CASE WHEN minor > 0 THEN '.' || lpad(minor::VARCHAR, 10, '0') ELSE '' END"
        " FROM crowd.crowd_device"
    )
