"""A real database for the jobs: the schema as shipped, inside a transaction that they must keep."""

import sqlite3
from collections.abc import Iterator

import pytest

from store import meta, migrations

INSTALL_KEY = bytes(range(32))


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    """Give a connection inside a writer's transaction; a job that commits fails its test."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
    for migration in migrations.load():
        connection.executescript(migration.sql)
    meta.ensure_install_key(connection, INSTALL_KEY)
    connection.execute("BEGIN")
    connection.execute("SAVEPOINT job")
    yield connection
    connection.execute("RELEASE job")  # an error here: the job has ended the writer's transaction
    assert connection.in_transaction, "a job has committed"
    connection.close()
