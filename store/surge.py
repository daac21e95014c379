"""How many users qualified for a live campaign within the last hour, counted by the second."""

import sqlite3
from collections.abc import Sequence

from domain.books import SkipReason
from domain.timer import Wait
from domain.verdict import Skip, Verdict

HOUR_SECONDS = 3_600
_CAME_TO_NOTHING = frozenset(
    {
        SkipReason.DATE_IN_PAST,
        SkipReason.EXPIRED,
        SkipReason.FILTER_NO_LONGER_MATCHES,
        SkipReason.NO_IDENTITY,
        SkipReason.UNKNOWN,
    }
)
"""Why a wait that is over is for nobody any more. They are in the books, and no surge: after a
downtime there may be thousands of them at once."""


def qualifies(verdict: Verdict | Wait) -> bool:
    """Whether a user qualifies now: not who waits, nor whose wait came to nothing."""
    if isinstance(verdict, Skip):
        return verdict.reason not in _CAME_TO_NOTHING
    return not isinstance(verdict, Wait)


def first_too_many(
    conn: sqlite3.Connection, campaign: str, most: int, qualify: Sequence[bool], *, now_ms: int
) -> int | None:
    """Count those who qualify now; return the place of the first who is one too many, or None.

    Those after that one are not counted, and neither are those for whom `qualify` is false.
    """
    left = most - within_the_hour(conn, campaign, now_ms=now_ms)
    counted, surged = 0, None
    for place, counts in enumerate(qualify):
        if counts and counted >= left:
            surged = place
            break
        counted += counts
    if counted:
        count(conn, campaign, counted, now_ms=now_ms)
    return surged


def within_the_hour(conn: sqlite3.Connection, campaign: str, *, now_ms: int) -> int:
    """Return how many qualified in the hour that ends with the present second."""
    (n,) = conn.execute(
        "SELECT coalesce(sum(n), 0) FROM surge WHERE campaign = ? AND second > ?",
        (campaign, now_ms // 1_000 - HOUR_SECONDS),
    ).fetchone()
    return int(n)


def count(conn: sqlite3.Connection, campaign: str, n: int, *, now_ms: int) -> None:
    """Count users who qualify now, and forget those of an hour ago."""
    second = now_ms // 1_000
    conn.execute(
        "DELETE FROM surge WHERE campaign = ? AND second <= ?", (campaign, second - HOUR_SECONDS)
    )
    conn.execute(
        "INSERT INTO surge (campaign, second, n) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET n = n + excluded.n",
        (campaign, second, n),
    )


def forget(conn: sqlite3.Connection, campaign: str) -> None:
    """Count from nothing again: a person has seen the alert, and lets the campaign go on."""
    conn.execute("DELETE FROM surge WHERE campaign = ?", (campaign,))
