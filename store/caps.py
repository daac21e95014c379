"""Cap counters: a slot is taken before a message may go, and N + 1 is impossible.

The table's own CHECK is the last word; these jobs run in the transaction that admits the message.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import structs

from domain.campaign import Limits
from store import lowered

TOTAL = "total"


class Cap(NamedTuple):
    """One counter: `total`, `day:2026-03-29` or `run:SLOT`, and its limit."""

    scope: str
    lim: int


class Usage(NamedTuple):
    """How much of a counter is taken."""

    scope: str
    used: int
    lim: int


def day(key: str) -> str:
    """Name the counter of a local day (`2026-03-29`)."""
    return f"day:{key}"


def run(slot: str) -> str:
    """Name the counter of a run."""
    return f"run:{slot}"


def take(conn: sqlite3.Connection, campaign: str, caps: Sequence[Cap]) -> str | None:
    """Take one slot of each counter, or none at all.

    Returns the scope that is full, or None when every slot was taken.
    """
    for taken, cap in enumerate(caps):
        _open(conn, campaign, cap)
        done = conn.execute(
            "UPDATE cap SET used = used + 1 WHERE campaign = ? AND scope = ? AND used < lim",
            (campaign, cap.scope),
        )
        if done.rowcount == 0:
            give_back(conn, campaign, [c.scope for c in caps[:taken]])
            return cap.scope
    return None


def give_back(conn: sqlite3.Connection, campaign: str, scopes: Iterable[str], n: int = 1) -> None:
    """Give `n` slots back to each of the counters that exist: the messages never were in flight.

    Of a cap that was lowered below what was taken they are gone.
    """
    conn.executemany(
        "UPDATE cap SET used = max(used - ?1, 0), lim = max(max(used - ?1, 0), min(lim,"
        " coalesce((SELECT lowered.lim FROM lowered WHERE campaign = ?2 AND which = ?4), lim)))"
        " WHERE campaign = ?2 AND scope = ?3",
        [(n, campaign, scope, lowered.which(scope)) for scope in scopes],
    )


def take_many(conn: sqlite3.Connection, campaign: str, caps: Sequence[Cap], n: int) -> int:
    """Take up to `n` slots of each counter at once; return how many were granted."""
    for cap in caps:
        _open(conn, campaign, cap)
    granted = min([n, *(free(conn, campaign, cap.scope) for cap in caps)])
    conn.executemany(
        "UPDATE cap SET used = used + ? WHERE campaign = ? AND scope = ?",
        [(granted, campaign, cap.scope) for cap in caps],
    )
    return granted


def free(conn: sqlite3.Connection, campaign: str, scope: str) -> int:
    """Return how many slots of an existing counter are left."""
    row = conn.execute(
        "SELECT lim - used FROM cap WHERE campaign = ? AND scope = ?", (campaign, scope)
    ).fetchone()
    return int(row[0])


def usage(conn: sqlite3.Connection, campaign: str) -> list[Usage]:
    """Return every counter of a campaign, by scope."""
    rows = conn.execute(
        "SELECT scope, used, lim FROM cap WHERE campaign = ? ORDER BY scope", (campaign,)
    )
    return [Usage(*row) for row in rows]


def left(conn: sqlite3.Connection, campaign: str, limits: Limits) -> Limits:
    """Return a campaign's limits with its caps as they are now, less what is taken of the total."""
    now = lowered.limits(conn, campaign, limits)
    if now.cap_total is None:
        return now
    taken = sum(each.used for each in usage(conn, campaign) if each.scope == TOTAL)
    return structs.replace(now, cap_total=max(now.cap_total - taken, 0))


def is_full(conn: sqlite3.Connection, campaign: str, scope: str) -> bool:
    """Tell whether a counter exists and has no slot left."""
    return bool(
        conn.execute(
            "SELECT 1 FROM cap WHERE campaign = ? AND scope = ? AND used >= lim", (campaign, scope)
        ).fetchone()
    )


def _open(conn: sqlite3.Connection, campaign: str, cap: Cap) -> None:
    """Let a counter exist: with its limit, or the lower one that somebody has said since."""
    conn.execute(
        "INSERT INTO cap (campaign, scope, lim) SELECT ?1, ?2, min(?3, coalesce((SELECT lowered.lim"
        " FROM lowered WHERE campaign = ?1 AND which = ?4), ?3)) WHERE true ON CONFLICT DO NOTHING",
        (campaign, cap.scope, cap.lim, lowered.which(cap.scope)),
    )
