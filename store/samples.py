"""Some of the latest events: to try a content on, and to show what it would be."""

import sqlite3
from collections.abc import Collection

from domain.facts import Event
from store import log

TRIED_MAX = 200
"""So many of the latest events are read where one of somebody else is wanted."""


def latest(conn: sqlite3.Connection, names: Collection[str], *, limit: int) -> list[Event]:
    """Return the latest events of these names that can be read, the newest first."""
    most = min(limit, TRIED_MAX)
    seqs = [
        seq
        for name in names
        for (seq,) in conn.execute(
            "SELECT seq FROM log INDEXED BY log_of_name WHERE kind = 'event' AND name = ?"
            " ORDER BY seq DESC LIMIT ?",
            (name, most),
        ).fetchall()
    ]
    return _readable(conn, sorted(seqs, reverse=True)[:most])


def latest_of_user(
    conn: sqlite3.Connection, user: str, names: Collection[str], *, limit: int
) -> list[Event]:
    """Return the user's latest events of these names that can be read, the newest first."""
    most = min(limit, TRIED_MAX)
    found = [
        row
        for name in names
        for row in conn.execute(
            "SELECT time_ms, seq FROM log INDEXED BY log_of_user"
            " WHERE kind = 'event' AND user = ? AND name = ?"
            " ORDER BY time_ms DESC, seq DESC LIMIT ?",
            (user, name, most),
        ).fetchall()
    ]
    return _readable(conn, [seq for _, seq in sorted(found, reverse=True)[:most]])


def _readable(conn: sqlite3.Connection, seqs: list[int]) -> list[Event]:
    found = [event for event in log.events_at(conn, seqs) if isinstance(event, Event)]
    return sorted(found, key=lambda event: seqs.index(event.seq))
