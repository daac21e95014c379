"""Which ids are one person's: what comes in under an old id is the person's.

A person is known by one id everywhere; the old ones point at it directly, never at each other.
"""

import sqlite3
from collections.abc import Collection

from domain.facts import ANONYMOUS
from store.rows import among


def resolve(conn: sqlite3.Connection, users: Collection[str]) -> dict[str, str]:
    """Return for those of the ids that are old ones, whose they are; the others are left out."""
    return dict(among(conn, _RESOLVE, users))


def canonical(conn: sqlite3.Connection, user: str) -> str:
    """Return the id by which the person is known."""
    return resolve(conn, (user,)).get(user, user)


def ids_of(conn: sqlite3.Connection, user: str) -> tuple[str, ...]:
    """Return every id of a person, by any of them: the one that counts first, then by age.

    What was decided and sent stays under the id of its time: who looks back asks for all of them.
    """
    known = canonical(conn, user)
    rows = conn.execute("SELECT old FROM identity WHERE user = ? ORDER BY seq, old", (known,))
    return (known, *(old for (old,) in rows.fetchall()))


def devices(conn: sqlite3.Connection, users: Collection[str]) -> dict[str, str]:
    """Return the id of each user's device that turned out to be theirs last; none: left out."""
    found = among(conn, _DEVICES, users)
    return {user: old.removeprefix(ANONYMOUS) for user, old in found}


def merged_at(conn: sqlite3.Connection, user: str) -> int:
    """Return where in the log it was last said that another id is the person's; 0: never."""
    row = conn.execute("SELECT coalesce(max(seq), 0) FROM identity WHERE user = ?", (user,))
    return int(row.fetchone()[0])


_DEVICES = (
    f"SELECT user, old FROM identity WHERE user IN ({{keys}}) AND old GLOB '{ANONYMOUS}*'"
    " ORDER BY seq"
)
_RESOLVE = "SELECT old, user FROM identity WHERE old IN ({keys})"
