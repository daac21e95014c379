"""Decisions on content: submit, approve, request changes.

An approval is for exactly the content that was read, by someone who wrote none of it; the database
has the last word. Each function is one job: it runs in one transaction, effect and audit together.
"""

import sqlite3

from actors import amending, checking
from actors.mail import Approve, Refused, RequestChanges, Submit
from actors.rules import Decision, Rules, Said, at, find, forbidden
from domain.review import RAISE_REQUESTED, Action, Forbidden, State, may_approve
from store import acts, announcements, campaigns, rehearsals, runs
from store.campaigns import CampaignRow, NotAnother, NotApproved

STALE = Refused(
    what="The content has changed since you saw it, or it was decided already.",
    fix="Look at the campaign as it is now, and decide about that.",
)


def submit(conn: sqlite3.Connection, request: Submit, rules: Rules) -> Decision:
    """Ask for a review; what was right when it was drafted may be wrong by now."""
    row = find(conn, request.name)
    if isinstance(row, Refused):
        return row
    content = campaigns.revision_of(conn, row.id, row.revision).definition
    wrong = checking.problems(conn, content, rules, frozen=True, begun=row.started)
    if wrong and row.state is State.DRAFT:
        return Refused(
            what=f"“{row.name}” cannot be reviewed as it stands.",
            fix="Edit it, then submit it again.",
            problems=tuple(wrong),
        )
    moved = acts.advance(
        conn,
        row.id,
        Action.SUBMIT,
        who=request.by,
        say=f"*{row.name}* is submitted for review by {at(request.by)}.",
        key=rules.key,
        now_ms=rules.now_ms,
    )
    if isinstance(moved, Forbidden):
        return forbidden(row, moved)
    if rules.rehearses:
        rehearsals.ask(conn, row.id, row.revision, now_ms=rules.now_ms)
    return Said(f"“{row.name}” is in review. Someone else may approve it now.", row.id)


def approve(conn: sqlite3.Connection, request: Approve, rules: Rules) -> Decision:
    """Approve exactly this content; a higher limit of a held run takes effect at once."""
    row = find(conn, request.name)
    if isinstance(row, Refused):
        return row
    if refusal := _may_decide(conn, row, request.by, request.hash):
        return refusal
    if row.amendment is not None:
        return amending.approve(conn, row, request.by, rules)
    raising = row.state is State.BLOCKED and row.reason == RAISE_REQUESTED
    action = Action.RELEASE if raising else Action.APPROVE
    moved = acts.advance(
        conn,
        row.id,
        action,
        who=request.by,
        reason="the limit was raised" if raising else "",
        say=f"Approved by {at(request.by)}.",
        key=rules.key,
        now_ms=rules.now_ms,
    )
    if isinstance(moved, Forbidden):
        given = campaigns.approval_of(conn, row.id, row.revision)
        if row.state is State.APPROVED and given is not None:
            return _approved_before(row, given.approver, request.by)
        return forbidden(row, Forbidden(row.state, Action.APPROVE, moved.allowed))
    answer = campaigns.approve(conn, row.id, row.revision, approver=request.by, now_ms=rules.now_ms)
    assert not isinstance(answer, NotAnother), "may_approve and the database agree"
    if raising:
        apply_raise(conn, row, request.by, rules)
        return Said(f"The limit of “{row.name}” is raised, and its run is judged again.", row.id)
    return Said(f"You approved “{row.name}”. It may be published now.", row.id)


def _approved_before(row: CampaignRow, approver: str, by: str) -> Refused:
    """Say who was first, to whoever pressed a moment later or twice."""
    who = "You have" if approver == by else f"{at(approver)} has"
    return Refused(
        what=f"{who} approved “{row.name}” already.",
        fix="It may be published now: Publish on its card lets it run.",
    )


def apply_raise(conn: sqlite3.Connection, row: CampaignRow, by: str, rules: Rules) -> None:
    """Let the held run go on by the latest revision, the one with the higher limit."""
    published = campaigns.publish(
        conn,
        row.id,
        row.revision,
        now_ms=rules.now_ms,
        instead=True,
        review_required=rules.review_required,
    )
    assert not isinstance(published, NotApproved), "it was approved in this transaction"
    for run in runs.of_campaign(conn, row.id):
        if run.state == "blocked":
            runs.answer_limit(conn, row.id, run.run, row.revision, by=by, now_ms=rules.now_ms)
            announcements.add(conn, "alert", row.id, subject=run.run, now_ms=rules.now_ms)
    announcements.add(conn, "card", row.id, now_ms=rules.now_ms)


def _may_decide(
    conn: sqlite3.Connection, row: CampaignRow, by: str, seen_hash: str
) -> Refused | None:
    latest = campaigns.revision_of(conn, row.id, row.revision)
    if seen_hash and seen_hash != latest.hash:
        return STALE
    editors = frozenset(campaigns.editors(conn, row.id))
    if not may_approve(by, author=row.author, editors=editors):
        return Refused(
            what="You wrote this campaign or edited it, so someone else must approve it.",
            fix="Ask a colleague who has not edited it to press Approve on its card.",
        )
    return None


def request_changes(conn: sqlite3.Connection, request: RequestChanges, rules: Rules) -> Decision:
    """Send it back with a comment; of a held run, decline the higher limit."""
    row = find(conn, request.name)
    if isinstance(row, Refused):
        return row
    latest = campaigns.revision_of(conn, row.id, row.revision)
    if request.hash and request.hash != latest.hash:
        return STALE
    comment = request.comment.strip()
    if not comment:
        return Refused(what="The comment is empty.", fix="Say what should change.")
    decision = _send_back(conn, row, request.by, comment, rules)
    if isinstance(decision, Said):
        _tell_writers(conn, row, latest.editor, request.by, comment, rules)
    return decision


def _send_back(
    conn: sqlite3.Connection, row: CampaignRow, by: str, comment: str, rules: Rules
) -> Decision:
    if row.amendment is not None:
        return amending.decline(conn, row, by, comment, rules)
    said = f"{at(by)} asks for changes: {comment}"
    if row.state is State.BLOCKED and row.reason == RAISE_REQUESTED:
        acts.set_reason(conn, row.id, "safety_limit", now_ms=rules.now_ms)
        _note(conn, row, by, "decline_limit", comment, said, rules)
        return Said(f"The higher limit of “{row.name}” was declined; its run stays held.", row.id)
    moved = acts.advance(
        conn,
        row.id,
        Action.REQUEST_CHANGES,
        who=by,
        reason=comment,
        say=said,
        key=rules.key,
        now_ms=rules.now_ms,
    )
    if isinstance(moved, Forbidden):
        return forbidden(row, moved)
    return Said(f"“{row.name}” went back to {at(row.author)} with your comment.", row.id)


def _tell_writers(
    conn: sqlite3.Connection,
    row: CampaignRow,
    editor: str,
    by: str,
    comment: str,
    rules: Rules,
) -> None:
    """Tell the author, and whoever wrote what was read, each directly: they are to act now."""
    body = f"{at(by)} asks for changes to *{row.name}*: {comment}"
    for writer in dict.fromkeys((row.author, editor)):
        if writer != by:
            announcements.add(
                conn, "direct", row.id, subject=writer, body=body, now_ms=rules.now_ms
            )


def _note(
    conn: sqlite3.Connection,
    row: CampaignRow,
    by: str,
    action: str,
    detail: str,
    said: str,
    rules: Rules,
) -> None:
    """Write an act that moves no state: audit, card and a reply."""
    acts.record(
        conn,
        who=by,
        action=action,
        campaign=row.id,
        detail=detail,
        key=rules.key,
        now_ms=rules.now_ms,
    )
    announcements.add(conn, "card", row.id, now_ms=rules.now_ms)
    announcements.add(conn, "reply", row.id, body=said, now_ms=rules.now_ms)
    for run in runs.of_campaign(conn, row.id):
        if run.state == "blocked":
            announcements.add(conn, "alert", row.id, subject=run.run, now_ms=rules.now_ms)
