"""How far the campaigns are behind the log, and delivery behind what is due."""

import sqlite3

from store.outbox import OPEN

_OPEN_THERE = OPEN.replace("state", "outbox.state")


def behind(conn: sqlite3.Connection, *, now_ms: int, count_max: int) -> tuple[int, int]:
    """Return the campaigns' lag in events and delivery's in messages, on one snapshot."""
    return lag_events(conn), overdue_messages(conn, now_ms=now_ms, count_max=count_max)


def lag_events(conn: sqlite3.Connection) -> int:
    """Return how many places of the log the slowest running live campaign has not yet passed."""
    row = conn.execute(
        "SELECT (SELECT coalesce(max(seq), 0) FROM log) - min(cursor.seq) FROM campaign"
        " JOIN cursor ON cursor.campaign = campaign.id AND cursor.revision = campaign.published"
        " WHERE campaign.kind = 'live' AND campaign.state = 'running'"
    ).fetchone()
    return 0 if row[0] is None else max(0, int(row[0]))


def overdue_messages(conn: sqlite3.Connection, *, now_ms: int, count_max: int) -> int:
    """Return how many messages of running campaigns wait past their due, counted to a limit."""
    (n,) = conn.execute(
        "SELECT count(*) FROM (SELECT 1 FROM campaign JOIN outbox"
        " ON outbox.campaign = campaign.id"
        f" WHERE campaign.state IN ('running', 'blocked') AND {_OPEN_THERE}"
        " AND outbox.state = 'pending' AND outbox.lane IN (0, 1, 2, 3) AND outbox.due_ms <= ?"
        " LIMIT ?)",
        (now_ms, count_max),
    ).fetchone()
    return int(n)
