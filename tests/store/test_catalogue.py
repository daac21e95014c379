from collections.abc import Iterator

import duckdb
import pytest

from store import catalogue
from store.catalogue import ITEMS, USERS, Catalogue, Kind, Slot, table_of


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(catalogue.CREATE)
        connection.execute("CREATE TABLE users (h INTEGER)")
        connection.execute("CREATE TABLE events (seq INTEGER)")
        yield connection


@pytest.fixture
def empty(connection: duckdb.DuckDBPyConnection) -> Catalogue:
    return Catalogue(connection)


def columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    found = connection.execute(f"DESCRIBE {table}").fetchall()
    return sorted((name, kind) for name, kind, *_ in found[1:])


def test_an_event_that_was_never_seen_has_no_scope(empty: Catalogue) -> None:
    assert empty.scope("Bought") is None


def test_a_key_that_was_never_seen_stands_nowhere(empty: Catalogue) -> None:
    assert empty.find(USERS, "plan") == {}


def test_a_key_keeps_its_slot_and_another_kind_gets_another(empty: Catalogue) -> None:
    scope = empty.assign_scope("Bought")
    kinds = [Kind.TEXT, Kind.NUMBER, Kind.TEXT]
    assert [empty.assign(scope, "price", kind) for kind in kinds] == [
        Slot(Kind.TEXT, 1),
        Slot(Kind.NUMBER, 1),
        Slot(Kind.TEXT, 1),
    ]


def test_events_share_columns_and_traits_have_their_own(
    empty: Catalogue, connection: duckdb.DuckDBPyConnection
) -> None:
    for event, keys in (("A", "xy"), ("B", "z")):
        for key in keys:
            empty.assign(empty.assign_scope(event), key, Kind.TEXT)
    empty.assign(USERS, "born", Kind.MOMENT)
    empty.assign(USERS, "vip", Kind.FLAG)
    empty.assign(USERS, "age", Kind.NUMBER)
    empty.save()
    assert columns(connection, "events") == [("s1", "VARCHAR"), ("s2", "VARCHAR")]
    assert columns(connection, "users") == [
        ("b1", "BOOLEAN"),
        ("n1", "DOUBLE"),
        ("t1", "BIGINT"),
    ]


def test_what_is_saved_is_there_when_read_again(
    empty: Catalogue, connection: duckdb.DuckDBPyConnection
) -> None:
    scope = empty.assign_scope("Bought")
    empty.assign(scope, "price", Kind.NUMBER)
    empty.assign(scope, "sizes", Kind.ITEMS)
    empty.save()
    again = Catalogue(connection)
    assert again.scope("Bought") == scope
    assert dict(again.find(scope, "price")) == {Kind.NUMBER: Slot(Kind.NUMBER, 1)}
    assert dict(again.find(scope, "sizes")) == {Kind.ITEMS: ITEMS}
    assert again.assign(scope, "total", Kind.NUMBER) == Slot(Kind.NUMBER, 2)
    again.save()
    assert [slot.column for slot in again.table_columns("events")] == ["n1", "n2"]


def test_saving_with_nothing_new_changes_nothing(
    empty: Catalogue, connection: duckdb.DuckDBPyConnection
) -> None:
    empty.assign(USERS, "plan", Kind.TEXT)
    empty.save()
    empty.save()
    assert connection.execute("SELECT count(*) FROM slot").fetchall() == [(1,)]


def test_keys_beyond_the_columns_are_items(
    empty: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "COLUMNS_PER_KIND_MAX", 1)
    scope = empty.assign_scope("Bought")
    slots = [empty.assign(scope, key, Kind.TEXT) for key in ("a", "b", "b")]
    assert slots == [Slot(Kind.TEXT, 1), ITEMS, ITEMS]
    assert dict(empty.find(scope, "b")) == {Kind.ITEMS: ITEMS}


def test_keys_beyond_all_measure_are_found_without_being_remembered(
    empty: Catalogue, connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "KEYS_PER_SCOPE_MAX", 2)
    for key in ("a", "b", "c", "d"):
        empty.assign(USERS, key, Kind.TEXT)
    empty.save()
    again = Catalogue(connection)
    assert connection.execute("SELECT count(*) FROM slot").fetchall() == [(2,)]
    assert dict(again.find(USERS, "c")) == {Kind.ITEMS: ITEMS}
    assert set(again.find(USERS, "a")) == {Kind.TEXT, Kind.ITEMS}


def test_traits_stand_with_the_users_and_properties_with_the_events() -> None:
    assert [table_of(scope) for scope in (USERS, 1, 2)] == ["users", "events", "events"]


def test_how_large_the_numbers_of_a_column_are_is_asked_anew_when_rows_come(
    empty: Catalogue, connection: duckdb.DuckDBPyConnection
) -> None:
    slot = empty.assign(empty.assign_scope("A"), "price", Kind.NUMBER)
    assert empty.goes_beyond(slot, 10)  # there is no such column yet: nobody knows
    empty.save()
    connection.execute("INSERT INTO events (seq, n1) VALUES (1, 10), (2, -10), (3, NULL)")
    assert not empty.goes_beyond(slot, 10)
    empty.save()
    connection.execute("INSERT INTO events (seq, n1) VALUES (4, -10.5)")
    assert empty.goes_beyond(slot, 10)
