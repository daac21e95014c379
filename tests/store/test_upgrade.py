import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.errors import MigrationFailed, SchemaTooNew
from store.upgrade import read_meta, statements_of, take_epoch, upgrade
from tests.store.steps import NOTES, PARENTS, STEPS, Step

PATH = Path("/data/clarion.db")


@pytest.fixture
def empty() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    yield connection
    connection.close()


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def test_a_new_database_gets_every_migration_and_its_triggers(empty: sqlite3.Connection) -> None:
    upgrade(empty, PATH, STEPS)
    assert read_meta(empty, "schema_version") == 2
    empty.execute("INSERT INTO note (key) VALUES ('a')")
    with pytest.raises(sqlite3.IntegrityError, match="kept; for ever"):
        empty.execute("DELETE FROM note")


def test_only_the_migrations_that_are_new_run(empty: sqlite3.Connection) -> None:
    upgrade(empty, PATH, [NOTES])
    empty.execute("INSERT INTO note (key) VALUES ('a')")
    upgrade(empty, PATH, STEPS)
    upgrade(empty, PATH, STEPS)
    assert empty.execute("SELECT key FROM note").fetchall() == [("a",)]
    assert "parent" in _tables(empty)


def test_a_migration_that_fails_leaves_nothing_of_itself(empty: sqlite3.Connection) -> None:
    broken = Step(2, "broken", "CREATE TABLE half (x); CREATE TABLE note (x);")
    with pytest.raises(MigrationFailed, match=r"migration 2 \(broken\) failed: .*note"):
        upgrade(empty, PATH, [NOTES, broken])
    assert read_meta(empty, "schema_version") == 1
    assert "half" not in _tables(empty)
    upgrade(empty, PATH, [NOTES, PARENTS])


def test_a_database_of_a_newer_program_is_left_alone(empty: sqlite3.Connection) -> None:
    upgrade(empty, PATH, STEPS)
    with pytest.raises(SchemaTooNew, match="version 2, this program knows versions up to 1"):
        upgrade(empty, PATH, [NOTES])


def test_every_start_takes_the_next_epoch(empty: sqlite3.Connection) -> None:
    upgrade(empty, PATH, [])
    assert [take_epoch(empty), take_epoch(empty)] == [1, 2]


def test_a_migration_out_of_order_is_a_defect_of_the_program(empty: sqlite3.Connection) -> None:
    with pytest.raises(AssertionError, match="numbered"):
        upgrade(empty, PATH, [PARENTS])


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("", 0),
        ("  \n", 0),
        ("SELECT 1", 1),
        ("SELECT ';'; SELECT 2;", 2),
        ("/* a;b */ SELECT 1; -- c;d\nSELECT 2;", 2),
        (NOTES.sql, 2),
    ],
)
def test_a_script_is_cut_into_whole_statements(
    empty: sqlite3.Connection, script: str, count: int
) -> None:
    statements = list(statements_of(script))
    assert len(statements) == count
    assert "".join(statements).strip() == script.strip()
