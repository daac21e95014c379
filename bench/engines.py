"""The other engines that answer the same questions, from the same data: SQLite and chDB.

Both get what the questions need as plain typed columns, copied out of the audience's copy itself.
"""

import importlib
import re
import sqlite3
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import duckdb

from bench.questions import Question
from store.catalogue import USERS, Catalogue, Kind

TRAITS = {
    "country": Kind.TEXT,
    "plan": Kind.TEXT,
    "age": Kind.NUMBER,
    "latitude": Kind.NUMBER,
    "longitude": Kind.NUMBER,
}
PROPERTIES = {"price": Kind.NUMBER, "category": Kind.TEXT}
EVENTS = ("Viewed", "Bought", "Searched", "Signed Up")
DRAW = "users.h % 2147483647 * 48271 % 2147483647"
ROWS_PER_INSERT = 50_000
_NAME = re.compile(r"\{([A-Z][A-Za-z ]*)(?:\.([a-z]+))?\}|\{([a-z]+)\}")

Answer: TypeAlias = list[tuple[Any, ...]]


class Engine(Protocol):
    """Answers a hand-written statement."""

    def ask(self, question: Question) -> Answer:
        """Return the rows of the answer."""
        ...


def fill(sql: str, event: Callable[[str], str], column: Callable[[str, str], str]) -> str:
    """Put an engine's own words in the place of names; `column` of event "" is a trait."""

    def word(found: re.Match[str]) -> str:
        name, key, trait = found.groups()
        if trait:
            return DRAW if trait == "draw" else column("", trait)
        return column(name, key) if key else event(name)

    return _NAME.sub(word, sql)


def in_the_copy(question: Question, catalogue: Catalogue) -> str:
    """Return a question's SQL for the copy's own tables."""

    def column(event: str, key: str) -> str:
        scope = catalogue.scope(event) if event else USERS
        assert scope is not None, "every name is among the generated events"
        kind = PROPERTIES[key] if event else TRAITS[key]
        return catalogue.find(scope, key)[kind].column

    return fill(question.sql(), lambda name: f"scope = {catalogue.scope(name)}", column)


def plain(question: Question) -> str:
    """Return a question's SQL for the plain tables."""
    return fill(question.sql(), lambda name: f"name = '{name}'", lambda _event, key: key)


def tables(catalogue: Catalogue) -> Mapping[str, str]:
    """Return what each plain table is, as a question to the copy."""
    traits = ", ".join(
        f"{catalogue.find(USERS, key)[kind].column} AS {key}" for key, kind in TRAITS.items()
    )
    scopes = {name: catalogue.scope(name) for name in catalogue.events()}
    cases = {
        key: " ".join(
            f"WHEN {scopes[name]} THEN {catalogue.find(scopes[name] or 0, key)[kind].column}"
            for name in EVENTS
        )
        for key, kind in PROPERTIES.items()
    }
    properties = ", ".join(f"CASE scope {case} END AS {key}" for key, case in cases.items())
    return {
        "users": f'SELECT "user", h, suppressed::UTINYINT AS suppressed, {traits} FROM users',
        "user_device": 'SELECT "user", os, make FROM user_device',
        "events": f'SELECT scope.name AS name, time_ms, "user", {properties}'
        " FROM events JOIN scope ON scope.id = events.scope",
    }


class Lite:
    """SQLite, with an index on name, user and time."""

    def __init__(self, copy: Path, parts: Mapping[str, str], folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "lite.db")
        self._connection.execute("PRAGMA synchronous = OFF")
        with duckdb.connect(copy, read_only=True) as duck:
            for table, sql in parts.items():
                found = duck.execute(sql)
                names = [f'"{each[0]}"' for each in found.description or ()]
                self._connection.execute(f"CREATE TABLE {table} ({', '.join(names)})")
                insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})"
                while rows := found.fetchmany(ROWS_PER_INSERT):
                    self._connection.executemany(insert, rows)
        self._connection.commit()
        self._connection.executescript(
            'CREATE INDEX of_name ON events (name, "user", time_ms);'
            'CREATE INDEX of_user ON users ("user"); ANALYZE;'
        )

    def ask(self, question: Question) -> Answer:
        """Return the rows of the answer."""
        return self._connection.execute(plain(question)).fetchall()


class Chdb:
    """ClickHouse in this process, in tables ordered by name, user and time; one thread."""

    def __init__(self, copy: Path, parts: Mapping[str, str], folder: Path) -> None:
        session: Any = importlib.import_module("chdb.session")
        self._session = session.Session(str(folder / "chdb"))
        self._session.query("CREATE DATABASE bench ENGINE = Atomic")
        order = {"users": "user", "user_device": "user", "events": "(name, user, time_ms)"}
        with duckdb.connect(copy, read_only=True) as duck:
            for table, sql in parts.items():
                file = folder / f"{table}.parquet"
                duck.execute(f"COPY ({sql}) TO '{file}' (FORMAT parquet)")
                self._session.query(
                    f"CREATE TABLE bench.{table} ENGINE = MergeTree ORDER BY {order[table]}"
                    f" SETTINGS allow_nullable_key = 1 AS SELECT * FROM file('{file}', Parquet)"
                )
                file.unlink()
        self._session.query("USE bench")

    def ask(self, question: Question) -> Answer:
        """Return the rows of the answer."""
        said = self._session.query(f"{plain(question)} SETTINGS max_threads = 1", "TabSeparated")
        return [tuple(line.split("\t")) for line in str(said).splitlines()]


def has_chdb() -> bool:
    """Tell whether `make bench-tools` was run."""
    return find_spec("chdb") is not None
