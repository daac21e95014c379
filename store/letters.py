"""The outbox of letters: e-mails to marketers, each written with what it tells, and sent once."""

import sqlite3

from msgspec import Struct

KEPT_MS = 30 * 24 * 3_600_000
"""So long a letter stays after its end: whoever asks why one did not come finds it here."""
PRUNED_MAX = 16
"""So many of the oldest are looked at with each that is added; most of these may go."""


class Letter(Struct, frozen=True):
    """An e-mail that waits. `who` is the person's id; no user's value is in it."""

    id: int
    who: str
    campaign: str
    subject: str
    body: str
    tries: int
    created_ms: int


def add(
    conn: sqlite3.Connection, *, who: str, campaign: str, subject: str, body: str, now_ms: int
) -> None:
    """Ask for a letter, in the transaction of what it is about; old ones make room for it."""
    _prune(conn, now_ms=now_ms)
    conn.execute(
        "INSERT INTO letter (who, campaign, subject, body, created_ms, due_ms)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (who, campaign, subject, body, now_ms, now_ms),
    )


def _prune(conn: sqlite3.Connection, *, now_ms: int) -> None:
    """Remove some that were sent or given up long ago, looking at the oldest only."""
    conn.execute(
        "DELETE FROM letter WHERE id IN (SELECT id FROM"
        " (SELECT id, state, done_ms FROM letter ORDER BY id LIMIT ?)"
        " WHERE state <> 'waiting' AND done_ms < ?)",
        (PRUNED_MAX, now_ms - KEPT_MS),
    )


def due(conn: sqlite3.Connection, *, now_ms: int, limit: int) -> list[Letter]:
    """Return the letters whose next try is due, the oldest first."""
    rows = conn.execute(
        "SELECT id, who, campaign, subject, body, tries, created_ms FROM letter"
        " INDEXED BY letter_due WHERE state = 'waiting' AND due_ms <= ?"
        " ORDER BY due_ms, id LIMIT ?",
        (now_ms, limit),
    )
    return [Letter(*row) for row in rows.fetchall()]


def next_due_ms(conn: sqlite3.Connection) -> int | None:
    """Return when the first of those that wait is due; None: nothing waits."""
    (found,) = conn.execute(
        "SELECT min(due_ms) FROM letter INDEXED BY letter_due WHERE state = 'waiting'"
    ).fetchone()
    return None if found is None else int(found)


def sent(conn: sqlite3.Connection, letter_id: int, *, now_ms: int) -> None:
    """Record that the server took it: it never goes again."""
    conn.execute(
        "UPDATE letter SET state = 'sent', reason = '', tries = tries + 1, done_ms = ?"
        " WHERE id = ? AND state = 'waiting'",
        (now_ms, letter_id),
    )


def again(conn: sqlite3.Connection, letter_id: int, reason: str, *, tries: int, at_ms: int) -> None:
    """Record that the try after `tries` others failed, and when the next one is due."""
    conn.execute(
        "UPDATE letter SET reason = ?, tries = ?, due_ms = ? WHERE id = ? AND state = 'waiting'",
        (reason, tries + 1, at_ms, letter_id),
    )


def give_up(conn: sqlite3.Connection, letter_id: int, reason: str, *, now_ms: int) -> bool:
    """Record that it is not tried any more; tell whether it still waited."""
    done = conn.execute(
        "UPDATE letter SET state = 'given_up', reason = ?, tries = tries + 1, done_ms = ?"
        " WHERE id = ? AND state = 'waiting'",
        (reason, now_ms, letter_id),
    )
    return done.rowcount == 1


def close_open(conn: sqlite3.Connection, *, now_ms: int) -> int:
    """Give up all that wait, in a database that was restored: they may have been sent since."""
    return conn.execute(
        "UPDATE letter SET state = 'given_up', reason = 'adopted', done_ms = ?"
        " WHERE state = 'waiting'",
        (now_ms,),
    ).rowcount
