"""Rewriting the database without the remains of what was erased.

What is deleted is overwritten at once. But a page that SQLite had rearranged before can hold an old
copy of a row in its unused part, and only a rewrite of the whole file is sure to leave that behind.
A small database is rewritten at the next start, a large one when its operator says so.
"""

import sqlite3

from store import damage, meta

REWRITTEN_AT_START_BYTES_MAX = 256 * 2**20
"""A start takes a second longer for it, not a minute."""
_WANTED = "rewrite_wanted"


def want(conn: sqlite3.Connection) -> None:
    """Remember, in the transaction that erases, that the file is to be rewritten."""
    meta.put(conn, _WANTED, "1")


def at_start(conn: sqlite3.Connection) -> bool:
    """Rewrite a small database if that is wanted; tell whether it was. No transaction is open."""
    if meta.get(conn, _WANTED) is None or size_bytes(conn) > REWRITTEN_AT_START_BYTES_MAX:
        return False
    rewrite(conn)
    return True


def rewrite(conn: sqlite3.Connection) -> None:
    """Rewrite the whole file, with room for a second one beside it; a crash leaves it as it was."""
    conn.execute("VACUUM")
    conn.execute("DELETE FROM meta WHERE key = ?", (_WANTED,))
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def cut_log(conn: sqlite3.Connection) -> bool:
    """Copy SQLite's log into the file and cut it; False: a reader needs it, or room is lacking."""
    (waits_ms,) = conn.execute("PRAGMA busy_timeout").fetchone()
    conn.execute("PRAGMA busy_timeout = 0")  # nobody's commit waits for a reader
    try:
        busy, *_ = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        if not (busy := damage.is_full(error, None)):
            raise
    finally:
        conn.execute(f"PRAGMA busy_timeout = {waits_ms:d}")
    return not busy


def size_bytes(conn: sqlite3.Connection) -> int:
    """Return how large the database is."""
    (pages,) = conn.execute("PRAGMA page_count").fetchone()
    (page_bytes,) = conn.execute("PRAGMA page_size").fetchone()
    return int(pages * page_bytes)
