"""The books as rows: one counter for each bucket and reason, kept in the transaction that decides.

Counters are for reading at any moment; `recount` adds up the rows themselves, as the proof.
A counter remembers nobody: a job that may run twice counts only what its own rows show as new.
"""

import sqlite3
from collections.abc import Iterable
from typing import Literal, TypeAlias

from domain.books import Books, SkipReason

Bucket: TypeAlias = Literal["qualified", "control", "sent", "skipped", "pending"]
Place: TypeAlias = tuple[Bucket, str]
"""A bucket and, of `skipped`, the reason."""

PENDING: Place = ("pending", "")


def add(
    conn: sqlite3.Connection, campaign: str, run: str, bucket: Bucket, n: int, reason: str = ""
) -> None:
    """Count `n` more (or fewer) users in a bucket of the run.

    Raises ValueError for a reason that is none and for a counter that would fall below zero.
    """
    if (bucket == "skipped") != bool(reason):
        raise ValueError(
            f"a reason belongs to `skipped` and only there, not {reason!r} to {bucket}"
        )
    if bucket == "skipped":
        SkipReason(reason)
    (held,) = conn.execute(
        "INSERT INTO books (campaign, run, bucket, reason, n) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (campaign, run, bucket, reason) DO UPDATE SET n = n + excluded.n"
        " RETURNING n",
        (campaign, run, bucket, reason, n),
    ).fetchall()[0]
    if held < 0:
        place = f"{bucket} {reason}".rstrip()
        raise ValueError(f"{campaign} {run}: {place} would hold {held} users")
    if held == 0:
        conn.execute(
            "DELETE FROM books WHERE campaign = ? AND run = ? AND bucket = ? AND reason = ?",
            (campaign, run, bucket, reason),
        )


def move(
    conn: sqlite3.Connection,
    campaign: str,
    run: str,
    *,
    target: Place,
    source: Place = PENDING,
    n: int = 1,
) -> None:
    """Count `n` users out of one place and into another. Raises as `add` does."""
    add(conn, campaign, run, source[0], -n, source[1])
    add(conn, campaign, run, target[0], n, target[1])


def of_run(conn: sqlite3.Connection, campaign: str, run: str) -> Books:
    """Return the books of one run, by its counters."""
    rows = conn.execute(
        "SELECT bucket, reason, n FROM books WHERE campaign = ? AND run = ?", (campaign, run)
    )
    return _books(rows.fetchall())


def of_campaign(conn: sqlite3.Connection, campaign: str) -> dict[str, Books]:
    """Return the books of every run of a campaign that has some, by run."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    rows = conn.execute(
        "SELECT run, bucket, reason, n FROM books WHERE campaign = ? ORDER BY run", (campaign,)
    )
    for run, bucket, reason, n in rows.fetchall():
        found.setdefault(run, []).append((bucket, reason, n))
    return {run: _books(counts) for run, counts in found.items()}


def total(conn: sqlite3.Connection, campaign: str) -> Books:
    """Return the books of all runs of a campaign together."""
    rows = conn.execute(
        "SELECT bucket, reason, sum(n) FROM books WHERE campaign = ? GROUP BY bucket, reason",
        (campaign,),
    )
    return _books(rows.fetchall())


def recount(conn: sqlite3.Connection, campaign: str, run: str) -> Books:
    """Return the books of one run as its messages and decisions themselves add up.

    Rows still `drawn` are not decided yet and not counted; `qualified` is the sum of the places.
    It walks the whole outbox: for a check, not for a hot path.
    """
    counts: list[tuple[str, str, int]] = []
    for state, reason, n in conn.execute(
        "SELECT state, reason, count(*) FROM outbox"
        " WHERE campaign = ? AND run = ? AND state <> 'drawn' GROUP BY state, reason",
        (campaign, run),
    ).fetchall():
        counts.append((*place_of(state, reason), n))
    counts += conn.execute(
        "SELECT bucket, reason, count(*) FROM decision"
        " WHERE campaign = ? AND run = ? GROUP BY bucket, reason",
        (campaign, run),
    ).fetchall()
    counts += conn.execute(  # a run that was closed while it was held has no rows of its users
        "SELECT 'skipped', undrawn, qualified FROM run"
        " WHERE campaign = ? AND run = ? AND undrawn <> ''",
        (campaign, run),
    ).fetchall()
    return _books([*counts, ("qualified", "", sum(n for _, _, n in counts))])


def place_of(state: str, reason: str) -> Place:
    """Return where a message in this state stands in the books."""
    match state:
        case "pending" | "in_flight":
            return PENDING
        case "accepted":
            return ("sent", "")
        case _:
            return ("skipped", reason if reason in _REASONS else _BY_STATE[state])


_REASONS = frozenset(SkipReason)
_BY_STATE = {
    "expired": SkipReason.EXPIRED,
    "cancelled": SkipReason.STOPPED,
    "dead": SkipReason.DEAD,
    "unknown": SkipReason.UNKNOWN,
}
"""The reason of a message that ended in this state and says nothing better."""


def _books(counts: Iterable[tuple[str, str, int]]) -> Books:
    sums: dict[str, int] = {}
    skipped: dict[SkipReason, int] = {}
    for bucket, reason, n in counts:
        if bucket == "skipped":
            skipped[SkipReason(reason)] = skipped.get(SkipReason(reason), 0) + n
        else:
            sums[bucket] = sums.get(bucket, 0) + n
    return Books(
        qualified=sums.get("qualified", 0),
        control=sums.get("control", 0),
        sent=sums.get("sent", 0),
        skipped={reason: skipped[reason] for reason in SkipReason if reason in skipped},
        pending=sums.get("pending", 0),
    )
