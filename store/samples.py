"""Some of the latest events: to try a content on, and to show what it would be."""

import sqlite3

from domain.facts import Event
from store import log

TRIED_MAX = 200
"""So many of the latest events are read where one of somebody else is wanted."""


def latest(conn: sqlite3.Connection, name: str, *, limit: int) -> list[Event]:
    """Return the latest events of a name that can be read, the newest first."""
    seqs = conn.execute(
        "SELECT seq FROM log INDEXED BY log_of_name WHERE kind = 'event' AND name = ?"
        " ORDER BY seq DESC LIMIT ?",
        (name, min(limit, TRIED_MAX)),
    )
    return _readable(conn, [seq for (seq,) in seqs.fetchall()])


def latest_of_user(conn: sqlite3.Connection, user: str, name: str, *, limit: int) -> list[Event]:
    """Return the user's latest events of a name that can be read, the newest first."""
    seqs = conn.execute(
        "SELECT seq FROM log INDEXED BY log_of_user WHERE kind = 'event' AND user = ? AND name = ?"
        " ORDER BY time_ms DESC, seq DESC LIMIT ?",
        (user, name, min(limit, TRIED_MAX)),
    )
    return _readable(conn, [seq for (seq,) in seqs.fetchall()])


def _readable(conn: sqlite3.Connection, seqs: list[int]) -> list[Event]:
    found = [event for event in log.events_at(conn, seqs) if isinstance(event, Event)]
    return sorted(found, key=lambda event: seqs.index(event.seq))
