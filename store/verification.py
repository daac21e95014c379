"""Test events that a person looks for in Segment: the only proof that a connection works.

A connection is a keyed hash of its address and its write key, so another key or region is another
connection, and nothing here tells the key. The first answer to a test event counts.
"""

import hashlib
import hmac
import sqlite3
from typing import Literal, TypeAlias

from msgspec import Struct

from store import announcements, meta

CONNECTION_CHARS = 32
Seen: TypeAlias = Literal["seen", "absent"]
_CARDS_SAY, _UNVERIFIED = "cards_say_of_connection", "unverified"


class Check(Struct, frozen=True):
    """One test event. `outcome` is what Segment answered; `answer` "" until a person has looked."""

    code: str
    connection: str
    asked_by: str
    asked_ms: int
    outcome: str
    answer: str
    answered_by: str
    answered_ms: int | None


def connection_of(install_key: bytes, url: str, write_key: str) -> str:
    """Name a connection by a keyed hash: it cannot be turned back into the key."""
    words = f"connection\0{url.rstrip('/')}\0{write_key}".encode()
    return hmac.new(install_key, words, hashlib.sha256).hexdigest()[:CONNECTION_CHARS]


def begin(conn: sqlite3.Connection, code: str, connection: str, *, by: str, now_ms: int) -> None:
    """Write a test event down before it is sent."""
    conn.execute(
        "INSERT INTO verification (code, connection, asked_by, asked_ms) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (code, connection, by, now_ms),
    )


def sent(conn: sqlite3.Connection, code: str, outcome: str) -> None:
    """Write down what Segment answered to a test event."""
    conn.execute("UPDATE verification SET outcome = ? WHERE code = ?", (outcome, code))


def answer(conn: sqlite3.Connection, code: str, seen: Seen, *, by: str, now_ms: int) -> bool:
    """Write down what a person saw; False if somebody has answered before."""
    done = conn.execute(
        "UPDATE verification SET answer = ?, answered_by = ?, answered_ms = ?"
        " WHERE code = ? AND answer = ''",
        (seen, by, now_ms, code),
    )
    return done.rowcount > 0


def find(conn: sqlite3.Connection, code: str) -> Check | None:
    """Return one test event by its code."""
    return _one(conn, "WHERE code = ?", code)


def latest(conn: sqlite3.Connection, connection: str) -> Check | None:
    """Return the latest test event of a connection that Segment has taken."""
    return _one(
        conn,
        "WHERE connection = ? AND outcome = 'accepted' ORDER BY asked_ms DESC, code LIMIT 1",
        connection,
    )


def verdict(conn: sqlite3.Connection, connection: str) -> Check | None:
    """Return the latest test event of a connection that a person has looked for."""
    return _one(
        conn,
        "WHERE connection = ? AND answer <> '' ORDER BY answered_ms DESC, asked_ms DESC LIMIT 1",
        connection,
    )


def is_verified(conn: sqlite3.Connection, connection: str) -> bool:
    """Tell whether the last person who looked saw the test event arrive."""
    found = verdict(conn, connection)
    return found is not None and found.answer == "seen"


def refresh_cards(conn: sqlite3.Connection, connection: str, *, now_ms: int) -> bool:
    """Bring the review cards up to date if they say something else of the connection.

    They say what holds when they are posted. Returns whether any had to change.
    """
    if not cards_differ(conn, connection):
        return False
    meta.put(conn, _CARDS_SAY, _word(conn, connection))
    return announcements.cards_again(conn, now_ms=now_ms) > 0


def cards_differ(conn: sqlite3.Connection, connection: str) -> bool:
    """Tell whether the connection was verified, or no longer is, since the cards were posted."""
    return (meta.get(conn, _CARDS_SAY) or _UNVERIFIED) != _word(conn, connection)


def _word(conn: sqlite3.Connection, connection: str) -> str:
    return "verified" if is_verified(conn, connection) else _UNVERIFIED


def _one(conn: sqlite3.Connection, rest: str, value: str) -> Check | None:
    row = conn.execute(
        "SELECT code, connection, asked_by, asked_ms, outcome, answer, answered_by, answered_ms"
        f" FROM verification {rest}",
        (value,),
    ).fetchone()
    return None if row is None else Check(*row)
