"""Admission: what a campaign decided becomes durable, whole or not at all.

One job writes the cursor, the books, the caps and the outbox together, and checks in the same
transaction that the campaign still runs at the revision that decided.
"""

import math
import sqlite3
from collections.abc import Sequence

from msgspec import structs

from domain import expiry
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.release import Release
from domain.review import State
from domain.timer import Wait
from domain.variants import AbTest
from domain.verdict import Control, Hold, Send, Skip, Verdict
from store import (
    allowance,
    books,
    campaigns,
    caps,
    ended_timers,
    erased,
    exposures,
    identities,
    surge,
    timers,
    variants,
)
from store.allowance import Wanted
from store.caps import Cap
from store.decisions import LIVE as LIVE
from store.decisions import Admission as Admission
from store.decisions import Admitted as Admitted
from store.decisions import Decision as Decision
from store.decisions import LiveBatch as LiveBatch
from store.decisions import Merged as Merged
from store.decisions import Stale as Stale
from store.fault_points import reach
from store.timers import Begun


def cursor(conn: sqlite3.Connection, campaign: str, revision: int) -> int | None:
    """Return up to where the log has been considered, or None before the campaign started."""
    row = conn.execute(
        "SELECT seq FROM cursor WHERE campaign = ? AND revision = ?", (campaign, revision)
    ).fetchone()
    return row and int(row[0])


def open_cursor(
    conn: sqlite3.Connection, campaign: str, revision: int, *, since_ms: int | None = None
) -> None:
    """Let a campaign start with what comes in from `since_ms` on; None: from now on.

    Called in the starting transaction, which may be late: the daemon was down, or busy.
    """
    conn.execute(
        "INSERT INTO cursor (campaign, revision, seq) SELECT ?1, ?2, coalesce((SELECT seq FROM log"
        " WHERE ?3 IS NULL OR received_ms < ?3 ORDER BY seq DESC LIMIT 1), 0)"
        " WHERE true ON CONFLICT DO NOTHING",
        (campaign, revision, since_ms),
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
    held = conn.execute(
        "SELECT dropped FROM cursor WHERE campaign = ? AND revision = ? AND seq = ?",
        (batch.campaign, batch.revision, batch.after),
    ).fetchone()
    if held is None:
        return Stale()
    dropped_upto = math.inf if paused else held[0] if batch.on_pause_drop else 0
    decisions = [
        each
        for each in under_kept_names(conn, batch.decisions)
        if not is_decided(conn, batch.campaign, each)
    ]
    upto, surged = batch.upto, None
    if batch.per_hour is not None and (batch.fires or batch.upto > batch.after):
        qualify = [
            (each.event_seq or math.inf) > dropped_upto and surge.qualifies(each.verdict)
            for each in decisions
        ]
        surged = surge.first_too_many(conn, batch.campaign, batch.per_hour, qualify, now_ms=now_ms)
    if surged is not None:
        if not batch.fires:
            upto = (decisions[surged].event_seq or batch.upto) - 1
        decisions = decisions[:surged]
    conn.execute(
        "UPDATE cursor SET seq = ? WHERE campaign = ? AND revision = ?",
        (upto, batch.campaign, batch.revision),
    )
    reach("admission.cursor_moved")
    if batch.listener is not None:  # first: what is cleared keeps no other out
        timers.clear(conn, batch.listener, batch.campaign, batch.clears, now_ms=now_ms)
        ended_timers.prune(conn, now_ms=now_ms)  # where almost all are cleared, few fire
    definition = campaigns.revision_of(conn, batch.campaign, batch.revision).definition
    pending, seen = 0, set[str]()
    for decision in decisions:
        if decision.message_id in seen:
            continue  # twice in one batch
        drops = paused or (decision.event_seq or math.inf) <= dropped_upto
        if drops or not isinstance(decision.verdict, Wait):
            seen.add(decision.message_id)
        pending += _decide(conn, batch, definition, decision, drops=drops, now_ms=now_ms)
    reach("admission.decisions_written")
    full = batch.total is not None and caps.is_full(conn, batch.campaign, caps.TOTAL)
    return Admitted(pending=pending, full=full, surged=surged is not None)


def _decide(
    conn: sqlite3.Connection,
    batch: LiveBatch,
    definition: Campaign,
    decision: Decision,
    *,
    drops: bool,
    now_ms: int,
) -> bool:
    """Write what becomes of one user who qualified; tell whether it is a message."""
    if isinstance(decision.verdict, Wait):
        _wait(conn, batch, decision, decision.verdict, drops=drops, now_ms=now_ms)
        if not drops:
            return False
    books.add(conn, batch.campaign, LIVE, "qualified", 1)
    refused: SkipReason | None
    match decision.verdict:
        case Control(group) as verdict:
            _record(conn, batch.campaign, LIVE, decision, "control", group, now_ms)
            if not drops:  # of the pause nobody gets a message
                wanted = _wanted(batch, definition, decision, verdict)
                exposures.compare(conn, batch, decision, wanted, now_ms)
            return False
        case Skip(reason=reason) if reason is not SkipReason.DND_DISCARD:
            refused = reason
        case _ if drops:
            refused = SkipReason.PAUSED_DROPPED
        case Send() | Hold() | Skip() as verdict:
            wanted = _wanted(batch, definition, decision, verdict)
            placed = allowance.place(conn, batch.bounds, wanted, now_ms=now_ms)
            if isinstance(placed, SkipReason):
                refused = placed
            elif (refused := _reserve(conn, batch, decision, verdict)) is None:
                _enqueue(conn, batch, definition, decision, placed, now_ms)
                return True
    assert refused is not None, "who gets nothing is told why"
    _record(conn, batch.campaign, LIVE, decision, "skipped", refused, now_ms)
    return False


def _wanted(batch: LiveBatch, definition: Campaign, decision: Decision, verdict: Verdict) -> Wanted:
    return Wanted(
        batch.campaign, definition, decision.user, decision.message_id, decision.zone, verdict
    )


def _wait(
    conn: sqlite3.Connection,
    batch: LiveBatch,
    decision: Decision,
    wait: Wait,
    *,
    drops: bool,
    now_ms: int,
) -> None:
    assert batch.listener is not None, "who lets users wait says what for"
    assert decision.event_seq is not None, "a wait begins with an event"
    begun = Begun(batch.campaign, decision.user, decision.event_seq, decision.occurrence, wait)
    timers.begin(conn, batch.listener, begun, drops=drops, now_ms=now_ms)


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


def is_decided(conn: sqlite3.Connection, campaign: str, decision: Decision) -> bool:
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


def _enqueue(
    conn: sqlite3.Connection,
    batch: LiveBatch,
    definition: Campaign,
    decision: Decision,
    placed: Release,
    now_ms: int,
) -> None:
    fell_due_ms = allowance.fell_due_ms(decision.verdict, placed, now_ms=now_ms)
    due_ms = placed.due_ms
    if decision.fell_due_ms is not None and isinstance(decision.verdict, Send):
        fell_due_ms = decision.fell_due_ms
        if due_ms <= now_ms:
            due_ms = fell_due_ms  # so that what fell due first goes first
    conn.execute(
        "INSERT INTO outbox (message_id, campaign, revision, run, user, occurrence, event_seq,"
        " state, cap_day, admitted_ms, due_ms, fell_due_ms, expires_ms, lane, updated_ms, counts,"
        " held_by) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, 1, ?, ?, ?)",
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
            due_ms,
            fell_due_ms,
            expiry.expires_ms(definition, due_ms=due_ms, fell_due_ms=fell_due_ms),
            now_ms,
            definition.limits.count_towards_global,
            "limits" if placed.queued else "",
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
