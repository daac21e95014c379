"""What this installation knows about itself: a few names and values, the install key above all."""

import sqlite3

INSTALL_KEY_BYTES = 32
_INSTALL_KEY = "install_key"


def get(conn: sqlite3.Connection, key: str) -> str | None:
    """Return the value, or None where none was ever put."""
    row = conn.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def put(conn: sqlite3.Connection, key: str, value: str) -> None:
    """Keep the value, in place of an earlier one."""
    conn.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def install_key(conn: sqlite3.Connection) -> bytes:
    """Return the key that every keyed hash of this installation uses.

    Raises LookupError when there is none: the database was opened without its first start.
    """
    if (found := get(conn, _INSTALL_KEY)) is None:
        raise LookupError("the database has no install key: call ensure_install_key first")
    return bytes.fromhex(found)


def ensure_install_key(conn: sqlite3.Connection, fresh: bytes) -> bytes:
    """Return the install key; at the very first start `fresh` (32 random bytes) becomes it.

    A second key would give every user another hash and every message another id, so the first
    one stays for ever.
    """
    if len(fresh) != INSTALL_KEY_BYTES:
        raise ValueError(f"an install key has {INSTALL_KEY_BYTES} bytes, not {len(fresh)}")
    if get(conn, _INSTALL_KEY) is None:
        put(conn, _INSTALL_KEY, fresh.hex())
    return install_key(conn)
