"""What became of what each source sent, counted in the transaction that took it in.

The counts are for people who look after senders. A commit whose outcome nobody knew may be counted
twice; what is in the log may not.
"""

import sqlite3
from collections.abc import Mapping

from msgspec import Struct

from store import merging
from store.log import Appended


class Counted(Struct, frozen=True):
    """How often something became of what a source sent, and when last."""

    source: str
    what: str
    n: int
    latest_ms: int


def count(conn: sqlite3.Connection, source: str, counts: Mapping[str, int], *, now_ms: int) -> None:
    """Count so many more of each; what is zero leaves no trace."""
    conn.executemany(
        "INSERT INTO intake (source, what, n, latest_ms) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (source, what) DO UPDATE"
        " SET n = n + excluded.n, latest_ms = excluded.latest_ms",
        [(source, what, n, now_ms) for what, n in counts.items() if n],
    )


def counts_of(kept: Appended) -> dict[str, int]:
    """Return what became of records, as it is counted."""
    return {
        "accepted": kept.accepted,
        "duplicate": kept.duplicates,
        "broken": len(kept.broken),
        "left_out": kept.trimmed,
        "too_old": kept.too_old,
        "merged": kept.merges.get("merged", 0),
        "not_merged": sum(kept.merges.get(outcome, 0) for outcome in merging.REFUSALS),
    }


def read(conn: sqlite3.Connection) -> list[Counted]:
    """Return every count, by source."""
    rows = conn.execute("SELECT source, what, n, latest_ms FROM intake ORDER BY source, what")
    return [Counted(*row) for row in rows.fetchall()]
