"""Values that were not there: how many messages of a campaign went out with each of them empty."""

import sqlite3
from collections import Counter
from collections.abc import Mapping

from store import outbox
from store.rows import among

NAMES_MAX = 200
"""So many names are kept of a campaign; its templates can make up no more than they mention."""


def accepted(
    conn: sqlite3.Connection, missing: Mapping[str, tuple[str, ...]], *, now_ms: int
) -> None:
    """Segment has these messages, by id with what was missing in each: count that, and settle them.

    A message is counted as long as it is in flight, so a job that runs twice counts once.
    """
    if some := {message_id: names for message_id, names in missing.items() if names}:
        for campaign, name, n in _counted(conn, some):
            conn.execute(
                "INSERT INTO blank (campaign, name, n) SELECT ?1, ?2, ?3"
                " WHERE (SELECT count(*) FROM blank WHERE campaign = ?1) < ?4"
                " OR EXISTS (SELECT 1 FROM blank WHERE campaign = ?1 AND name = ?2)"
                " ON CONFLICT (campaign, name) DO UPDATE SET n = n + excluded.n",
                (campaign, name, n, NAMES_MAX),
            )
    outbox.accepted(conn, list(missing), now_ms=now_ms)


def _counted(
    conn: sqlite3.Connection, missing: Mapping[str, tuple[str, ...]]
) -> list[tuple[str, str, int]]:
    flying = among(
        conn,
        "SELECT message_id, campaign FROM outbox WHERE message_id IN ({keys})"
        " AND state = 'in_flight'",
        missing,
    )
    counts = Counter((campaign, name) for one, campaign in flying for name in missing[one])
    return [(campaign, name, n) for (campaign, name), n in counts.items()]


def of_campaign(conn: sqlite3.Connection, campaign: str) -> dict[str, int]:
    """Return how many messages went out without each value, the most frequent first."""
    rows = conn.execute(
        "SELECT name, n FROM blank WHERE campaign = ? ORDER BY n DESC, name", (campaign,)
    )
    return dict(rows.fetchall())
