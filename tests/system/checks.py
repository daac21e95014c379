"""What must hold of a daemon that has stopped, however it ended: every violation as a sentence.

It reads the database by plain SQL and compares it with what the senders and the local Segment saw,
so that an error of the product is not repeated here. Of the product it borrows only the way to
verify the audit chain.
"""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec import Struct

from sandbox.segment.receipts import Message
from store import audit, meta
from store.acts import audit_key
from tests.system import considered
from tests.system.considered import Wait, some

ACTS_SHOWN_MAX = 6
"""How many acts on a campaign tell why it stands where it does."""
_SKIPPED_BY_STATE = {
    "expired": "expired",
    "cancelled": "stopped",
    "dead": "dead",
    "unknown": "unknown",
}
_OPEN = ("drawn", "pending", "in_flight")


class Seen(Struct, frozen=True):
    """What the world outside the daemon knows at the moment at which it stopped.

    `acknowledged` are the ids of events that were answered 2xx; `triggers` the event's name of each
    live campaign, none of which was sent before it ran; `waits` tells of those that wait; `arrived`
    what the local Segment booked, in order; `final` the messages that were accepted at an earlier
    stop, each with the number of arrivals by then. Of the users in `erased` nothing may be kept; of
    those in `erasing` nobody knows yet. Events up to `adopted_seq` may have been decided in a
    database that is lost: then no campaign of this one considers them.
    """

    acknowledged: frozenset[str]
    triggers: Mapping[str, str]
    arrived: Sequence[Message]
    final: Mapping[str, int] = {}
    erasing: frozenset[str] = frozenset()
    erased: frozenset[str] = frozenset()
    adopted_seq: int = 0
    waits: Mapping[str, Wait] = {}


def copy_of(data: Path, into: Path) -> Path:
    """Copy a stopped daemon's database, with its log as it was left: reading would tidy it up."""
    into.mkdir(parents=True, exist_ok=True)
    for name in ("clarion.db", "clarion.db-wal"):
        (into / name).unlink(missing_ok=True)
        if (data / name).exists():
            shutil.copyfile(data / name, into / name)
    return into / "clarion.db"


def violations(database: Path, seen: Seen) -> list[str]:
    """Return everything that is not as it was promised, at any moment of a daemon's life."""
    with closing(sqlite3.connect(database)) as conn:
        (verdict,) = conn.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            return [f"The database is damaged: {verdict}."]
        if not conn.execute("SELECT 1 FROM sqlite_schema WHERE name = 'outbox'").fetchone():
            return []  # killed before the very first migration
        return [
            *_audit(conn),
            *_lost(conn, seen),
            *considered.decided_once(conn, seen.triggers, seen.waits, after=seen.adopted_seq),
            *_ids(conn),
            *_arrivals(conn, seen),
            *_caps(conn),
            *_books(conn),
            *_erased(conn, seen),
            *considered.wrong(conn, seen.waits),
        ]


def unrest(database: Path, seen: Seen) -> list[str]:
    """Return what is still open although nothing has been in its way for a good while."""
    with closing(sqlite3.connect(database)) as conn:
        found = [
            f"{n:,} messages of {name} ({state}) are still {where}; {_how(conn, campaign)}."
            for campaign, name, state, where, n in conn.execute(
                "SELECT c.id, c.name, c.state, o.state, count(*) FROM outbox o JOIN campaign c"
                " ON c.id = o.campaign WHERE o.state IN (?, ?, ?) GROUP BY 1, 2, 3, 4",
                _OPEN,
            ).fetchall()
        ]
        for name, event in seen.triggers.items():
            row = conn.execute(
                "SELECT (SELECT max(seq) FROM log WHERE name = ?), max(cursor.seq) FROM campaign"
                " JOIN cursor ON campaign = id WHERE name = ? AND state IN ('running', 'paused')",
                (event, name),
            ).fetchone()
            if row[1] is not None and (row[0] or 0) > row[1]:
                found.append(f"{name} has considered events up to {row[1]}, not up to {row[0]}.")
        return [*found, *considered.waiting(conn, seen.waits)]


def _how(conn: sqlite3.Connection, campaign: str) -> str:
    """Say how a campaign came to stand where it does: the last acts on it, oldest first."""
    acts = conn.execute(
        "SELECT strftime('%H:%M:%f', at_ms / 1000.0, 'unixepoch'), who, action, detail FROM audit"
        " WHERE campaign = ? ORDER BY id DESC LIMIT ?",
        (campaign, ACTS_SHOWN_MAX),
    ).fetchall()
    told = [" ".join(word for word in act if word) for act in reversed(acts)]
    return f"the last acts on it: {', '.join(told) or 'none'}"


def in_state(database: Path, state: str) -> list[str]:
    """Return the ids of the messages that stand there in the outbox."""
    with closing(sqlite3.connect(database)) as conn:
        if not conn.execute("SELECT 1 FROM sqlite_schema WHERE name = 'outbox'").fetchone():
            return []
        rows = conn.execute("SELECT message_id FROM outbox WHERE state = ?", (state,))
        return [row[0] for row in rows]


def _audit(conn: sqlite3.Connection) -> Iterator[str]:
    if meta.get(conn, "install_key") is None:
        return  # killed before it had one: nobody can have acted yet
    verdict = audit.verify(conn, audit_key(meta.install_key(conn)))
    if not isinstance(verdict, int):
        yield f"The audit chain is broken at row {verdict.id}."


def _lost(conn: sqlite3.Connection, seen: Seen) -> Iterator[str]:
    """P10: an acknowledged event is on disk."""
    kept = {row[0] for row in conn.execute("SELECT source_id FROM log")}
    if lost := sorted(seen.acknowledged - kept):
        yield f"{len(lost):,} acknowledged events are not in the log: {some(lost)}."


def _ids(conn: sqlite3.Connection) -> Iterator[str]:
    """P1: one decision, one message id."""
    twice = conn.execute(
        "SELECT campaign, run, user, occurrence, count(*) FROM outbox"
        " GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
    ).fetchall()
    if twice:
        yield f"{len(twice):,} decisions have a second message id: {some(twice)}."
    both = conn.execute(
        "SELECT o.message_id FROM outbox o JOIN decision d USING (campaign, run, user, occurrence)"
    ).fetchall()
    if both:
        yield f"{len(both):,} users have a message and a reason for none: {some(both)}."


def _arrivals(conn: sqlite3.Connection, seen: Seen) -> Iterator[str]:
    """P1 and P2, as the receiver saw them."""
    rows: dict[str, tuple[Any, ...]] = {
        row[0]: row[1:]
        for row in conn.execute(
            "SELECT message_id, campaign, run, user, state, attempts FROM outbox"
        )
    }
    times = Counter(message.message_id for message in seen.arrived)
    wrong: dict[str, list[str]] = {}
    decisions: dict[tuple[Any, ...], str] = {}
    for message in seen.arrived:
        if message.outcome == "dropped":
            wrong.setdefault("dropped silently", []).append(str(message.reason))
            continue
        assert message.message_id is not None, "what was not dropped has an id"
        row = rows.get(message.message_id)
        if row is None:
            wrong.setdefault("of which the outbox knows nothing", []).append(message.message_id)
            continue
        is_theirs = message.user == row[2] or (
            row[2].startswith("erased:") and message.user in seen.erasing | seen.erased
        )
        if not is_theirs or f'"campaign_id":"{row[0]}"'.encode() not in message.raw:
            wrong.setdefault("with another's content", []).append(message.message_id)
        if row[1] != "live" and decisions.setdefault(row[:3], message.message_id) != (
            message.message_id
        ):
            wrong.setdefault("with a second id for one decision", []).append(message.message_id)
    for message_id, n in times.items():
        row = rows.get(message_id or "")
        if row is not None and n > row[4]:
            wrong.setdefault("more often than they were claimed", []).append(f"{message_id} {n}")
        if (before := seen.final.get(message_id or "")) is not None and n > before:
            wrong.setdefault("again after they were accepted", []).append(str(message_id))
    for told, which in wrong.items():
        yield f"{len(which):,} messages arrived {told}: {some(which)}."
    gone = [one for one, row in rows.items() if row[3] == "accepted" and one not in times]
    if gone:
        yield f"{len(gone):,} messages are booked as accepted and never arrived: {some(gone)}."
    new = Counter(m.message_id for m in seen.arrived if m.outcome == "accepted")
    if twice := [one for one, n in new.items() if n > 1]:
        yield f"{len(twice):,} messages were new to the receiver twice: {some(twice)}."


def _erased(conn: sqlite3.Connection, seen: Seen) -> Iterator[str]:
    """P23: who was erased is nowhere any more, and nothing that came in since was kept."""
    for table in ("user", "log", "outbox", "decision", "poison", "list_member"):
        for user in sorted(seen.erased):
            (n,) = conn.execute(f"SELECT count(*) FROM {table} WHERE user = ?", (user,)).fetchone()
            if n:
                yield f"{n:,} rows of {table} are still about the erased {user}."


def _caps(conn: sqlite3.Connection) -> Iterator[str]:
    """P5: a cap holds, and its counter is the number of messages that hold a slot of it.

    A slot is given back only by what ended and certainly never was in flight, here or elsewhere.
    """
    held: Counter[tuple[str, str]] = Counter()
    for campaign, run, day, n in conn.execute(  # in one pass: no index leads to a campaign's rows
        "SELECT campaign, run, cap_day, count(*) FROM outbox WHERE state <> 'drawn'"
        " AND (attempts > 0 OR ambiguous_ms > 0"
        "  OR state NOT IN ('expired', 'cancelled', 'dead', 'unknown'))"
        " GROUP BY 1, 2, 3"
    ):
        for scope in ("total", f"run:{run}", f"day:{day}"):
            held[campaign, scope] += n
    for campaign, name, scope, lim, used in conn.execute(
        "SELECT c.id, c.name, k.scope, k.lim, k.used FROM cap k JOIN campaign c ON c.id = campaign"
    ):
        holds = held[campaign, scope]
        if used > lim or holds > lim:
            yield f"{name} has a cap of {lim} ({scope}), of which {max(used, holds)} are used."
        elif used != holds:
            yield f"{name}'s cap ({scope}) says {used} used, its messages say {holds}."


def _books(conn: sqlite3.Connection) -> Iterator[str]:
    """P27: qualified = control + sent + skipped + pending, and all of it as the rows say."""
    told: Counter[tuple[str, ...]] = Counter()
    for campaign, run, bucket, reason, n in conn.execute(
        "SELECT campaign, run, bucket, reason, n FROM books"
    ):
        told[campaign, run, bucket, reason] += n
    found: Counter[tuple[str, ...]] = Counter()
    held = conn.execute(  # the safety check's: nobody of them has a row of their own
        "SELECT campaign, run, state, qualified FROM run"
        " WHERE safety_limit IS NOT NULL AND sample IS NULL AND state IN ('skipped', 'stopped')"
    )
    for campaign, run, state, n in held.fetchall():
        found[campaign, run, "skipped", "run_skipped" if state == "skipped" else "stopped"] += n
    rows = conn.execute(
        "SELECT campaign, run, state, reason, count(*) FROM outbox WHERE state <> 'drawn'"
        " GROUP BY 1, 2, 3, 4"
    )
    for campaign, run, state, reason, n in rows.fetchall():
        if state in {"pending", "in_flight"}:
            found[campaign, run, "pending", ""] += n
        elif state == "accepted":
            found[campaign, run, "sent", ""] += n
        else:
            found[campaign, run, "skipped", reason or _SKIPPED_BY_STATE[state]] += n
    drawing = {
        (row[0], row[1])
        for row in conn.execute("SELECT campaign, run FROM run WHERE state = 'drawing'")
    }
    rows = conn.execute(
        "SELECT campaign, run, bucket, reason, count(*) FROM decision GROUP BY 1, 2, 3, 4"
    )
    for campaign, run, bucket, reason, n in rows.fetchall():
        if (campaign, run) not in drawing:
            found[campaign, run, bucket, reason] += n
    for (campaign, run, _bucket, _reason), n in list(found.items()):
        found[campaign, run, "qualified", ""] += n
    names = dict(conn.execute("SELECT id, name FROM campaign").fetchall())
    for key in sorted(told.keys() | found.keys()):
        if told[key] != found[key]:
            campaign, run, bucket, reason = key
            yield (
                f"The books of {names[campaign]} {run} say {told[key]} {bucket} {reason}".rstrip()
                + f", its rows say {found[key]}."
            )
