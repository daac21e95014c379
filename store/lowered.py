"""Caps that a person has lowered: they hold at once, and nobody has to approve that.

The published content stays what was approved; of the two numbers the lower one counts. What was
promised before stays promised: a cap below that is full, and a slot that comes back to it is
nobody's until there is room under the lower number.
"""

import sqlite3

from msgspec import structs

from domain.campaign import Limits

FIELDS = {"total": "cap_total", "day": "cap_per_day", "run": "cap_per_run"}
"""Each kind of cap by what the names of its counters begin with, and where a definition has it."""


def which(scope: str) -> str:
    """Return the kind of cap that a counter is of: `day` for `day:2026-03-29`."""
    return scope.partition(":")[0]


def lower(conn: sqlite3.Connection, campaign: str, kind: str, lim: int) -> None:
    """Let a cap have so many slots at most from now on, in each of its counters."""
    conn.execute(
        "INSERT INTO lowered (campaign, which, lim) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET lim = min(lim, excluded.lim)",
        (campaign, kind, lim),
    )
    conn.execute(
        "UPDATE cap SET lim = max(used, ?1) WHERE campaign = ?2 AND lim > ?1"
        " AND (scope = ?3 OR scope GLOB ?3 || ':*')",
        (lim, campaign, kind),
    )


def limits(conn: sqlite3.Connection, campaign: str, published: Limits) -> Limits:
    """Return a campaign's limits with its caps as they are now."""
    rows = conn.execute("SELECT which, lim FROM lowered WHERE campaign = ?", (campaign,)).fetchall()
    changed = {}
    for kind, lim in rows:
        most: int | None = getattr(published, FIELDS[kind])
        if most is not None:
            changed[FIELDS[kind]] = min(most, lim)
    return structs.replace(published, **changed)


def forget(conn: sqlite3.Connection, campaign: str) -> None:
    """Let the caps be those of the definition: another one is published, before the first run."""
    conn.execute("DELETE FROM lowered WHERE campaign = ?", (campaign,))
