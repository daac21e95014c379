"""Daily digests: each campaign in which something happened gets one a day, and never two."""

import sqlite3

from store import announcements

SINCE_MS = 24 * 3_600_000
_MOVED = (
    "SELECT id FROM campaign WHERE published IS NOT NULL AND ("
    " EXISTS (SELECT 1 FROM delivered WHERE campaign = id AND from_ms >= ?1)"
    " OR EXISTS (SELECT 1 FROM conversion INDEXED BY conversion_at"
    " WHERE conversion.campaign = id AND happened_ms >= ?1))"
    " AND NOT EXISTS (SELECT 1 FROM digest WHERE campaign = id AND day >= ?2) ORDER BY id"
)


def ask_for(conn: sqlite3.Connection, day: str, *, now_ms: int) -> int:
    """Ask for the digest of a day (`2026-03-29`) of every campaign that needs one; return how many.

    A campaign in which nothing was sent and nobody converted for a day is not worth a word.
    """
    found = conn.execute(_MOVED, (now_ms - SINCE_MS, day)).fetchall()
    for (campaign,) in found:
        conn.execute(
            "INSERT INTO digest (campaign, day) VALUES (?, ?)"
            " ON CONFLICT (campaign) DO UPDATE SET day = excluded.day",
            (campaign, day),
        )
        announcements.add(conn, "digest", campaign, body=day, now_ms=now_ms)
    return len(found)
