"""The users as rows: who is known, with which traits, and who gets nothing any more."""

import hashlib
import hmac
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from domain import push_tokens
from domain.chance import user_hash
from domain.facts import User
from domain.push_tokens import Claim
from store import erased, identities, meta, traits
from store.rows import among
from store.tombstones import key_of, user_mark

_OBJECT = msgspec.json.Decoder(dict[str, Any])


class Changed(Struct, frozen=True):
    """What became of profile changes: how many keys were over a limit, and what stays undone.

    `broken` are the places in the log of changes that could not be laid over a profile, because
    one or the other cannot be read. They stand in the log; the profile is as it was.
    `claims` are the push tokens that the profiles have by the changes.
    """

    trimmed: int = 0
    broken: tuple[int, ...] = ()
    claims: tuple[Claim, ...] = ()


def get(conn: sqlite3.Connection, users: Collection[str]) -> dict[str, User]:
    """Return those of the users that are known, by their key.

    Raises msgspec.DecodeError for a profile that cannot be read.
    """
    return {
        user: User(user, h, _OBJECT.decode(held), zone, bool(suppressed))
        for user, h, held, zone, suppressed in among(conn, _WHOLE, users)
    }


def get_readable(conn: sqlite3.Connection, users: Collection[str]) -> dict[str, User]:
    """Return what `get` does, without those whose profiles cannot be read."""
    return {
        user: User(user, h, known, zone, bool(suppressed))
        for user, h, held, zone, suppressed in among(conn, _WHOLE, users)
        if (known := _object(held)) is not None
    }


def known(conn: sqlite3.Connection, users: Collection[str]) -> set[str]:
    """Return those of the users that are known, whether or not their profiles can be read."""
    return {user for (user,) in among(conn, _KNOWN, users)}


def changed_after(conn: sqlite3.Connection, users: Collection[str], seq: int) -> set[str]:
    """Return those of the users who are new or have changed since a place in the log."""
    return {user for (user,) in among(conn, f"{_KNOWN} AND seq > ?", users, seq)}


def traits_bytes(conn: sqlite3.Connection, users: Collection[str]) -> int:
    """Return how large the profiles of these users are together."""
    sql = "SELECT coalesce(sum(length(traits)), 0) FROM user WHERE user IN ({keys})"
    return sum(size for (size,) in among(conn, sql, users))


def enrol(conn: sqlite3.Connection, first_seqs: Mapping[str, int], *, install_key: bytes) -> int:
    """Make rows for the users that have none; return how many are new.

    `first_seqs` gives each user's place in the log where it was first seen.
    """
    there = known(conn, first_seqs)
    fresh = [user for user in first_seqs if user not in there]
    buried = _buried(conn, fresh, install_key)
    conn.executemany(
        "INSERT INTO user (user, h, traits, seq, suppressed) VALUES (?, ?, x'7b7d', ?, ?)",
        [(user, user_hash(install_key, user), first_seqs[user], user in buried) for user in fresh],
    )
    return len(fresh)


def _buried(conn: sqlite3.Connection, fresh: Collection[str], install_key: bytes) -> set[str]:
    """Return those whom a database that was lost had suppressed; mostly there are none at all."""
    if not conn.execute("SELECT EXISTS (SELECT 1 FROM suppressed_hash)").fetchone()[0]:
        return set()
    key = key_of(install_key)
    marks = {user_mark(key, user): user for user in fresh}
    return {marks[mark] for (mark,) in among(conn, _BURIED, marks)}


def change_profiles(
    conn: sqlite3.Connection, changes: Mapping[str, Collection[tuple[int, bytes]]]
) -> Changed:
    """Lay profile changes over known users' traits; what cannot be read harms no other.

    `changes` gives for each user `(seq, JSON object)` in the order of the log.
    """
    updates: list[tuple[str, Mapping[str, Any], int]] = []
    trimmed = 0
    broken: list[int] = []
    claims: list[Claim] = []
    for user, held in among(conn, _TRAITS, changes):
        if (before := _object(held)) is None:
            broken += [seq for seq, _ in changes[user]]
            continue
        merged = traits.Merged(before)
        last_seq = 0
        for seq, body in changes[user]:
            if (change := _object(body)) is None:
                broken.append(seq)
                continue
            merged = traits.merge(merged.traits, change)
            trimmed += merged.trimmed
            last_seq = seq
        if msgspec.json.encode(merged.traits) != held:  # most records say again what is known
            updates.append((user, merged.traits, last_seq))
            claims += push_tokens.claims(user, before, merged.traits, seq=last_seq)
    keep(conn, updates)
    return Changed(trimmed, tuple(broken), tuple(claims))


def readable(conn: sqlite3.Connection, users: Collection[str]) -> bool:
    """Tell whether the profile of each of the users that are known can be read."""
    return all(_object(held) is not None for _, held in among(conn, _TRAITS, users))


def _object(body: bytes) -> dict[str, Any] | None:
    """Return a JSON object, or None if a disk or an older version left something else."""
    try:
        return _OBJECT.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def join(conn: sqlite3.Connection, old: str, user: str, *, seq: int) -> int:
    """Let the one user have what the profile of the other says besides; both are known.

    Returns how many keys were over a limit and left out.
    """
    profiles = {whose: _OBJECT.decode(held) for whose, held in among(conn, _TRAITS, (old, user))}
    joined = traits.join(profiles[old], profiles[user])
    keep(conn, [(user, joined.traits, seq)])
    return joined.trimmed


def keep(conn: sqlite3.Connection, profiles: Iterable[tuple[str, Mapping[str, Any], int]]) -> None:
    """Write down `(user, traits, seq)`, with what the traits say about the time zone."""
    conn.executemany(
        "UPDATE user SET traits = ?, zone = ?, zone_unknown = ?, seq = ? WHERE user = ?",
        [
            (
                msgspec.json.encode(held),
                traits.zone_of(held),
                traits.unknown_zone_of(held),
                seq,
                user,
            )
            for user, held, seq in profiles
        ],
    )


def suppress(conn: sqlite3.Connection, user: str, *, now_ms: int, suppressed: bool = True) -> bool:
    """Let the user get nothing any more (or again); return whether that changed anything.

    A user whom nobody has seen yet is suppressed as well, so that a later import brings no
    message; any id of a person means the person. Who was erased is suppressed already, and nothing
    is kept of them for it. The change stands in the log too, where the audience's copy finds it in
    order.
    """
    key = meta.install_key(conn)
    user = identities.canonical(conn, user)
    if suppressed and erased.among(conn, (user,)):
        return False
    enrol(conn, {user: 0}, install_key=key)
    changed = conn.execute(
        "UPDATE user SET suppressed = ? WHERE user = ? AND suppressed <> ?",
        (suppressed, user, suppressed),
    ).rowcount
    if not changed:
        return False
    if not suppressed:
        for each in identities.ids_of(conn, user):
            erased.release(conn, each)
    (last,) = conn.execute("SELECT coalesce(max(seq), 0) FROM log").fetchone()
    # A keyed id: a sender who could foresee it would send it first, and stop the suppression.
    act = hmac.digest(key, f"suppress:{last + 1}:{user}".encode(), hashlib.sha256)
    conn.execute(
        "INSERT INTO log (kind, source_id, user, time_ms, received_ms, body)"
        " VALUES ('other', ?, ?, ?, ?, ?)",
        (
            f"clarion:{act.hex()}",
            user,
            now_ms,
            now_ms,
            msgspec.json.encode({"suppressed": suppressed}),
        ),
    )
    conn.execute("UPDATE user SET seq = (SELECT max(seq) FROM log) WHERE user = ?", (user,))
    return True


def unknown_zones(conn: sqlite3.Connection, *, limit: int) -> list[tuple[str, int]]:
    """Return what profiles give as time zones that nobody knows, the most frequent first.

    With each how many users count in the account's zone because of it.
    """
    rows = conn.execute(
        "SELECT zone_unknown, count(*) AS n FROM user INDEXED BY user_zone_unknown"
        " WHERE zone_unknown IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT ?",
        (limit,),
    )
    return [(str(name), int(n)) for name, n in rows.fetchall()]


def count(conn: sqlite3.Connection) -> int:
    """Return how many users are known. It walks the whole table: not for a hot path."""
    (found,) = conn.execute("SELECT count(*) FROM user").fetchone()
    return int(found)


_WHOLE = "SELECT user, h, traits, zone, suppressed FROM user WHERE user IN ({keys})"
_KNOWN = "SELECT user FROM user WHERE user IN ({keys})"
_BURIED = "SELECT hash FROM suppressed_hash WHERE hash IN ({keys})"
_TRAITS = "SELECT user, traits FROM user WHERE user IN ({keys})"
