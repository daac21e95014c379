"""The log: everything that users did or became, once each, in the order in which it was accepted.

`seq` is the place in the log. It only grows, but leaves gaps where a duplicate came.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct, structs

from domain.control import NO_CONTROLS, Controls
from domain.facts import ANONYMOUS, Event
from store import erased, erasures, identities, merging, retention, users
from store.applying import Applied, apply
from store.fault_points import reach
from store.rows import among, weighed

Kind: TypeAlias = Literal["event", "profile", "merge", "other"]


class Incoming(Struct, frozen=True):
    """One record as ingest has checked it. `other` is kept and not acted upon.

    `source_id` is the sender's own id; `body` is a JSON object: an event's properties, a
    profile's traits. `name` is an event's, else empty. `also` are other ids of the same person,
    which are merged into `user`. `seen` is what the call told by the way of where it came from,
    its device and time zone, as a profile record.
    `merge` is the store's own kind: no sender sends it.
    """

    kind: Kind
    source_id: str
    user: str
    name: str
    time_ms: int
    body: bytes
    also: tuple[str, ...] = ()
    seen: dict[str, Any] = {}


class Appended(Struct, frozen=True):
    """What became of a batch: `names` of the accepted events; `trimmed` keys of profiles.

    `erased` are records of users of whom nothing is kept any more, `too_old` events that happened
    before those that are kept. `last_seq` is the last place in the log, whether or not this batch
    has added to it. `merges` counts what became of the ids that were said to be one person's.
    `broken` are the places of profile records that stand in the log only: the user's stored profile
    cannot be read.
    """

    last_seq: int
    accepted: int
    duplicates: int
    names: frozenset[str] = frozenset()
    trimmed: int = 0
    erased: int = 0
    too_old: int = 0
    broken: tuple[int, ...] = ()
    merges: dict[merging.Outcome, int] = {}


class Unreadable(Struct, frozen=True):
    """A place in the log that holds an event whose body cannot be read. `error` is the kind."""

    seq: int
    user: str
    error: str


class LogRow(Struct, frozen=True):
    """One row of the log as it stands there, for the audience's copy."""

    seq: int
    kind: Kind
    source_id: str
    user: str
    name: str
    time_ms: int
    received_ms: int
    body: bytes


def append(
    conn: sqlite3.Connection,
    records: Sequence[Incoming],
    *,
    now_ms: int,
    install_key: bytes,
    controls: Controls = NO_CONTROLS,
) -> Appended:
    """Add the records that are new by their source_id, and what they say about their users.

    `controls` are the operator's groups: two ids may turn out to be one person who is in one.

    The same record acts once, also within one batch and over many: a repeated call adds nothing.
    """
    given = len(records)
    records = retention.young(conn, records, now_ms=now_ms)
    young = len(records)
    records = _kept(conn, records, now_ms)
    before = last_seq(conn)
    known = identities.resolve(conn, {one.user for one in records})
    conn.executemany(
        "INSERT INTO log (kind, source_id, user, name, time_ms, received_ms, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source_id) DO NOTHING",
        (
            (
                one.kind,
                one.source_id,
                known.get(one.user, one.user),
                one.name,
                one.time_ms,
                now_ms,
                one.body,
            )
            for one in records
        ),
    )
    # One transaction, one writer: what stands after `before` is what this batch has added.
    accepted = conn.execute(
        "SELECT seq, kind, user, name FROM log WHERE seq > ? ORDER BY seq", (before,)
    ).fetchall()
    first_seqs: dict[str, int] = {}
    names: set[str] = set()
    profiles = False
    for seq, kind, user, name in accepted:
        first_seqs.setdefault(user, seq)
        if kind == "event":
            names.add(name)
        profiles = profiles or kind == "profile"
    reach("log.rows_inserted")
    users.enrol(conn, first_seqs, install_key=install_key)
    also: dict[str, tuple[str, ...]] = {}
    seen: dict[str, dict[str, Any]] = {}
    for one in records:  # the first of a repeated id was kept
        if one.also:
            also.setdefault(one.source_id, one.also)
        if one.seen:
            seen.setdefault(one.source_id, one.seen)
    applied = Applied()
    if profiles or also or seen:
        merge = partial(merging.merge, now_ms=now_ms, install_key=install_key, controls=controls)
        apply(conn, also, seen, applied, after=before, merge=merge)
    retention.let_leave(conn, came=len(accepted), now_ms=now_ms)
    return Appended(
        last_seq=last_seq(conn),
        accepted=len(accepted),
        duplicates=len(records) - len(accepted),
        names=frozenset(names),
        trimmed=applied.trimmed,
        broken=applied.broken,
        erased=young - len(records),
        too_old=given - young,
        merges=dict(applied.merges),
    )


def _kept(conn: sqlite3.Connection, records: Sequence[Incoming], now_ms: int) -> Sequence[Incoming]:
    """Return the records of users of whom something may be kept, without ids of those who not.

    A device on which an erased person turns up goes with them, and what it did before. An alias
    names its old id as a person's and as a device's: of an erased one both go.
    """
    others = {each for one in records for each in one.also}
    named = {one.user for one in records} | others | {_twin(each) for each in others}
    gone = erased.among(conn, named)
    if not gone:
        return records
    theirs = {each for one in records if one.user in gone for each in one.also if each not in gone}
    if theirs:
        erasures.erase_devices(conn, theirs, now_ms=now_ms)
        gone = erased.among(conn, named)
    return [
        structs.replace(one, also=tuple(e for e in one.also if not {e, _twin(e)} & gone.keys()))
        for one in records
        if one.user not in gone
    ]


def _twin(user: str) -> str:
    """Return the device whose id is the person's, or the person whose id is the device's."""
    bare = user.removeprefix(ANONYMOUS)
    return f"{ANONYMOUS}{user}" if bare == user else bare


def events_after(
    conn: sqlite3.Connection, names: Collection[str], *, after: int, upto: int, limit: int
) -> list[Event | Unreadable]:
    """Return the first `limit` events of these names with after < seq <= upto, by seq.

    One whose body cannot be read is told apart, and keeps nobody from the others.

    Each name is read on its own, along the index: one statement for all would collect and sort
    everything that waits before it gives the first row.
    """
    found: list[Any] = []
    for name in frozenset(names):
        found += conn.execute(
            f"{EVENT} INDEXED BY log_of_name"
            " WHERE kind = 'event' AND name = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
            (name, after, upto, limit),
        ).fetchall()
    found.sort(key=itemgetter(0))
    return [_event_if_readable(row) for row in found[:limit]]


def history(
    conn: sqlite3.Connection, of_users: Collection[str], names: Collection[str], *, upto_seq: int
) -> dict[str, list[Event]]:
    """Return what each of the users did of these names up to a place in the log, by seq.

    `names` may say for each since when (epoch ms). Every user is in the answer, if with no event.
    """
    since = names if isinstance(names, Mapping) else {}
    found: dict[str, list[Event]] = {user: [] for user in of_users}
    for name in frozenset(names):
        # The planner would rather read every event of the name; a user's few are what we want.
        sql = (
            f"{EVENT} INDEXED BY log_of_user"
            " WHERE kind = 'event' AND user IN ({keys}) AND name = ? AND seq <= ? AND time_ms >= ?"
        )
        for row in among(conn, sql, found, name, upto_seq, since.get(name, -(2**63))):
            event = event_of(row)
            found[event.user].append(event)
    for events in found.values():
        events.sort(key=lambda event: event.seq)
    return found


def of_user_between(
    conn: sqlite3.Connection, user: str, name: str, *, since_ms: int, until_ms: int
) -> Iterator[Event | Unreadable]:
    """Yield a user's events of a name whose time lies there, ends included, by time and place."""
    rows = conn.execute(
        f"{EVENT} INDEXED BY log_of_user WHERE kind = 'event' AND user = ? AND name = ?"
        " AND time_ms BETWEEN ? AND ? ORDER BY time_ms, seq",
        (user, name, since_ms, until_ms),
    )
    yield from map(_event_if_readable, rows)


def events_at(conn: sqlite3.Connection, seqs: Collection[int]) -> list[Event | Unreadable]:
    """Return the events at these places by seq, as `events_after` does."""
    sql = f"{EVENT} WHERE seq IN ({{keys}}) AND kind = 'event'"
    return [
        _event_if_readable(row)
        for row in sorted(among(conn, sql, frozenset(seqs)), key=itemgetter(0))
    ]


def rows_after(
    conn: sqlite3.Connection, after: int, limit: int, *, bytes_max: int = 2**63
) -> list[LogRow]:
    """Return the next `limit` rows of every kind; fewer where their bodies reach `bytes_max`."""
    rows = conn.execute(
        "SELECT seq, kind, source_id, user, name, time_ms, received_ms, body FROM log"
        " WHERE seq > ? ORDER BY seq LIMIT ?",
        (after, limit),
    )
    return [LogRow(*row) for row in weighed(rows, bytes_max)]


def count_after(conn: sqlite3.Connection, names: Collection[str], *, after: int, most: int) -> int:
    """Count the events of these names past a place in the log; stop at `most`."""
    (n,) = conn.execute(
        "SELECT count(*) FROM (SELECT 1 FROM log INDEXED BY log_of_name WHERE kind = 'event'"
        f" AND name IN ({', '.join('?' * len(names))}) AND seq > ? LIMIT ?)",
        (*names, after, most),
    ).fetchone()
    return int(n)


def last_seq(conn: sqlite3.Connection) -> int:
    """Return the last place in the log, 0 for an empty one."""
    (last,) = conn.execute("SELECT coalesce(max(seq), 0) FROM log").fetchone()
    return int(last)


EVENT = "SELECT seq, source_id, user, name, time_ms, received_ms, body FROM log"
_PROPERTIES = msgspec.json.Decoder(dict[str, Any])


def event_of(row: Any) -> Event:
    """Return the event of a row that `EVENT` selects. Raises what decoding its body does."""
    seq, source_id, user, name, time_ms, received_ms, body = row
    return Event(seq, source_id, user, name, time_ms, received_ms, _PROPERTIES.decode(body))


def _event_if_readable(row: Any) -> Event | Unreadable:
    try:
        return event_of(row)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return Unreadable(seq=row[0], user=row[2], error=type(error).__name__)
