"""Who is drawn into a run, and who is left out with a reason: one user at a time, in one piece.

Limits on what one user gets are asked in the very transaction that writes the recipient, so two
campaigns that draw at once never promise the same place.
"""

import math
import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from domain import expiry
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.release import Release
from domain.timer import Wait
from domain.verdict import Control, Hold, Send, Skip, Verdict
from store import allowance, day_caps, variants
from store.admission import Decision
from store.allowance import Bounds, Wanted
from store.exposures import compare_ms
from store.outbox_row import OPEN
from store.rows import among


class Room(Struct, frozen=True):
    """How many more a run may draw, and what those after them are told."""

    left: float
    full: SkipReason = SkipReason.CAP_RUN


ROOM_FOR_ALL = Room(math.inf)


class Draw(Struct, frozen=True):
    """The draw of a run: what it is by, and when."""

    campaign: str
    run: str
    revision: int
    definition: Campaign
    bounds: Bounds
    now_ms: int


def write(conn: sqlite3.Connection, draw: Draw, decision: Decision, room: Room) -> bool:
    """Write a recipient, or why the user is none; tell whether a place was taken.

    The order is that of the checks: limits on one user, the room, and do-not-disturb after both. A
    message that do-not-disturb discards takes no place.
    """
    verdict = _placed(conn, draw, decision)
    if isinstance(verdict, Release) and room.left <= 0:
        verdict = Skip(room.full)
    if isinstance(verdict, Release) and isinstance(decision.verdict, Skip):
        verdict = decision.verdict
    per_day = draw.definition.limits.cap_per_day
    if isinstance(verdict, Release) and per_day is not None:
        free = day_caps.take(conn, draw.campaign, decision.day, per_day)
        verdict = verdict if free else Skip(SkipReason.CAP_DAY)
    if isinstance(verdict, Release):
        _draw(conn, draw, decision, verdict)
        return True
    conn.execute(
        "INSERT INTO decision (campaign, run, user, occurrence, bucket, reason, at_ms, compare_ms)"
        " VALUES (?, ?, ?, '', ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            draw.campaign,
            draw.run,
            decision.user,
            *_bucket(verdict),
            draw.now_ms,
            _compare_ms(conn, draw, decision),
        ),
    )
    return False


def written(
    conn: sqlite3.Connection, campaign: str, run: str, decisions: Sequence[Decision]
) -> dict[str, bool]:
    """Return which messages of a chunk were decided before, and whether each has a place."""
    drawn = "SELECT message_id FROM outbox WHERE message_id IN ({keys})"
    found = {name: True for (name,) in among(conn, drawn, [d.message_id for d in decisions])}
    by_user = {d.user: d.message_id for d in decisions}
    skipped = "SELECT user FROM decision WHERE user IN ({keys}) AND campaign = ? AND run = ?"
    for (user,) in among(conn, skipped, list(by_user), campaign, run):
        found.setdefault(by_user[user], False)
    return found


def drawn(conn: sqlite3.Connection, campaign: str, run: str) -> int:
    """Count the recipients that a run has drawn and not shown yet."""
    (n,) = conn.execute(
        f"SELECT count(*) FROM outbox WHERE campaign = ? AND run = ? AND {OPEN}"
        " AND state = 'drawn'",
        (campaign, run),
    ).fetchone()
    return int(n)


def _placed(conn: sqlite3.Connection, draw: Draw, decision: Decision) -> Release | Skip | Control:
    """Return when a recipient's message may go, or why there is none."""
    match decision.verdict:
        case Control() as verdict:
            return verdict
        case Skip(reason=reason) as verdict if reason is not SkipReason.DND_DISCARD:
            return verdict
        case Send() | Hold() | Skip() as verdict:
            wanted = _wanted(draw, decision, verdict)
            placed = allowance.place(
                conn, draw.bounds, wanted, now_ms=draw.now_ms, cutoff_ms=decision.cutoff_ms
            )
            if isinstance(placed, SkipReason):
                return Skip(placed)
            if decision.cutoff_ms is not None and placed.due_ms > decision.cutoff_ms:
                return Skip(SkipReason.CUTOFF)
            return placed
        case Wait():
            raise AssertionError("a run lets nobody wait")


def _wanted(draw: Draw, decision: Decision, verdict: Verdict) -> Wanted:
    return Wanted(
        draw.campaign,
        draw.definition,
        decision.user,
        decision.message_id,
        decision.zone,
        verdict,
    )


def _compare_ms(conn: sqlite3.Connection, draw: Draw, decision: Decision) -> int | None:
    """Return since when a control user would have had the message, where a goal asks for it."""
    if draw.definition.goal is None or not isinstance(decision.verdict, Control):
        return None
    wanted = _wanted(draw, decision, decision.verdict)
    return compare_ms(conn, draw.bounds, wanted, now_ms=draw.now_ms, cutoff_ms=decision.cutoff_ms)


def _draw(conn: sqlite3.Connection, draw: Draw, decision: Decision, placed: Release) -> None:
    fell_due_ms = allowance.fell_due_ms(decision.verdict, placed, now_ms=draw.now_ms)
    expires_ms = expiry.expires_ms(draw.definition, due_ms=placed.due_ms, fell_due_ms=fell_due_ms)
    conn.execute(
        "INSERT INTO outbox (message_id, campaign, revision, run, user, occurrence, event_seq,"
        " state, admitted_ms, due_ms, fell_due_ms, expires_ms, lane, updated_ms, counts, cutoff_ms,"
        " cap_day, held_by)"
        " VALUES (?, ?, ?, ?, ?, '', NULL, 'drawn', ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)",
        (
            decision.message_id,
            draw.campaign,
            draw.revision,
            draw.run,
            decision.user,
            draw.now_ms,
            placed.due_ms,
            fell_due_ms,
            expires_ms,
            draw.now_ms,
            draw.definition.limits.count_towards_global,
            decision.cutoff_ms,
            decision.day if draw.definition.limits.cap_per_day is not None else "",
            "limits" if placed.queued else "",
        ),
    )
    variants.mark(conn, decision.message_id, decision.variant)


def _bucket(verdict: Skip | Control) -> tuple[str, str]:
    return (
        ("control", verdict.group) if isinstance(verdict, Control) else ("skipped", verdict.reason)
    )
