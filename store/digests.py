"""Daily digests: each campaign in which something happened gets one a day, and never two.

A digest tells of what happened since those of the day before were asked for, whenever that was: a
day has 23 hours or 25, and a daemon that was down asks late. So nothing falls between two of them.
An event that comes in late converts when it comes: what was counted since is known by its place in
the log, and not by when it happened. So a campaign that is over has digests while events still
count for it, and none afterwards.
"""

import sqlite3

from store import announcements, goals, meta

SINCE_MS = 24 * 3_600_000
"""So far back the very first digests look."""
BACK_MS_MAX = 7 * SINCE_MS
"""So far back they look at most: what a daemon did before it was down for weeks is no news."""
_DAY, _SINCE, _ASKED = "digest_day", "digest_since_ms", "digest_asked_ms"
_SINCE_SEQ, _ASKED_SEQ = "digest_since_seq", "digest_asked_seq"
_MOVED = (
    "SELECT id FROM campaign WHERE published IS NOT NULL AND ("
    " EXISTS (SELECT 1 FROM delivered WHERE campaign = id AND last_ms >= ?1)"
    " OR EXISTS (SELECT 1 FROM conversion INDEXED BY conversion_at"
    " WHERE conversion.campaign = id AND happened_ms >= ?1)"
    " OR EXISTS (SELECT 1 FROM conversion WHERE conversion.campaign = id AND event_seq > ?3))"
    " AND NOT EXISTS (SELECT 1 FROM digest WHERE campaign = id AND day >= ?2) ORDER BY id"
)


def ask_for(conn: sqlite3.Connection, day: str, *, now_ms: int) -> int:
    """Ask for the digest of a day (`2026-03-29`) of every campaign that needs one; return how many.

    A campaign in which nothing was sent and no conversion was counted since the last ones is not
    worth a word. Asked again on the same day, it looks back as far as before.
    """
    since_ms, since_seq = _since(conn, day, now_ms=now_ms)
    found = conn.execute(_MOVED, (since_ms, day, since_seq)).fetchall()
    for (campaign,) in found:
        conn.execute(
            "INSERT INTO digest (campaign, day) VALUES (?, ?)"
            " ON CONFLICT (campaign) DO UPDATE SET day = excluded.day",
            (campaign, day),
        )
        announcements.add(conn, "digest", campaign, body=day, now_ms=now_ms)
    return len(found)


def _since(conn: sqlite3.Connection, day: str, *, now_ms: int) -> tuple[int, int]:
    """Return since when the digests of a day tell, and from which place in the log on.

    It is remembered with the day.
    """
    reckoned = goals.cursor(conn) or 0
    if (meta.get(conn, _DAY) or "") >= day:
        since_ms = int(meta.get(conn, _SINCE) or now_ms - SINCE_MS)
        return since_ms, int(meta.get(conn, _SINCE_SEQ) or reckoned)
    asked_ms = int(meta.get(conn, _ASKED) or now_ms - SINCE_MS)
    since_ms = max(min(asked_ms, now_ms), now_ms - BACK_MS_MAX)
    since_seq = int(meta.get(conn, _ASKED_SEQ) or reckoned)
    for key, value in (
        (_DAY, day),
        (_SINCE, str(since_ms)),
        (_ASKED, str(now_ms)),
        (_SINCE_SEQ, str(since_seq)),
        (_ASKED_SEQ, str(reckoned)),
    ):
        meta.put(conn, key, value)
    return since_ms, since_seq
