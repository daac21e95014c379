"""Admission: what a campaign decided becomes durable, whole or not at all.

One job writes the cursor, the books, the caps and the outbox together, and checks in the same
transaction that the campaign still runs at the revision that decided.
"""

import math
import sqlite3
from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct, structs

from domain import expiry
from domain.books import SkipReason
from domain.review import State
from domain.variants import AbTest
from domain.verdict import Control, Hold, Send, Skip, Verdict
from store import books, campaigns, caps, erased, identities, variants
from store.caps import Cap
from store.fault_points import reach

LIVE = "live"
"""The run of a live campaign: it has one, for ever."""


class Decision(Struct, frozen=True):
    """One user who qualified, and what the domain said."""

    message_id: str
    user: str
    occurrence: str
    event_seq: int | None
    verdict: Verdict
    day: str = ""  # whose daily cap it takes a slot of
    variant: str = ""  # which content the user gets, where a test does not take turns


class Admitted(Struct, frozen=True):
    """It is durable: so many messages wait to be sent; `full` when the total cap has no slot."""

    pending: int
    full: bool


class Stale(Struct, frozen=True):
    """Nothing was written: the cursor or the campaign's state is not what the actor believed."""


class Merged(Struct, frozen=True):
    """Nothing was written: a user of the batch is known by another id by now. Read it anew."""


Admission: TypeAlias = Admitted | Stale | Merged


class LiveBatch(Struct, frozen=True):
    """What a live campaign decided about the events in (`after`, `upto`]."""

    campaign: str
    revision: int
    after: int
    upto: int
    decisions: Sequence[Decision]
    total: Cap | None
    per_day: int | None
    on_pause_drop: bool


def cursor(conn: sqlite3.Connection, campaign: str, revision: int) -> int | None:
    """Return up to where the log has been considered, or None before the campaign started."""
    row = conn.execute(
        "SELECT seq FROM cursor WHERE campaign = ? AND revision = ?", (campaign, revision)
    ).fetchone()
    return row and int(row[0])


def open_cursor(conn: sqlite3.Connection, campaign: str, revision: int) -> None:
    """Let a campaign start with what happens from now on. Called in the starting transaction."""
    conn.execute(
        "INSERT INTO cursor (campaign, revision, seq)"
        " SELECT ?, ?, coalesce(max(seq), 0) FROM log WHERE true ON CONFLICT DO NOTHING",
        (campaign, revision),
    )


def drop_pause(conn: sqlite3.Connection, campaign: str) -> None:
    """Let what came in until now count as the pause's, however late it is considered."""
    conn.execute(
        "UPDATE cursor SET dropped = (SELECT coalesce(max(seq), 0) FROM log) WHERE campaign = ?",
        (campaign,),
    )


def admit(conn: sqlite3.Connection, batch: LiveBatch, *, now_ms: int) -> Admission:
    """Move the cursor and write every decision of a live campaign, in one piece."""
    if identities.resolve(conn, {decision.user for decision in batch.decisions}):
        return Merged()
    row = conn.execute(
        "SELECT state FROM campaign WHERE id = ? AND published = ?",
        (batch.campaign, batch.revision),
    ).fetchone()
    state = State(row[0]) if row else None
    paused = state is State.PAUSED and batch.on_pause_drop
    if state is not State.RUNNING and not paused:
        return Stale()
    moved = conn.execute(
        "UPDATE cursor SET seq = ? WHERE campaign = ? AND revision = ? AND seq = ?"
        " RETURNING dropped",
        (batch.upto, batch.campaign, batch.revision, batch.after),
    ).fetchone()
    if moved is None:
        return Stale()
    reach("admission.cursor_moved")
    dropped_upto = moved[0] if batch.on_pause_drop else 0
    pending = 0
    for decision in under_kept_names(conn, batch.decisions):
        if _is_decided(conn, batch.campaign, decision):
            continue
        books.add(conn, batch.campaign, LIVE, "qualified", 1)
        match decision.verdict:
            case Control(group):
                _record(conn, batch.campaign, LIVE, decision, "control", group, now_ms)
            case Skip(reason=reason) if reason is not SkipReason.DND_DISCARD:
                _record(conn, batch.campaign, LIVE, decision, "skipped", reason, now_ms)
            case _ if paused or (decision.event_seq or math.inf) <= dropped_upto:
                dropped = SkipReason.PAUSED_DROPPED
                _record(conn, batch.campaign, LIVE, decision, "skipped", dropped, now_ms)
            case Send() | Hold() | Skip() as verdict:
                refused = _reserve(conn, batch, decision, verdict)
                if refused:
                    _record(conn, batch.campaign, LIVE, decision, "skipped", refused, now_ms)
                else:
                    _enqueue(conn, batch, decision, now_ms)
                    pending += 1
    reach("admission.decisions_written")
    full = batch.total is not None and caps.is_full(conn, batch.campaign, caps.TOTAL)
    return Admitted(pending=pending, full=full)


def under_kept_names(conn: sqlite3.Connection, decisions: Sequence[Decision]) -> Sequence[Decision]:
    """Return decisions whose users were erased since under the names that may be written."""
    names = erased.among(conn, {decision.user for decision in decisions})
    if not names:
        return decisions
    return [
        structs.replace(each, user=names[each.user], occurrence=erased.hide(conn, each.occurrence))
        if each.user in names
        else each
        for each in decisions
    ]


def _is_decided(conn: sqlite3.Connection, campaign: str, decision: Decision) -> bool:
    """Tell whether this trigger of this user was decided before: it acts and counts once."""
    return bool(
        conn.execute(
            "SELECT EXISTS (SELECT 1 FROM outbox WHERE message_id = ?) OR EXISTS (SELECT 1 FROM"
            " decision WHERE campaign = ? AND run = ? AND user = ? AND occurrence = ?)",
            (decision.message_id, campaign, LIVE, decision.user, decision.occurrence),
        ).fetchone()[0]
    )


def _reserve(
    conn: sqlite3.Connection, batch: LiveBatch, decision: Decision, verdict: Send | Hold | Skip
) -> SkipReason | None:
    """Take the slots of the caps; a message that do-not-disturb discards needs none."""
    wanted = [batch.total] if batch.total else []
    if batch.per_day is not None:
        wanted.append(Cap(caps.day(decision.day), batch.per_day))
    full = caps.take(conn, batch.campaign, wanted)
    if full is not None:
        return SkipReason.CAP_REACHED if full == caps.TOTAL else SkipReason.CAP_DAY
    if isinstance(verdict, Skip):
        caps.give_back(conn, batch.campaign, [cap.scope for cap in wanted])
        return verdict.reason
    return None


def _enqueue(conn: sqlite3.Connection, batch: LiveBatch, decision: Decision, now_ms: int) -> None:
    due = decision.verdict.until_ms if isinstance(decision.verdict, Hold) else now_ms
    definition = campaigns.revision_of(conn, batch.campaign, batch.revision).definition
    conn.execute(
        "INSERT INTO outbox (message_id, campaign, revision, run, user, occurrence, event_seq,"
        " state, cap_day, admitted_ms, due_ms, fell_due_ms, expires_ms, lane, updated_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, 1, ?)",
        (
            decision.message_id,
            batch.campaign,
            batch.revision,
            LIVE,
            decision.user,
            decision.occurrence,
            decision.event_seq,
            decision.day if batch.per_day is not None else "",
            now_ms,
            due,
            due,
            expiry.expires_ms(definition, due_ms=due, fell_due_ms=due),
            now_ms,
        ),
    )
    if isinstance(test := definition.variants, AbTest):
        variants.mark_in_turn(conn, batch.campaign, LIVE, decision.message_id, test, now_ms=now_ms)
    else:
        variants.mark(conn, decision.message_id, decision.variant)
    books.add(conn, batch.campaign, LIVE, "pending", 1)


def _record(
    conn: sqlite3.Connection,
    campaign: str,
    run: str,
    decision: Decision,
    bucket: books.Bucket,
    reason: str,
    now_ms: int,
) -> None:
    conn.execute(
        "INSERT INTO decision (campaign, run, user, occurrence, bucket, reason, at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (campaign, run, decision.user, decision.occurrence, bucket, reason, now_ms),
    )
    books.add(conn, campaign, run, bucket, 1, reason if bucket == "skipped" else "")
