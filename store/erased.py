"""Who was erased: nobody may read their names any more, yet everybody must know them again.

Who handed a name over before the erasure and writes it down after it writes the pseudonym.
"""

import hashlib
import hmac
import sqlite3
from collections.abc import Iterable

from domain.facts import ERASED
from store import meta
from store.rows import among as rows_among
from store.tombstones import key_of, user_mark

MARK_CHARS = 32


def pseudonym(key: bytes, user: str) -> str:
    """Return what an erased user is called from then on. `key` is that of the tombstones."""
    return f"{ERASED}{user_mark(key, user)[:MARK_CHARS]}"


def hidden(key: bytes, occurrence: str) -> str:
    """Return what stands for the occurrence of an erased user's message: its sender chose it.

    A run's messages have none, and keep none.
    """
    if not occurrence or occurrence.startswith(ERASED):
        return occurrence
    mark = hmac.digest(key, f"occurrence:{occurrence}".encode(), hashlib.sha256).hex()
    return f"{ERASED}{mark[:MARK_CHARS]}"


def among(conn: sqlite3.Connection, users: Iterable[str]) -> dict[str, str]:
    """Return those of the users who were erased, with their pseudonyms; mostly there are none."""
    if not conn.execute(_ANY).fetchone()[0]:
        return {}
    key = key_of(meta.install_key(conn))
    marks = {user_mark(key, user): user for user in users}
    found = [marks[mark] for (mark,) in rows_among(conn, _AMONG, marks)]
    return {user: pseudonym(key, user) for user in found}


def latest(conn: sqlite3.Connection) -> tuple[int, int]:
    """Return what is another after each erasure: how many there were, and when the last was."""
    n, at_ms = conn.execute(
        "SELECT count(erased_ms), coalesce(max(erased_ms), 0) FROM suppressed_hash"
    ).fetchone()
    return int(n), int(at_ms)


def hide(conn: sqlite3.Connection, occurrence: str) -> str:
    """Return what stands for an occurrence; see `hidden`."""
    return hidden(key_of(meta.install_key(conn)), occurrence)


def name_of(conn: sqlite3.Connection, user: str) -> str:
    """Return the pseudonym of any user, for the audit: it holds no id of a person."""
    return pseudonym(key_of(meta.install_key(conn)), user)


def release(conn: sqlite3.Connection, user: str) -> bool:
    """Let a user be known and messaged again; return whether a hash of them was held."""
    mark = user_mark(key_of(meta.install_key(conn)), user)
    return conn.execute("DELETE FROM suppressed_hash WHERE hash = ?", (mark,)).rowcount > 0


_ANY = "SELECT EXISTS (SELECT 1 FROM suppressed_hash WHERE erased_ms IS NOT NULL)"
_AMONG = "SELECT hash FROM suppressed_hash WHERE hash IN ({keys}) AND erased_ms IS NOT NULL"
