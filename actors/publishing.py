"""Decisions on publishing: what was approved may run, and an approval whose time passed may not."""

import sqlite3
from functools import partial

from actors import amending, checking
from actors.isolation import apart
from actors.mail import Publish, Refused
from actors.reviewing import STALE
from actors.rules import Decision, Rules, Said, at, find, forbidden
from domain import schedule
from domain.campaign import Campaign
from domain.review import Action, Forbidden, State
from domain.telling_night import tell_night
from store import acts, campaigns, lowered
from store.campaigns import CampaignRow, NotApproved
from store.fault_points import reach


def publish(conn: sqlite3.Connection, request: Publish, rules: Rules) -> Decision:
    """Let the approved content run, at its time."""
    row = find(conn, request.name)
    if isinstance(row, Refused):
        return row
    latest = campaigns.revision_of(conn, row.id, row.revision)
    if request.hash and request.hash != latest.hash:
        return STALE
    if row.amendment is not None:
        return amending.publish(conn, row, request.by, rules)
    approved = campaigns.approval_of(conn, row.id, row.revision) is not None
    unreviewed = not rules.review_required and not approved
    if unreviewed:
        if row.state is State.DRAFT and (
            wrong := checking.problems(
                conn, latest.definition, rules, frozen=True, begun=row.started
            )
        ):
            return Refused(
                what=f"“{row.name}” cannot be published as it stands.",
                fix="Edit it, then publish it again.",
                problems=tuple(wrong),
            )
        _wave_through(conn, row, request.by, rules)
    without = ", without review: the operator's configuration says so." if unreviewed else "."
    row = campaigns.find(conn, row.id) or row
    if row.state is State.APPROVED and _time_passed(latest.definition, rules):
        expire(conn, row, rules)
        return Refused(
            what="Its time has passed, so the approval has expired and it is a draft again.",
            fix="Edit it with a new time, and submit it for review.",
        )
    content = latest.definition
    begins_now = content.kind == "past_behaviour" and schedule.is_now(content.when)
    undo_ms = request.undo_seconds * 1_000 if begins_now else 0
    moved = acts.advance(
        conn,
        row.id,
        Action.PUBLISH,
        who=request.by,
        reason="published without review" if unreviewed else "",
        say=f"Published by {at(request.by)}{without}",
        key=rules.key,
        now_ms=rules.now_ms,
    )
    if isinstance(moved, Forbidden):
        if row.state in {State.DRAFT, State.IN_REVIEW, State.REJECTED}:
            return Refused(
                what=f"“{row.name}” has not been approved.",
                fix="Submit it for review; someone else approves it, then it can be published.",
            )
        return forbidden(row, moved)
    answer = campaigns.publish(
        conn,
        row.id,
        row.revision,
        now_ms=rules.now_ms,
        zone=rules.zone,
        undo_ms=undo_ms,
        review_required=rules.review_required,
    )
    if not row.started:
        lowered.forget(conn, row.id)
    reach("publish.written")
    assert not isinstance(answer, NotApproved), "a campaign in `approved` has an approval"
    undo = ""
    if undo_ms:
        undo = f" It begins in {request.undo_seconds} seconds: until then Undo takes it back."
    gone = _gone(content, rules)
    night = _night(content, undo_ms, rules)
    return Said(f"“{row.name}” is published{without}{undo}{gone}{night}", row.id)


def _gone(content: Campaign, rules: Rules) -> str:
    """Say which of several dates passed while it was reviewed: what is past is no run."""
    when, now = content.when, rules.now_ms
    gone = sum(schedule.moment(each, when.zone or rules.zone) <= now for each in when.dates)
    if not gone:
        return ""
    have, them = ("has", "it") if gone == 1 else ("have", "them")
    return f" {gone} of its {len(when.dates)} dates {have} passed: nothing is sent for {them}."


def _night(content: Campaign, undo_ms: int, rules: Rules) -> str:
    """Say that what would begin now begins in do-not-disturb: else nobody knows why it waits."""
    begins_ms = rules.now_ms + undo_ms
    if content.kind == "past_behaviour" and not schedule.is_now(content.when):
        coming = schedule.if_published(content, now_ms=rules.now_ms, account_zone=rules.zone)
        if not coming:
            return ""
        begins_ms = coming[0].due_ms
    night = tell_night(content, begins_ms, rules.zone)
    return f" When it begins, {night}." if night else ""


def _wave_through(conn: sqlite3.Connection, row: CampaignRow, by: str, rules: Rules) -> None:
    """Without reviews, publishing submits and approves on the way; the audit says so."""
    steps = {State.DRAFT: (Action.SUBMIT, Action.APPROVE), State.IN_REVIEW: (Action.APPROVE,)}
    for action in steps.get(row.state, ()):
        reason = "review is switched off"
        acts.advance(
            conn, row.id, action, who=by, reason=reason, key=rules.key, now_ms=rules.now_ms
        )


def _time_passed(content: Campaign, rules: Rules) -> bool:
    passes = _passes_ms(content, rules)
    if passes is not None and rules.now_ms >= passes:
        return True
    if content.when.repeat is None:
        return False
    return not schedule.if_published(content, now_ms=rules.now_ms, account_zone=rules.zone)


def _passes_ms(content: Campaign, rules: Rules) -> int | None:
    """Return when it is too late for any run, or a live campaign ends; None: it never passes."""
    if content.kind == "live":
        return schedule.ends_ms(content.when, account_zone=rules.zone)
    return schedule.passes_ms(content.when, account_zone=rules.zone)


def expire(conn: sqlite3.Connection, row: CampaignRow, rules: Rules) -> None:
    """Take a review back whose scheduled time has passed: never a late surprise."""
    said = "Its scheduled time has passed, so it is a draft again. Edit it with a new time."
    acts.advance(
        conn,
        row.id,
        Action.EXPIRE,
        reason="its time passed",
        say=said,
        key=rules.key,
        now_ms=rules.now_ms,
    )


def reviews(conn: sqlite3.Connection, rules: Rules) -> list[tuple[CampaignRow, int]]:
    """Return the campaigns in review or approved whose time passes, each with when it does.

    One that cannot be read is left out: whoever opens it hears of that, and no other waits for it.
    """
    waiting = [
        row for row in campaigns.everyone(conn) if row.state in {State.IN_REVIEW, State.APPROVED}
    ]

    def passes(row: CampaignRow) -> int | None:
        content = campaigns.revision_of(conn, row.id, row.revision).definition
        return _passes_ms(content, rules)

    times = [apart(partial(passes, row)) for row in waiting]
    return [(row, at) for row, at in zip(waiting, times, strict=True) if isinstance(at, int)]
