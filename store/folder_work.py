"""Work on a folder of data that no daemon uses: its database is rewritten without old remains."""

import sqlite3
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from store import compacting
from store.database import DATABASE_NAME, locked
from store.errors import StoreError


class CompactingError(StoreError):
    """There is no database in the folder, or it cannot be rewritten."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"{folder}: the database cannot be rewritten: {why}")


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
