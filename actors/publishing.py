"""Decisions on publishing: what was approved may run, and an approval whose time passed may not."""

import sqlite3

from actors.mail import Publish, Refused
from actors.reviewing import STALE
from actors.rules import Decision, Rules, Said, at, find, forbidden
from domain import schedule
from domain.review import Action, Forbidden, State
from store import acts, campaigns
from store.campaigns import CampaignRow, NotApproved


def publish(conn: sqlite3.Connection, request: Publish, rules: Rules) -> Decision:
    """Let the approved content run, at its time."""
    row = find(conn, request.name)
    if isinstance(row, Refused):
        return row
    latest = campaigns.revision_of(conn, row.id, row.revision)
    if request.hash and request.hash != latest.hash:
        return STALE
    if not rules.review_required:
        _wave_through(conn, row, request.by, rules)
    said = f"Published by {at(request.by)}" + (
        "." if rules.review_required else ", without review: the operator's configuration says so."
    )
    row = campaigns.find(conn, row.id) or row
    if row.state is State.APPROVED and _time_passed(latest.definition.when.start, row, rules, conn):
        expire(conn, row, rules)
        return Refused(
            what="Its time has passed, so the approval has expired and it is a draft again.",
            fix="Edit it with a new time, and submit it for review.",
        )
    moved = acts.advance(
        conn,
        row.id,
        Action.PUBLISH,
        who=request.by,
        reason="" if rules.review_required else "published without review",
        say=said,
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
        review_required=rules.review_required,
    )
    assert not isinstance(answer, NotApproved), "a campaign in `approved` has an approval"
    return Said(f"“{row.name}” is published.", row.id)


def _wave_through(conn: sqlite3.Connection, row: CampaignRow, by: str, rules: Rules) -> None:
    """Without reviews, publishing submits and approves on the way; the audit says so."""
    steps = {State.DRAFT: (Action.SUBMIT, Action.APPROVE), State.IN_REVIEW: (Action.APPROVE,)}
    for action in steps.get(row.state, ()):
        reason = "review is switched off"
        acts.advance(
            conn, row.id, action, who=by, reason=reason, key=rules.key, now_ms=rules.now_ms
        )


def _time_passed(start: str, row: CampaignRow, rules: Rules, conn: sqlite3.Connection) -> bool:
    content = campaigns.revision_of(conn, row.id, row.revision).definition
    past = content.kind == "past_behaviour" and start != schedule.NOW
    return past and rules.now_ms >= schedule.starts_ms(
        content.when, published_ms=rules.now_ms, account_zone=rules.zone
    )


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


def overdue(conn: sqlite3.Connection, rules: Rules) -> list[CampaignRow]:
    """Return the campaigns in review or approved whose time has passed."""
    waiting = [
        row for row in campaigns.everyone(conn) if row.state in {State.IN_REVIEW, State.APPROVED}
    ]
    return [
        row
        for row in waiting
        if _time_passed(
            campaigns.revision_of(conn, row.id, row.revision).definition.when.start,
            row,
            rules,
            conn,
        )
    ]
