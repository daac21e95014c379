"""Work on a folder of data from outside the daemon: a rewrite without it, a look beside it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from msgspec import Struct

from store import compacting
from store.database import DATABASE_NAME, locked
from store.errors import StoreError


class CompactingError(StoreError):
    """There is no database in the folder, or it cannot be rewritten."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"{folder}: the database cannot be rewritten: {why}")


class UnreadableError(StoreError):
    """There is no database in the folder, or it cannot be read."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"{folder}: the database cannot be read: {why}")


class Compacted(Struct, frozen=True):
    """How large the database was and is."""

    before_bytes: int
    after_bytes: int


def compact(folder: Path) -> Compacted:
    """Rewrite the database, with room for a second one beside it.

    Raises `FolderInUse` while a daemon runs on it, `CompactingError`, or an OSError.
    """
    path = folder / DATABASE_NAME
    if not path.is_file():
        raise CompactingError(folder, "there is none")
    with locked(folder):
        before = path.stat().st_size
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as conn:
                conn.execute("PRAGMA synchronous = FULL")
                compacting.rewrite(conn)
        except sqlite3.Error as error:
            raise CompactingError(folder, str(error)) from error
        return Compacted(before, path.stat().st_size)


@contextmanager
def looking(folder: Path) -> Iterator[sqlite3.Connection]:
    """Give one snapshot of the database to read, whether or not a daemon runs on it.

    Raises `UnreadableError`; what the block itself asks may raise it, too.
    """
    path = (folder / DATABASE_NAME).absolute()
    if not path.is_file():
        raise UnreadableError(folder, "there is none")
    try:
        uri = f"{path.as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as conn:
            conn.execute("PRAGMA query_only = TRUE")
            conn.execute("BEGIN")
            yield conn
    except sqlite3.Error as error:
        raise UnreadableError(folder, str(error)) from error
