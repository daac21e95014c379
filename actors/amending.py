"""Amendments: what a campaign says changes while it runs.

Saving asks a second person at once: there is no draft of it. Until they approve, what was approved
before goes on; and a run that has begun ends by what it began with, so that nobody gets half of one
and half of the other. A live campaign has one run without an end: there it holds for who qualifies
from then on. Where the operator has switched reviews off, publishing it is enough.
"""

import sqlite3

from actors import checking, editing
from actors.editing import Begun
from actors.mail import Draft, Refused
from actors.onward import more
from actors.rules import Decision, Rules, Said, at
from store import acts, amendments, announcements, campaigns, revisions, runs
from store.campaigns import CampaignRow, NameTaken, NotAnother, NotApproved

_HOLDS = {
    "past_behaviour": "from the next run on; a run that has begun ends as it began",
    "live": "for who qualifies from then on; what waits to be sent goes as it is",
}
"""From when on what was approved holds, by the kind of the campaign."""


def amend(
    conn: sqlite3.Connection, request: Draft, row: CampaignRow, begun: Begun, rules: Rules
) -> Decision:
    """Ask for an amendment, instead of one that was asked for; what runs again withdraws it."""
    before = begun.revision
    wrong = checking.problems(conn, request.definition, rules, frozen=True, begun=True)
    wrong += editing.fixed_problems(before.definition, request.definition, begun.may_change)
    if wrong:
        return editing.not_saved(wrong)
    now = revisions.hash_of(request.definition, before.saved)
    if now == before.hash:
        return _as_before(conn, row, request.by, rules)
    if now == campaigns.revision_of(conn, row.id, row.revision).hash:
        return Said(f"“{row.name}” is unchanged: this is asked for already.", row.id)
    if not _comes_again(conn, row, before, rules):
        return Refused(
            what=f"“{row.name}” has no run after those that have begun, so nothing can change.",
            fix="Stop it if it must not go on, and draft a new campaign with another name.",
        )
    number = campaigns.add_revision(
        conn,
        row.id,
        request.definition,
        editor=request.by,
        now_ms=rules.now_ms,
        saved=before.saved,
    )
    assert not isinstance(number, NameTaken), "the name stays"
    _record(conn, row, request.by, "amend", rules)
    amendments.ask(conn, row.id, number, now_ms=rules.now_ms)
    revisions.asked_about(conn, row.id, number)
    said = f"*{row.name}* runs, and {at(request.by)} asks to change what it says."
    _show(conn, row, rules)
    announcements.add(conn, "call", row.id, body=said, now_ms=rules.now_ms)
    yes = "someone who has not edited it approves" if rules.review_required else "it is published"
    return Said(
        f"Saved as revision {number} of “{row.name}”, and asked for a review. Once {yes}, it holds"
        f" {_HOLDS[row.kind]}. Until then nothing changes.",
        row.id,
    )


def approve(conn: sqlite3.Connection, row: CampaignRow, by: str, rules: Rules) -> Decision:
    """Let the amendment hold; the caller has asked whether this person may decide."""
    answer = campaigns.approve(conn, row.id, row.revision, approver=by, now_ms=rules.now_ms)
    assert not isinstance(answer, NotAnother), "may_approve and the database agree"
    _record(conn, row, by, "approve_amendment", rules)
    _put_in_force(conn, row, row.revision, f"Approved by {at(by)}", rules)
    said = f"You approved the amendment of “{row.name}”. It holds {_HOLDS[row.kind]}."
    return Said(said, row.id)


def publish(conn: sqlite3.Connection, row: CampaignRow, by: str, rules: Rules) -> Decision:
    """Let the amendment hold though nobody approved it, as the operator's configuration allows."""
    if rules.review_required:
        return Refused(
            what=f"“{row.name}” runs, and what is asked for waits for a second person.",
            fix="Someone who has not edited it approves it on its card; then it holds by itself.",
        )
    _record(conn, row, by, "publish_amendment", rules)
    _put_in_force(conn, row, row.revision, f"Published by {at(by)}, without review", rules)
    return Said(f"“{row.name}” is amended. It holds {_HOLDS[row.kind]}.", row.id)


def decline(
    conn: sqlite3.Connection, row: CampaignRow, by: str, comment: str, rules: Rules
) -> Decision:
    """Leave everything as it is; the comment stands under the card."""
    amendments.end(conn, row.id, now_ms=rules.now_ms)
    _record(conn, row, by, "decline_amendment", rules, comment)
    said = f"{at(by)} declines the amendment: {comment}"
    _show(conn, row, rules, said)
    return Said(f"The amendment of “{row.name}” is declined: it goes on as it is.", row.id)


def _as_before(conn: sqlite3.Connection, row: CampaignRow, by: str, rules: Rules) -> Decision:
    if not amendments.end(conn, row.id, now_ms=rules.now_ms):
        return Said(f"“{row.name}” is unchanged: revision {row.revision} says the same.", row.id)
    _record(conn, row, by, "withdraw_amendment", rules)
    _show(conn, row, rules, f"{at(by)} withdraws the amendment.")
    return Said(f"The amendment of “{row.name}” is withdrawn: it goes on as it is.", row.id)


def _put_in_force(
    conn: sqlite3.Connection, row: CampaignRow, number: int, said: str, rules: Rules
) -> None:
    published = campaigns.publish(
        conn,
        row.id,
        number,
        now_ms=rules.now_ms,
        instead=True,
        review_required=rules.review_required,
    )
    assert not isinstance(published, NotApproved), "it was approved in this transaction"
    if row.published is not None and row.kind == "live":
        amendments.hand_on_cursor(conn, row.id, row.published, number)
    amendments.end(conn, row.id, now_ms=rules.now_ms)
    said = f"{said}: revision {number} holds {_HOLDS[row.kind]}."
    _show(conn, row, rules, acts.with_head(conn, said))


def _comes_again(
    conn: sqlite3.Connection, row: CampaignRow, before: revisions.Revision, rules: Rules
) -> bool:
    """Tell whether a run is still to begin; a live campaign goes on until it ends."""
    if row.kind == "live":
        return True
    begun_ms = max((run.due_ms for run in runs.of_campaign(conn, row.id)), default=0)
    after_ms = max(begun_ms, rules.now_ms)
    return more(row, before.definition, after_ms, zone=rules.zone) is not None


def _record(
    conn: sqlite3.Connection,
    row: CampaignRow,
    by: str,
    action: str,
    rules: Rules,
    detail: str = "",
) -> None:
    """Write the act, with the content that it is about unless something else is said."""
    current = campaigns.find(conn, row.id) or row
    latest = campaigns.revision_of(conn, row.id, current.revision)
    acts.record(
        conn,
        who=by,
        action=action,
        campaign=row.id,
        detail=detail or latest.hash,
        key=rules.key,
        now_ms=rules.now_ms,
    )


def _show(conn: sqlite3.Connection, row: CampaignRow, rules: Rules, said: str = "") -> None:
    """Bring the card up to date, with a reply under it."""
    announcements.add(conn, "card", row.id, now_ms=rules.now_ms)
    if said:
        announcements.add(conn, "reply", row.id, body=said, now_ms=rules.now_ms)
