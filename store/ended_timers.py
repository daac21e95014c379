"""Timers that ended are kept a while and then removed, some with every page of events or timers.

An ended timer is more than a record: an event that comes late, or another id that turns out to be
the same person's, is compared with it. After a month no event may be so late; of ids that are
merged later than that, what still waits goes on uncompared (decision 0014). What fired is told
for ever by its message or its decision; that a wait was cleared or replaced is told for that month.
"""

import sqlite3

from domain.listening import FOR_EVER_MS

KEPT_MS = 30 * 24 * 3_600_000
"""So long an ended timer stays, whatever ended it: far longer than any event may be late."""
PRUNED_MAX = 400
"""So many are removed in one transaction: twice as many as may end in it."""


def prune(conn: sqlite3.Connection, *, now_ms: int, limit: int = PRUNED_MAX) -> int:
    """Remove the timers of all campaigns that ended longest ago; return how many.

    One stays while a timer of its user and key waits that began before it was over: that one is
    compared with it as it falls due. So does one that is set aside, or whose event is, until a
    person has decided.
    """
    return conn.execute(
        "DELETE FROM timer WHERE id IN (SELECT id FROM timer AS old INDEXED BY timer_ended"
        " WHERE state <> 'armed' AND ended_ms < ?1 AND since_ms < ?1"
        " AND (until_ms < ?1 OR until_ms = ?2)"
        " AND NOT EXISTS (SELECT 1 FROM timer AS other INDEXED BY timer_of"
        " WHERE other.user = old.user AND other.campaign = old.campaign AND other.key = old.key"
        " AND other.state = 'armed' AND other.since_ms <= old.until_ms"
        " AND (old.until_ms <> ?2 OR other.since_ms <= old.since_ms))"
        " AND NOT EXISTS (SELECT 1 FROM poison WHERE poison.campaign = old.campaign"
        " AND poison.event_seq = old.event_seq AND poison.state IN ('open', 'again'))"
        " ORDER BY ended_ms LIMIT ?3)",
        (now_ms - KEPT_MS, FOR_EVER_MS, limit),
    ).rowcount
