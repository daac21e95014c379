"""What came in, for people who look after senders: counts by source, zones that nobody knows."""

import sqlite3

from actors import keeping
from actors.mail_intake import Intake, ShowIntake, SourceLine, ZoneLine
from actors.rules import Rules
from store import intake, retention, users

ZONES_MAX = 20


def shown(conn: sqlite3.Connection, _request: ShowIntake, rules: Rules) -> Intake:
    """Return the counts of every source that ever sent, and the most frequent unknown zones."""
    counts: dict[str, dict[str, int]] = {}
    latest: dict[str, int] = {}
    for one in intake.read(conn):
        counts.setdefault(one.source, {})[one.what] = one.n
        latest[one.source] = max(one.latest_ms, latest.get(one.source, 0))
    kept = retention.read(conn)
    longer = kept is not None and 0 < rules.keep_events_days < kept.days
    zones = users.unknown_zones(conn, limit=ZONES_MAX + 1)
    return Intake(
        sources=tuple(SourceLine(name, counts[name], latest[name]) for name in counts),
        zones=tuple(ZoneLine(said, n) for said, n in zones[:ZONES_MAX]),
        more_zones=len(zones) > ZONES_MAX,
        keep_events_days=0 if kept is None else kept.days,
        kept_since_ms=None if kept is None else kept.since_ms,
        kept_longer_for=keeping.longest(conn)[1] if longer else "",
    )
