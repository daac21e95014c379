"""The engines that are asked the same questions in SQL: DuckDB on the same copy, chDB and SQLite.

Each is made as somebody would who knows it: ClickHouse's rows sorted by name and time, SQLite's
with an index on both. All of them may use one core.
"""

import importlib
import sqlite3
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import duckdb

from bench import exporting
from bench.crowd import EVENT_FIELDS, NAMES, USER_FIELDS
from bench.questions import SAMPLE, Question
from domain.versions import key
from store.catalogue import USERS
from store.projection import Projection

Rows: TypeAlias = list[tuple[Any, ...]]
_ATTRIBUTES = ", ".join(exporting.ATTRIBUTES)
_ROWS_PER_INSERT = 50_000


class Rival(Protocol):
    """Answers a question in SQL."""

    def ask(self, question: Question) -> Rows:
        """Return the rows."""
        ...


def _sql(question: Question, *, first: int, counted: str, **words: str) -> str:
    where = question.sql.format(*range(first, first + NAMES), **words)
    if question.sample:
        return (
            f'SELECT "user", {_ATTRIBUTES} FROM {words["user"]} AS person WHERE {where}'
            f" ORDER BY h LIMIT {SAMPLE}"
        )
    return f"SELECT {counted} FROM {words['user']} AS person WHERE {where}"


class ByHand:
    """The SQL that a person writes for the audience's own copy, once they know its columns."""

    def __init__(self, copy: Projection) -> None:
        self._copy = copy
        catalogue = copy.catalogue
        scope = 1
        events = ", ".join(
            f"{catalogue.find(scope + 3, field.key + '_3')[field.kind].column} AS {field.key}"
            for field in EVENT_FIELDS
        )
        users = ", ".join(
            f"{catalogue.find(USERS, field.key)[field.kind].column} AS {field.key}"
            for field in USER_FIELDS
        )
        self._words = {
            "event": f"(SELECT scope AS number, no, time_ms, {events} FROM events)",
            "user": f'(SELECT no, users."user", h, suppressed, {users} FROM users)',
            "device": "user_device",
            "new": f"app_version_key >= '{key('5.10')}'",
        }

    def ask(self, question: Question) -> Rows:
        """Count the users, and those who can be reached, as the product does."""
        reachable = "NOT suppressed AND NOT starts_with(\"user\", 'anon:')"
        counted = f"count(*), count(*) FILTER ({reachable})"
        with self._copy.asking(
            _sql(question, first=1, counted=counted, **self._words), ()
        ) as asked:
            return asked.fetchall()


_PLAIN = {
    "event": "crowd_event",
    "user": "crowd_user",
    "device": "crowd_device",
    "new": "(major > 5 OR major = 5 AND minor >= 10)",
}


class ClickHouse:
    """ClickHouse's engine in this process, by the name of chDB."""

    def __init__(self, folder: Path, crowd: duckdb.DuckDBPyConnection) -> None:
        chdb = importlib.import_module("chdb")  # an extra: only measurements need it
        self._connection: Any = chdb.connect(str(folder / "chdb"))
        order = {"crowd_event": "(number, time_ms)", "crowd_user": "no", "crowd_device": "no"}
        for table, by in order.items():
            file = folder / f"{table}.parquet"
            crowd.execute(f"COPY {table} TO '{file}' (FORMAT parquet)")
            self._query(
                f"CREATE TABLE {table} ENGINE = MergeTree ORDER BY {by} AS"
                f" SELECT * FROM file('{file}', Parquet)"
                " SETTINGS schema_inference_make_columns_nullable = 'auto', max_threads = 1"
            )
            self._query(f"OPTIMIZE TABLE {table} FINAL")
            file.unlink()

    def ask(self, question: Question) -> Rows:
        """Ask it."""
        sql = _sql(question, first=0, counted="count(*)", **_PLAIN)
        lines = self._query(f"{sql} SETTINGS max_threads = 1").splitlines()
        return [tuple(line.split(",")) for line in lines]

    def _query(self, sql: str) -> str:
        return str(self._connection.query(sql, "CSV"))


class Sqlite:
    """SQLite, in a file beside."""

    def __init__(self, folder: Path, crowd: duckdb.DuckDBPyConnection) -> None:
        self._connection = sqlite3.connect(folder / "rival.sqlite")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA journal_mode = OFF")
        for table in ("crowd_user", "crowd_device", "crowd_event"):
            self._fill(crowd, table)
        for index in ("event ON crowd_event (number, time_ms)", "device ON crowd_device (no)"):
            self._connection.execute(f"CREATE INDEX {index}")
        self._connection.execute("ANALYZE")
        self._connection.commit()

    def ask(self, question: Question) -> Rows:
        """Ask it."""
        sql = _sql(question, first=0, counted="count(*)", **_PLAIN)
        return self._connection.execute(sql).fetchall()

    def _fill(self, crowd: duckdb.DuckDBPyConnection, table: str) -> None:
        rows = crowd.execute(f"SELECT * FROM {table}")
        names = [f'"{column[0]}"' for column in rows.description or ()]
        self._connection.execute(f"CREATE TABLE {table} ({', '.join(names)})")
        marks = ", ".join("?" for _ in names)
        while some := rows.fetchmany(_ROWS_PER_INSERT):
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", some)


RIVALS: dict[str, Callable[[Path, duckdb.DuckDBPyConnection], Rival]] = {
    "chDB": ClickHouse,
    "SQLite": Sqlite,
}


def has_chdb() -> bool:
    """Tell whether `make bench-tools` was run."""
    return find_spec("chdb") is not None
