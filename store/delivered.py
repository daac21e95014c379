"""Delivery over time: how many messages were accepted in each quarter of an hour, as counters.

A quarter is the largest part of an hour of which the days of every time zone are made.
"""

import sqlite3
from collections.abc import Iterable

from msgspec import Struct

QUARTER_MS = 15 * 60_000


class Quarter(Struct, frozen=True):
    """How many messages were accepted in the quarter of an hour that begins here."""

    from_ms: int
    n: int


def add(conn: sqlite3.Connection, campaigns: Iterable[str], *, now_ms: int) -> None:
    """Count one message for each mention of a campaign."""
    counts: dict[str, int] = {}
    for campaign in campaigns:
        counts[campaign] = counts.get(campaign, 0) + 1
    conn.executemany(
        "INSERT INTO delivered (campaign, from_ms, n, last_ms) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (campaign, from_ms) DO UPDATE SET n = n + excluded.n,"
        " last_ms = max(last_ms, excluded.last_ms)",
        [(campaign, now_ms - now_ms % QUARTER_MS, n, now_ms) for campaign, n in counts.items()],
    )


def of_others(conn: sqlite3.Connection, campaign: str, *, since_ms: int) -> list[Quarter]:
    """Return what all campaigns but this one sent from the quarter of a moment on, in order."""
    rows = conn.execute(
        "SELECT from_ms, sum(n) FROM delivered WHERE campaign <> ? AND from_ms >= ?"
        " GROUP BY from_ms ORDER BY from_ms",
        (campaign, since_ms - since_ms % QUARTER_MS),
    )
    return [Quarter(*row) for row in rows.fetchall()]


def total(conn: sqlite3.Connection, campaign: str) -> int:
    """Return how many messages of the campaign were ever accepted."""
    (n,) = conn.execute(
        "SELECT coalesce(sum(n), 0) FROM delivered WHERE campaign = ?", (campaign,)
    ).fetchone()
    return int(n)


def last_ms(conn: sqlite3.Connection, campaign: str) -> int | None:
    """Return when the last message of the campaign was accepted; None: none was."""
    row = conn.execute(
        "SELECT last_ms FROM delivered WHERE campaign = ? ORDER BY from_ms DESC LIMIT 1",
        (campaign,),
    ).fetchone()
    return None if row is None else int(row[0])


def of_campaign(conn: sqlite3.Connection, campaign: str) -> list[Quarter]:
    """Return the quarters in which messages of the campaign were accepted, in order."""
    rows = conn.execute(
        "SELECT from_ms, n FROM delivered WHERE campaign = ? ORDER BY from_ms", (campaign,)
    )
    return [Quarter(*row) for row in rows.fetchall()]
