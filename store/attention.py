"""What waits for somebody, over all campaigns: held runs, missed runs, what is set aside."""

import sqlite3

from msgspec import Struct

ASIDE_COUNTED_MAX = 10_000
"""So many messages are counted at most: nobody decides one by one about more."""


class HeldRun(Struct, frozen=True):
    """A run that its safety limit holds, since a moment in epoch milliseconds."""

    campaign: str
    name: str
    run: str
    qualified: int
    safety_limit: int
    reason: str  # of its campaign's state
    since_ms: int


class MissedRuns(Struct, frozen=True):
    """The latest runs of a campaign, if their time passed; `over`: it has no other."""

    campaign: str
    name: str
    runs: int
    last: str
    due_ms: int
    over: bool


class SetAside(Struct, frozen=True):
    """How many messages and events of a campaign wait for a person, and since when the latest."""

    campaign: str
    name: str
    n: int
    since_ms: int


def held(conn: sqlite3.Connection) -> list[HeldRun]:
    """Return every run that is held, the longest held first."""
    rows = conn.execute(
        "SELECT r.campaign, c.name, r.run, r.qualified, coalesce(r.safety_limit, 0), c.reason,"
        " r.updated_ms FROM run r JOIN campaign c ON c.id = r.campaign"
        " WHERE r.state = 'blocked' ORDER BY r.updated_ms, r.campaign, r.run"
    ).fetchall()
    return [HeldRun(*row) for row in rows]


def missed(conn: sqlite3.Connection, *, since_ms: int) -> list[MissedRuns]:
    """Return whose latest runs were missed since that moment, the latest first.

    A later run that began answers it, and so do the archive and a stop.
    """
    rows = conn.execute(
        "SELECT r.campaign, c.name, count(*), max(r.due_ms), c.state = 'completed'"
        " FROM run r JOIN campaign c ON c.id = r.campaign"
        " WHERE r.state = 'missed' AND r.due_ms > ? AND c.archived = 0 AND c.state <> 'stopped'"
        " AND NOT EXISTS (SELECT 1 FROM run later WHERE later.campaign = r.campaign"
        " AND later.due_ms > r.due_ms AND later.state <> 'missed')"
        " GROUP BY r.campaign ORDER BY max(r.due_ms) DESC, r.campaign",
        (since_ms,),
    ).fetchall()
    return [
        MissedRuns(campaign, name, n, _run_at(conn, campaign, due_ms), due_ms, bool(over))
        for campaign, name, n, due_ms, over in rows
    ]


def set_aside(conn: sqlite3.Connection) -> list[SetAside]:
    """Return the campaigns of which something waits for a person, the latest first."""
    rows = conn.execute(
        "SELECT found.campaign, c.name, count(*), max(found.at_ms) FROM ("
        "SELECT * FROM (SELECT campaign, updated_ms AS at_ms FROM outbox"
        " INDEXED BY outbox_unsettled WHERE state IN ('dead', 'unknown') AND closed_by = ''"
        " ORDER BY updated_ms DESC LIMIT ?)"
        " UNION ALL"
        " SELECT * FROM (SELECT campaign, at_ms FROM poison INDEXED BY poison_open"
        " WHERE state = 'open' ORDER BY at_ms DESC LIMIT ?)"
        ") found JOIN campaign c ON c.id = found.campaign"
        " GROUP BY found.campaign ORDER BY max(found.at_ms) DESC, found.campaign",
        (ASIDE_COUNTED_MAX, ASIDE_COUNTED_MAX),
    ).fetchall()
    return [SetAside(*row) for row in rows]


def _run_at(conn: sqlite3.Connection, campaign: str, due_ms: int) -> str:
    (name,) = conn.execute(
        "SELECT run FROM run WHERE campaign = ? AND due_ms = ? AND state = 'missed' LIMIT 1",
        (campaign, due_ms),
    ).fetchone()
    return str(name)
