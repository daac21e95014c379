"""The way to today's schema: numbered scripts, each in a transaction of its own; and the epoch."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from store import fault_points
from store.errors import MigrationFailed, SchemaTooNew

CREATE_META = "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID"
READ_META = "SELECT value FROM meta WHERE key = ?"
WRITE_META = (
    "INSERT INTO meta (key, value) VALUES (?, ?) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)


class Migration(Protocol):
    """One step of the schema, as a frozen struct has it."""

    @property
    def number(self) -> int:
        """Its place: 1, 2, 3 ..."""

    @property
    def name(self) -> str:
        """What it is about, for errors."""

    @property
    def sql(self) -> str:
        """Any script, also one with triggers."""


def upgrade(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    """Bring the database at `path` (named in errors) to the last migration's version.

    Raises `SchemaTooNew`, or `MigrationFailed` with the database at the version before it.
    """
    numbers = [migration.number for migration in migrations]
    assert numbers == list(range(1, len(numbers) + 1)), "migrations are numbered 1, 2, 3 ..."
    connection.execute(CREATE_META)
    found = read_meta(connection, "schema_version")
    if found > len(migrations):
        raise SchemaTooNew(path, found=found, known=len(migrations))
    for migration in migrations[found:]:
        try:
            _apply(connection, migration)
        except sqlite3.Error as error:
            raise MigrationFailed(path, migration.number, migration.name, error) from error


def take_epoch(connection: sqlite3.Connection) -> int:
    """Count one more owner of this database and return its number, the fence of its commits."""
    connection.execute("BEGIN IMMEDIATE")
    epoch = read_meta(connection, "epoch") + 1
    connection.execute(WRITE_META, ("epoch", epoch))
    connection.execute("COMMIT")
    return epoch


def read_meta(connection: sqlite3.Connection, key: str) -> int:
    """Return a number of the `meta` table; what was never written counts 0."""
    row = connection.execute(READ_META, (key,)).fetchone()
    return 0 if row is None else int(row[0])


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements_of(migration.sql):
            connection.execute(statement)
        connection.execute(WRITE_META, ("schema_version", migration.number))
        connection.execute("COMMIT")
        fault_points.reach("migration.committed")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def statements_of(script: str) -> Iterator[str]:
    """Cut a script into statements, a trigger being one with all the semicolons in its body.

    `executescript` is no help: it commits the transaction that it finds.
    """
    *ended, rest = script.split(";")
    statement = ""
    for piece in ended:
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if (statement + rest).strip():
        yield statement + rest
