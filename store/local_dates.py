"""Dates that are wall times where the user is, read anew when the user is in another time zone.

A profile often says where the user is only after the event that carries the date. The database
itself marks the timers, in the transaction that changes the zone; the campaign reads them again.
"""

import sqlite3

from domain.facts import Event
from domain.listening import Listener
from domain.zones import is_known
from store import log
from store.rows import among


def are_moved(conn: sqlite3.Connection, campaign: str) -> bool:
    """Tell whether a campaign has dates to read anew."""
    found = conn.execute(
        "SELECT 1 FROM timer INDEXED BY timer_moved WHERE campaign = ? AND moved = 1 LIMIT 1",
        (campaign,),
    ).fetchone()
    return found is not None


def read_anew(
    conn: sqlite3.Connection, listener: Listener, campaign: str, *, zone: str, limit: int
) -> None:
    """Let such timers fall due by the zones in which their users are now; `zone` is the account's.

    One whose event cannot be read stays as it is: it is set aside when it falls due.
    """
    rows = conn.execute(
        "SELECT id, user, event_seq FROM timer INDEXED BY timer_moved"
        " WHERE campaign = ? AND moved = 1 ORDER BY id LIMIT ?",
        (campaign, limit),
    ).fetchall()
    users = {user for _, user, _ in rows}
    zones = dict(among(conn, "SELECT user, zone FROM user WHERE user IN ({keys})", users))
    events = {event.seq: event for event in log.events_at(conn, [seq for *_, seq in rows])}
    for timer_id, user, seq in rows:
        event, own = events.get(seq), zones.get(user)
        due_ms = None
        if isinstance(event, Event):
            due_ms = listener.wait(event, zone=own if own and is_known(own) else zone).due_ms
        conn.execute(
            "UPDATE timer SET moved = 0, due_ms = iif(state = 'armed', coalesce(?, due_ms), due_ms)"
            " WHERE id = ?",
            (due_ms, timer_id),
        )
