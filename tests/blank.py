"""An empty database with the schema as shipped: laid out once in a process, then copied.

Twenty steps of the schema, each a transaction of its own, cost more than what most tests do then.
That the steps lead there is what the tests of `store.upgrade`, `store.migrations` and
`store.opening` try, whose databases are made the long way, as are those of whole lives.
"""

import os
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from store import migrations
from store.connection import prepare
from store.database import DATABASE_NAME
from store.upgrade import upgrade


def lay(folder: Path) -> None:
    """Put such a database into `folder` (made if missing), unless one lies there already.

    It has had no owner: whoever opens it is the first.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / DATABASE_NAME
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(_laid_out())


def in_memory() -> sqlite3.Connection:
    """Return such a database in memory, with foreign keys enforced, outside a transaction."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.deserialize(_in_memory())
    conn.execute("PRAGMA foreign_keys = ON")
    return conn


@cache
def _laid_out() -> bytes:
    with tempfile.TemporaryDirectory(prefix="clarion-blank-") as folder:
        path = Path(folder) / DATABASE_NAME
        with closing(sqlite3.connect(path, isolation_level=None)) as conn:
            prepare(conn, query_only=False)
            conn.execute("PRAGMA synchronous = OFF")
            upgrade(conn, path, migrations.load())
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()


@cache
def _in_memory() -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        upgrade(conn, Path(":memory:"), migrations.load())
        return conn.serialize()
