"""What an error of SQLite or of the file system says about the disk and the database file."""

import sqlite3

from store.disk import FULL_BYTES, Disk, is_no_room

PRIMARY_CODE_BITS = 0xFF  # of SQLite's extended result codes
BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR})
"""What even a read hears only of a damaged file or a failing disk."""
_FINAL = BROKEN | {sqlite3.SQLITE_READONLY}


def code_of(error: BaseException) -> int:
    """Return SQLite's primary result code; SQLITE_OK for an error of anything else."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return int(code) & PRIMARY_CODE_BITS


def is_full(error: BaseException, disk: Disk | None) -> bool:
    """Tell whether a write failed for want of room.

    SQLite says so of its files, but not of its shared memory: that is an input/output error like
    any other, so the disk itself is asked.
    """
    code = code_of(error)
    if code == sqlite3.SQLITE_IOERR:
        return disk is not None and disk.free_bytes() < FULL_BYTES
    return code == sqlite3.SQLITE_FULL or is_no_room(error)


def is_final(error: BaseException, disk: Disk | None = None) -> bool:
    """Tell whether to go on would make it worse: a damaged file, a disk that fails or is read-only.

    After a failed fsync nobody knows what is on the disk, and asking again proves nothing.
    """
    if is_full(error, disk):
        return False
    return isinstance(error, OSError) or code_of(error) in _FINAL


def is_machines_fault(error: BaseException) -> bool:
    """Tell whether any job would have met this error, and not by its own doing."""
    return code_of(error) == sqlite3.SQLITE_FULL or (
        isinstance(error, sqlite3.Error) and is_final(error)
    )
