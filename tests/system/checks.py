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
from tests.system import checks_books, checks_goals, checks_waits

SHOWN_MAX = 3
"""How many examples a sentence names."""
ACTS_SHOWN_MAX = 6
"""How many acts on a campaign tell why it stands where it does."""
_OPEN = ("drawn", "pending", "in_flight")


class Seen(Struct, frozen=True):
    """What the world outside the daemon knows at the moment at which it stopped.

    `acknowledged` are the ids of events that were answered 2xx; `triggers` the event's name of each
    live campaign, none of which was sent before it ran; `arrived` what the local Segment booked, in
    order; `final` the messages that were accepted at an earlier stop, each with the number of
    arrivals that there had been by then. Of the users in `erased` nothing may be kept; of those in
    `erasing` nobody knows yet. Events up to `adopted_seq` may have been decided in a database that
    is lost: then no campaign of this one considers them. `cleared` are those that another cleared,
    sent in the same request; `limits` how many messages of a campaign a user gets at most; `dates`
    the local times at which a campaign runs, in UTC.
    """

    acknowledged: frozenset[str]
    triggers: Mapping[str, str]
    arrived: Sequence[Message]
    final: Mapping[str, int] = {}
    erasing: frozenset[str] = frozenset()
    erased: frozenset[str] = frozenset()
    adopted_seq: int = 0
    cleared: frozenset[str] = frozenset()
    limits: Mapping[str, int] = {}
    dates: Mapping[str, Sequence[str]] = {}


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
            *_events(conn, seen),
            *_ids(conn),
            *_arrivals(conn, seen),
            *checks_books.caps(conn),
            *checks_books.books(conn),
            *_erased(conn, seen),
            *checks_waits.unasked(conn, seen.cleared),
            *checks_goals.all_of_them(conn),
            *_limits(conn, seen),
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
        return [*found, *checks_waits.overdue(conn), *checks_waits.runs(conn, seen.dates)]


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


def _events(conn: sqlite3.Connection, seen: Seen) -> Iterator[str]:
    """P10: an acknowledged event is on disk; of each live campaign it was decided exactly once."""
    kept = {row[0] for row in conn.execute("SELECT source_id FROM log")}
    if lost := sorted(seen.acknowledged - kept):
        yield f"{len(lost):,} acknowledged events are not in the log: {_some(lost)}."
    for name, event in seen.triggers.items():
        rows = conn.execute(
            "SELECT l.source_id, l.seq,"
            " (SELECT count(*) FROM outbox o WHERE o.user = l.user AND o.campaign = c.id"
            "  AND o.occurrence = l.source_id)"
            " + (SELECT count(*) FROM decision d WHERE d.campaign = c.id AND d.run = 'live'"
            "  AND d.user = l.user AND d.occurrence = l.source_id)"
            " + (SELECT count(*) FROM poison p WHERE p.campaign = c.id AND p.event_seq = l.seq)"
            " + (SELECT count(*) FROM timer t WHERE t.user = l.user AND t.campaign = c.id"
            "  AND t.occurrence = l.source_id AND t.state IN ('armed', 'cancelled'))"
            " FROM campaign c JOIN cursor k ON k.campaign = c.id AND k.revision = c.published"
            " JOIN log l ON l.kind = 'event' AND l.name = ? AND l.seq <= k.seq WHERE c.name = ?",
            (event, name),
        ).fetchall()
        once = [(source, n) for source, seq, n in rows if n or seq > seen.adopted_seq]
        wrong = [f"{source} {n} times" for source, n in once if n != 1]
        if wrong:
            yield f"{len(wrong):,} events were not decided once for {name}: {_some(wrong)}."


def _ids(conn: sqlite3.Connection) -> Iterator[str]:
    """P1: one decision, one message id."""
    twice = conn.execute(
        "SELECT campaign, run, user, occurrence, count(*) FROM outbox"
        " GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
    ).fetchall()
    if twice:
        yield f"{len(twice):,} decisions have a second message id: {_some(twice)}."
    both = conn.execute(
        "SELECT o.message_id FROM outbox o JOIN decision d USING (campaign, run, user, occurrence)"
    ).fetchall()
    if both:
        yield f"{len(both):,} users have a message and a reason for none: {_some(both)}."


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
        yield f"{len(which):,} messages arrived {told}: {_some(which)}."
    gone = [one for one, row in rows.items() if row[3] == "accepted" and one not in times]
    if gone:
        yield f"{len(gone):,} messages are booked as accepted and never arrived: {_some(gone)}."
    new = Counter(m.message_id for m in seen.arrived if m.outcome == "accepted")
    if twice := [one for one, n in new.items() if n > 1]:
        yield f"{len(twice):,} messages were new to the receiver twice: {_some(twice)}."


def _limits(conn: sqlite3.Connection, seen: Seen) -> Iterator[str]:
    """P6 of one campaign: nobody gets more of its messages than it says, as the receiver saw it."""
    for name, most in seen.limits.items():
        rows = conn.execute(
            "SELECT message_id, user FROM outbox JOIN campaign c ON c.id = campaign WHERE name = ?",
            (name,),
        )
        user_of = dict(rows.fetchall())
        ids = {m.message_id for m in seen.arrived} & user_of.keys()
        got = Counter(user_of[one] for one in ids)
        if many := [f"{user} {n}" for user, n in got.items() if n > most]:
            yield f"{len(many):,} users got more than {most} messages of {name}: {_some(many)}."


def _erased(conn: sqlite3.Connection, seen: Seen) -> Iterator[str]:
    """P23: who was erased is nowhere any more, and nothing that came in since was kept."""
    for table in ("user", "log", "outbox", "decision", "poison", "list_member"):
        for user in sorted(seen.erased):
            (n,) = conn.execute(f"SELECT count(*) FROM {table} WHERE user = ?", (user,)).fetchone()
            if n:
                yield f"{n:,} rows of {table} are still about the erased {user}."


def _some(items: Sequence[Any]) -> str:
    shown = ", ".join(str(item) for item in items[:SHOWN_MAX])
    return shown + (" ..." if len(items) > SHOWN_MAX else "")
