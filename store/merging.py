"""Merging: two ids turn out to be one person's, and from then on one of them stands for both.

All of it happens in the transaction that takes in the call which said so. History, profile and
memberships go to the person; a suppression of either is one of both; messages are as
`store.inheriting` says. A row of the log tells the audience's copy.
"""

import hashlib
import hmac
import sqlite3
from typing import Literal, TypeAlias

import msgspec

from domain.control import NO_CONTROLS, Controls
from domain.facts import ANONYMOUS
from domain.identity import names_nobody
from store import goals, identities, inheriting, memberships, push_tokens, users
from store.fault_points import reach

IDS_MAX = 1_000
"""So many ids a person may have; more is a shared id, not a person."""
EVENTS_MAX = 50_000
"""So many events an old id may bring: they are moved in one transaction, for which others wait."""

Outcome: TypeAlias = Literal["merged", "same", "taken", "nobody", "crowded", "large", "broken"]
"""`same`: it was known. The last five say no: `taken` is a device of another person, and of
`broken` a profile cannot be read, so nobody knows what the person would have."""
REFUSALS: tuple[Outcome, ...] = ("taken", "nobody", "crowded", "large", "broken")


def merge(
    conn: sqlite3.Connection,
    old: str,
    user: str,
    *,
    now_ms: int,
    install_key: bytes,
    controls: Controls = NO_CONTROLS,
) -> Outcome:
    """Take an id as the user's, unless something speaks against it.

    A device belongs to the first person who was identified on it. Ids of two people that are said
    to be one make them one, whichever of their ids are named: chains and circles end in one person.
    """
    if names_nobody(old) or names_nobody(user):
        return "nobody"
    known = identities.resolve(conn, (old, user))
    source, target = known.get(old, old), known.get(user, user)
    if source == target:
        return "same"
    if old.startswith(ANONYMOUS) and source != old:
        return "taken"
    assert not target.startswith(ANONYMOUS), "a person is never taken for a device"
    if (refused := _refusal(conn, source, target)) is not None:
        if source.startswith(ANONYMOUS) and _is_suppressed(conn, target):
            users.suppress(
                conn, source, now_ms=now_ms
            )  # they stay two, and it is theirs all the same
        return refused
    _join(conn, source, target, now_ms=now_ms, install_key=install_key)
    inheriting.inherit(conn, source, target, controls=controls, now_ms=now_ms)
    conn.execute("DELETE FROM user WHERE user = ?", (source,))
    goals.reconsider(conn, target)
    reach("merging.done")
    return "merged"


def _join(
    conn: sqlite3.Connection, old: str, user: str, *, now_ms: int, install_key: bytes
) -> None:
    (last,) = conn.execute("SELECT coalesce(max(seq), 0) FROM log").fetchone()
    users.enrol(conn, {old: last, user: last}, install_key=install_key)
    if users.get(conn, (old,))[old].suppressed:
        users.suppress(conn, user, now_ms=now_ms)
    seq = _log(conn, old, user, now_ms=now_ms, install_key=install_key)
    users.join(conn, old, user, seq=seq)
    conn.execute("UPDATE identity SET user = ? WHERE user = ?", (user, old))
    conn.execute("INSERT INTO identity (old, user, seq) VALUES (?, ?, ?)", (old, user, seq))
    reach("merging.identity_kept")
    conn.execute("UPDATE log SET user = ? WHERE kind = 'event' AND user = ?", (user, old))
    memberships.rename(conn, old, user)
    conn.execute("UPDATE timer SET user = ?, moved = max(moved, local) WHERE user = ?", (user, old))
    push_tokens.rename(conn, old, user)


def _log(conn: sqlite3.Connection, old: str, user: str, *, now_ms: int, install_key: bytes) -> int:
    (last,) = conn.execute("SELECT coalesce(max(seq), 0) FROM log").fetchone()
    # A keyed id: a sender who could foresee it would send it first, and stop the merge.
    name = hmac.digest(install_key, f"merge:{last + 1}:{old}".encode(), hashlib.sha256)
    body = msgspec.json.encode({"from": old})
    row = conn.execute(
        "INSERT INTO log (kind, source_id, user, time_ms, received_ms, body)"
        " VALUES ('merge', ?, ?, ?, ?, ?) RETURNING seq",
        (f"clarion:{name.hex()}", user, now_ms, now_ms, body),
    ).fetchall()
    return int(row[0][0])


def _refusal(conn: sqlite3.Connection, source: str, target: str) -> Outcome | None:
    """Return why two users cannot be made one, or None."""
    if _is_crowded(conn, source, target):
        return "crowded"
    if _is_large(conn, source):
        return "large"
    return None if users.readable(conn, (source, target)) else "broken"


def _is_suppressed(conn: sqlite3.Connection, user: str) -> bool:
    row = conn.execute("SELECT suppressed FROM user WHERE user = ?", (user,)).fetchone()
    return row is not None and bool(row[0])


def _is_crowded(conn: sqlite3.Connection, source: str, target: str) -> bool:
    (n,) = conn.execute(
        "SELECT count(*) FROM identity WHERE user IN (?, ?)", (source, target)
    ).fetchone()
    return bool(n >= IDS_MAX)


def _is_large(conn: sqlite3.Connection, source: str) -> bool:
    (n,) = conn.execute(
        "SELECT count(*) FROM (SELECT 1 FROM log INDEXED BY log_of_user"
        " WHERE kind = 'event' AND user = ? LIMIT ?)",
        (source, EVENTS_MAX + 1),
    ).fetchone()
    return bool(n > EVENTS_MAX)
