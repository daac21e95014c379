"""Files that are being imported: what was taken of each, in the transaction that takes it.

A file is known by its digest. Whoever begins it again goes on after the records that were taken,
so a crash, of either side, neither loses a record nor takes one twice.
"""

import sqlite3
from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct, structs

from domain.control import NO_CONTROLS, Controls
from store import acts, identities, intake, log, meta
from store.log import Appended, Incoming
from store.rows import among

RECORDS_PER_TAKE_MAX = 5_000
"""So that a transaction stays short for everybody else."""

What: TypeAlias = Literal["profiles", "events"]

FILES: dict[What, str] = {"profiles": "(files of profiles)", "events": "(files of events)"}
"""Where files stand among the sources in what came in; no source can have such a name."""


class Counts(Struct, frozen=True):
    """What became of the records taken so far; all but `rows` add up to it.

    `unknown` made a user known, `matched` are of users who were known by then; `duplicates` are in
    the log already; of those who were `erased` nothing is kept, nor of what is `too_old`.
    """

    rows: int = 0
    matched: int = 0
    unknown: int = 0
    duplicates: int = 0
    erased: int = 0
    too_old: int = 0


class Import(Struct, frozen=True):
    """One file. `source` is its digest, and a number where it was imported again."""

    what: What
    source: str
    counts: Counts
    done_ms: int | None
    begun_ms: int


class Taken(Struct, frozen=True):
    """The records are in; `appended` is None where they had been before."""

    counts: Counts
    appended: Appended | None


class OutOfStep(Struct, frozen=True):
    """Somebody else has imported the same file meanwhile, further than the caller knows."""

    counts: Counts


def begin(
    conn: sqlite3.Connection, what: What, digest: str, *, again: bool, by: str, now_ms: int
) -> Import:
    """Begin a file or go on with it. `again`: one that is in already is imported once more."""
    source = digest
    held = _find(conn, what, source)
    number = 1
    while again and held is not None and held.done_ms is not None:
        number += 1
        source = f"{digest}:{number}"
        held = _find(conn, what, source)
    if held is not None:
        return held
    _record(conn, what, source, "import", "begun", by=by, now_ms=now_ms)
    conn.execute(
        "INSERT INTO import_file (what, source, made_by, begun_ms) VALUES (?, ?, ?, ?)",
        (what, source, by, now_ms),
    )
    return Import(what, source, Counts(), None, now_ms)


def take(
    conn: sqlite3.Connection,
    what: What,
    source: str,
    records: Sequence[Incoming],
    *,
    at: int,
    now_ms: int,
    install_key: bytes,
    controls: Controls = NO_CONTROLS,
) -> Taken | OutOfStep:
    """Take the next records of a file that has begun; `at` is how many came before them.

    Records that were taken before, and are given again because nobody could tell, change nothing.
    """
    assert len(records) <= RECORDS_PER_TAKE_MAX, "the caller reads the file in chunks"
    held = _find(conn, what, source)
    if held is None or held.done_ms is not None or at > held.counts.rows:
        return OutOfStep(Counts() if held is None else held.counts)
    fresh = records[held.counts.rows - at :]
    if not fresh:
        return Taken(held.counts, None)
    named = {one.user for one in fresh}
    named |= set(identities.resolve(conn, named).values())
    known = {user for (user,) in among(conn, _KNOWN, named)}
    before = log.last_seq(conn)
    appended = log.append(conn, fresh, now_ms=now_ms, install_key=install_key, controls=controls)
    intake.count(conn, FILES[what], intake.counts_of(appended), now_ms=now_ms)
    new = conn.execute(
        "SELECT user FROM log WHERE seq > ? AND kind <> 'merge'", (before,)
    ).fetchall()
    unknown = len({user for (user,) in new} - known)
    old = held.counts
    counts = Counts(
        rows=old.rows + len(fresh),
        matched=old.matched + appended.accepted - unknown,
        unknown=old.unknown + unknown,
        duplicates=old.duplicates + appended.duplicates,
        erased=old.erased + appended.erased,
        too_old=old.too_old + appended.too_old,
    )
    conn.execute(
        "UPDATE import_file SET rows = ?, matched = ?, unknown = ?, duplicates = ?, erased = ?,"
        " too_old = ? WHERE what = ? AND source = ?",
        (*_values(counts), what, source),
    )
    return Taken(counts, appended)


def end(conn: sqlite3.Connection, what: What, source: str, *, by: str, now_ms: int) -> Import:
    """The file is in, whole; said twice, it is the same as once."""
    held = _find(conn, what, source)
    assert held is not None, "a file ends after it has begun"
    if held.done_ms is not None:
        return held
    _record(conn, what, source, "import", f"done, rows: {held.counts.rows}", by=by, now_ms=now_ms)
    conn.execute(
        "UPDATE import_file SET done_ms = ? WHERE what = ? AND source = ?", (now_ms, what, source)
    )
    return Import(what, source, held.counts, now_ms, held.begun_ms)


def _record(
    conn: sqlite3.Connection,
    what: What,
    source: str,
    action: str,
    said: str,
    *,
    by: str,
    now_ms: int,
) -> None:
    acts.record(
        conn,
        who=by,
        action=action,
        campaign="",
        detail=f"{what} of file {source[:_DIGEST_CHARS_TOLD]}, {said}",
        key=acts.audit_key(meta.install_key(conn)),
        now_ms=now_ms,
    )


_DIGEST_CHARS_TOLD = 12
_KNOWN = "SELECT user FROM user WHERE user IN ({keys})"


def _find(conn: sqlite3.Connection, what: What, source: str) -> Import | None:
    row = conn.execute(
        "SELECT rows, matched, unknown, duplicates, erased, too_old, done_ms, begun_ms"
        " FROM import_file WHERE what = ? AND source = ?",
        (what, source),
    ).fetchone()
    if row is None:
        return None
    *counts, done_ms, begun_ms = row
    return Import(what, source, Counts(*counts), done_ms, begun_ms)


def _values(counts: Counts) -> tuple[int, ...]:
    return structs.astuple(counts)
