"""What records that the log has taken make of their users: profiles, devices, one person of two."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from store import identities, merging, push_tokens, users


class Applied:
    """What became of the profiles and merges of a batch so far."""

    def __init__(self) -> None:
        self.trimmed = 0
        self.broken: tuple[int, ...] = ()
        self.merges: Counter[merging.Outcome] = Counter()

    def change(
        self, conn: sqlite3.Connection, changes: Mapping[str, Sequence[tuple[int, bytes]]]
    ) -> None:
        """Lay profile changes over the users' traits."""
        changed = users.change_profiles(conn, changes)
        self.trimmed += changed.trimmed
        self.broken += changed.broken
        if changed.claims:
            push_tokens.settle(conn, changed.claims)


def apply(
    conn: sqlite3.Connection,
    also: Mapping[str, tuple[str, ...]],
    seen: Mapping[str, Mapping[str, Any]],
    applied: Applied,
    *,
    after: int,
    merge: Callable[[sqlite3.Connection, str, str], merging.Outcome],
) -> None:
    """Bring the users up to what stands after a place: profiles, devices, merges, in their order.

    `seen` is what calls told by the way, by their ids. It is the same whether records come in one
    batch or in many.
    """
    changes: dict[str, list[tuple[int, bytes]]] = {}
    rows = conn.execute(
        "SELECT seq, kind, source_id, user, body FROM log"
        " WHERE seq > ? AND (? OR kind IN ('profile', 'other')) ORDER BY seq",
        (after, bool(seen)),
    ).fetchall()
    for seq, kind, source_id, user, body in rows:
        for old in also.get(source_id, ()):
            applied.change(conn, changes)
            changes.clear()
            applied.merges[merge(conn, old, user)] += 1
        told = [body] if kind == "profile" else []
        if source_id in seen:
            told.append(msgspec.json.encode(seen[source_id]))
        if told:
            whose = identities.canonical(conn, user) if applied.merges["merged"] else user
            held = changes.setdefault(whose, [])
            # An app tells the same of its device with each event: once is enough.
            if kind != "event" or not held or held[-1][1] != told[0]:
                held.extend((seq, each) for each in told)
    applied.change(conn, changes)
