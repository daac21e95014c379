"""Custom lists: a file of users becomes a new version of its list, in steps that survive a crash.

`begin` opens a version that nobody sees, `append` fills it in chunks, `publish` lets it count, in
one statement. Until then, and if the upload fails, the last good version counts. Every step may be
done twice: what was taken before is not taken again.
"""

import sqlite3
from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from domain.facts import ANONYMOUS
from store import acts, identities, meta
from store.names import BadName as BadName  # part of this module's answers
from store.names import clean, folded
from store.rows import among

ENTRIES_PER_APPEND_MAX = 10_000
"""So that a transaction stays short for everybody else."""

Kind: TypeAlias = Literal["identity", "object"]


class Entry(Struct, frozen=True):
    """One row of the file: an identity (Segment's userId), or an object id (an anonymousId).

    `id` is the cell as it stands there: an id may begin or end with blanks.
    """

    kind: Kind
    id: str

    @property
    def user(self) -> str:
        """The user's key everywhere."""
        return self._key(self.id)

    @property
    def meant(self) -> str:
        """The key if nobody is known by the other: people leave blanks around an id."""
        return self._key(self.id.strip())

    def _key(self, name: str) -> str:
        return name if self.kind == "identity" else ANONYMOUS + name


class Upload(Struct, frozen=True):
    """A version that is being filled. `rows`: so many of the file have been taken already."""

    list_id: int
    name: str
    version: int
    rows: int


class Counts(Struct, frozen=True):
    """What became of the rows taken so far: rows = matched + unknown + duplicates."""

    rows: int
    matched: int
    unknown: int
    duplicates: int


class Published(Struct, frozen=True):
    """The version counts from now on."""

    name: str
    version: int
    counts: Counts


class Superseded(Struct, frozen=True):
    """Another upload to the list began since: this one will never count."""

    name: str


class NothingMatched(Struct, frozen=True):
    """No row is a user that is known: an empty list would exclude nobody."""

    name: str
    counts: Counts


def begin(
    conn: sqlite3.Connection, name: str, *, source: str, by: str, now_ms: int
) -> Upload | BadName:
    """Open a new version of the list of this name, made if need be.

    `source` tells one file from another (its digest): an unfinished upload of the same one goes
    on where it broke off; that of another file is given up.
    """
    held = _list_of(conn, name)
    if isinstance(held, BadName):
        return held
    list_id, known_as = held
    for version, rows, of in conn.execute(
        "SELECT version, rows, source FROM list_version WHERE list = ? AND state = 'open'",
        (list_id,),
    ).fetchall():
        if of == source:
            return Upload(list_id, known_as, version, rows)
        give_up(conn, Upload(list_id, known_as, version, rows))
    (last,) = conn.execute(
        "SELECT coalesce(max(version), 0) FROM list_version WHERE list = ?", (list_id,)
    ).fetchone()
    conn.execute(
        "INSERT INTO list_version (list, version, state, source, made_by, begun_ms)"
        " VALUES (?, ?, 'open', ?, ?, ?)",
        (list_id, last + 1, source, by, now_ms),
    )
    return Upload(list_id, known_as, last + 1, 0)


def append(
    conn: sqlite3.Connection, upload: Upload, entries: Sequence[Entry], *, at: int
) -> Counts | Superseded:
    """Take the next rows of the file; `at` is how many came before them.

    Only users that are known become members. Rows that were taken before, and are given again
    because nobody could tell, change nothing.
    """
    assert len(entries) <= ENTRIES_PER_APPEND_MAX, "the caller reads the file in chunks"
    before = _counts(conn, upload)
    if before is None:
        return Superseded(upload.name)
    assert at <= before.rows, "the rows before these were taken"
    rows = entries[before.rows - at :]
    if not rows:
        return before
    fresh = _persons(conn, rows)
    known = [user for (user,) in among(conn, _KNOWN, dict.fromkeys(fresh))]
    key = (upload.list_id, upload.version)
    had = conn.total_changes
    conn.executemany(
        "INSERT INTO list_member (list, version, user) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(*key, user) for user in known],
    )
    matched = conn.total_changes - had
    there = set(known)
    unknown = sum(user not in there for user in fresh)
    conn.execute(
        "UPDATE list_version SET rows = rows + ?, matched = matched + ?, unknown = unknown + ?,"
        " duplicates = duplicates + ? WHERE list = ? AND version = ?",
        (len(fresh), matched, unknown, len(fresh) - unknown - matched, *key),
    )
    after = _counts(conn, upload)
    assert after is not None, "it was open a moment ago, in the same transaction"
    return after


def _persons(conn: sqlite3.Connection, rows: Sequence[Entry]) -> list[str]:
    """Return whom each row names: by the id as it stands there, or else without its blanks."""
    names = {name for row in rows for name in (row.user, row.meant)}
    persons = identities.resolve(conn, names)
    padded = {row.user for row in rows if row.user != row.meant}
    there = {user for (user,) in among(conn, _KNOWN, padded)} | persons.keys()
    named = [row.user if row.user in there else row.meant for row in rows]
    return [persons.get(user, user) for user in named]


def publish(
    conn: sqlite3.Connection, upload: Upload, *, by: str, now_ms: int
) -> Published | Superseded | NothingMatched:
    """Let the version count, in place of the one before; the audit says so."""
    key = (upload.list_id, upload.version)
    done = _counts(conn, upload, state="published")
    if done is not None:
        return Published(upload.name, upload.version, done)
    counts = _counts(conn, upload)
    if counts is None:
        return Superseded(upload.name)
    if not counts.matched:
        give_up(conn, upload)
        return NothingMatched(upload.name, counts)
    acts.record(
        conn,
        who=by,
        action="publish_list",
        campaign="",
        detail=f"{upload.name}, version {upload.version}, members: {counts.matched}",
        key=acts.audit_key(meta.install_key(conn)),
        now_ms=now_ms,
    )
    conn.execute(
        "UPDATE list_version SET state = 'published', published_ms = ?"
        " WHERE list = ? AND version = ?",
        (now_ms, *key),
    )
    conn.execute("UPDATE list SET version = ? WHERE id = ?", (upload.version, upload.list_id))
    return Published(upload.name, upload.version, counts)


def give_up(conn: sqlite3.Connection, upload: Upload) -> None:
    """Let the version never count; what counted before goes on. `prune` removes its rows."""
    conn.execute(
        "UPDATE list_version SET state = 'given_up'"
        " WHERE list = ? AND version = ? AND state = 'open'",
        (upload.list_id, upload.version),
    )


def _list_of(conn: sqlite3.Connection, name: str) -> tuple[int, str] | BadName:
    wanted = clean(name)
    if isinstance(wanted, BadName):
        return wanted
    conn.execute(
        "INSERT INTO list (name, folded) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (wanted, folded(wanted)),
    )
    row = conn.execute("SELECT id, name FROM list WHERE folded = ?", (folded(wanted),)).fetchone()
    return int(row[0]), str(row[1])


def _counts(conn: sqlite3.Connection, upload: Upload, state: str = "open") -> Counts | None:
    row = conn.execute(
        "SELECT rows, matched, unknown, duplicates FROM list_version"
        " WHERE list = ? AND version = ? AND state = ?",
        (upload.list_id, upload.version, state),
    ).fetchone()
    return None if row is None else Counts(*row)


_KNOWN = "SELECT user FROM user WHERE user IN ({keys})"
