import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.migrations import BrokenSchema, load
from store.upgrade import upgrade
from tests import blank


def written(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_text(f"-- {name}", "utf-8")
    return folder


def test_the_shipped_schema_is_an_unbroken_row_from_number_one() -> None:
    found = load()
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert found[0].name == "first"
    assert "CREATE TABLE log" in found[0].sql


def test_migrations_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    folder = written(tmp_path, "0002_more.sql", "0001_first.sql", "notes.md")
    assert [(one.number, one.name) for one in load(folder)] == [(1, "first"), (2, "more")]


def test_a_damaged_installation_is_told_every_wrong_file_at_once(tmp_path: Path) -> None:
    folder = written(tmp_path, "0001_first.sql", "0003_third.sql", "later.sql")
    with pytest.raises(BrokenSchema, match=r"0003_third\.sql.*0002.*later\.sql"):
        load(folder)


def test_an_installation_without_any_schema_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenSchema, match="no migration at all"):
        load(tmp_path)


def test_what_tests_begin_with_is_what_the_shipped_steps_lead_to(tmp_path: Path) -> None:
    """Otherwise the tests would try another database than people have."""
    path = tmp_path / "made.db"
    blank.lay(tmp_path)
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as made,
        closing(sqlite3.connect(tmp_path / "clarion.db", isolation_level=None)) as laid,
        closing(blank.in_memory()) as held,
    ):
        upgrade(made, path, load())
        assert [*made.iterdump()] == [*laid.iterdump()] == [*held.iterdump()]
