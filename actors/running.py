"""Decisions on what runs: pause, stop, and the four answers to a held run."""

import sqlite3

import msgspec

from actors.mail import Pause, RaiseLimit, Refused, SendSample, SkipRun, Stop
from actors.onward import more, others
from actors.reviewing import apply_raise
from actors.rules import Decision, Rules, Said, at, find, forbidden
from domain import schedule
from domain.books import SkipReason
from domain.review import RAISE_REQUESTED, Action, Forbidden, State
from store import acts, amendments, announcements, campaigns, outbox, revisions, runs
from store.campaigns import CampaignRow, NameTaken
from store.fault_points import reach
from store.runs import Run

NOT_HELD = Refused(
    what="This run is not held any more: someone has answered, or it was stopped.",
    fix="Look at the campaign with `/campaign show`.",
)


def pause(conn: sqlite3.Connection, request: Pause, rules: Rules) -> Decision:
    """Send nothing until resumed."""
    return simple(conn, request.name, request.by, Action.PAUSE, "Paused", rules)


def stop(conn: sqlite3.Connection, request: Stop, rules: Rules) -> Decision:
    """Stop for ever: what waits is cancelled, a run that is held or drawn is closed."""
    said = simple(conn, request.name, request.by, Action.STOP, "Stopped", rules)
    if isinstance(said, Refused):
        return said
    for run in runs.of_campaign(conn, said.campaign):
        if run.state in runs.OPEN:
            runs.stop(conn, run, by=request.by, now_ms=rules.now_ms)
            if run.safety_limit is not None:  # it was held once, so it has an alert to update
                announcements.add(
                    conn, "alert", said.campaign, subject=run.run, now_ms=rules.now_ms
                )
    reach("stop.runs_closed")
    outbox.cancel_open(conn, said.campaign, SkipReason.STOPPED, now_ms=rules.now_ms)
    reach("stop.messages_cancelled")
    return said


def simple(
    conn: sqlite3.Connection, name: str, by: str, action: Action, done: str, rules: Rules
) -> Decision:
    """Move a campaign on for a person, and say so under its card."""
    row = find(conn, name)
    if isinstance(row, Refused):
        return row
    moved = acts.advance(
        conn,
        row.id,
        action,
        who=by,
        say=f"{done} by {at(by)}.",
        key=rules.key,
        now_ms=rules.now_ms,
    )
    if isinstance(moved, Forbidden):
        return forbidden(row, moved)
    return Said(f"{done} “{row.name}”.", row.id)


def _held(conn: sqlite3.Connection, name: str, slot: str) -> tuple[CampaignRow, Run] | Refused:
    row = find(conn, name)
    if isinstance(row, Refused):
        return row
    run = runs.find(conn, row.id, slot)
    if row.state is not State.BLOCKED or run is None or run.state != "blocked":
        return NOT_HELD
    return row, run


def _sendable(
    conn: sqlite3.Connection, name: str, slot: str, rules: Rules
) -> tuple[CampaignRow, Run] | Refused:
    """Return a held run of which something may still be sent."""
    held = _held(conn, name, slot)
    if isinstance(held, Refused):
        return held
    return _cut_off(conn, *held, rules) or held


def _cut_off(conn: sqlite3.Connection, row: CampaignRow, run: Run, rules: Rules) -> Refused | None:
    """Say that nothing of a held run would go any more, because its cut-off has passed."""
    assert row.published is not None, "a blocked campaign was published"
    when = campaigns.revision_of(conn, row.id, row.published).definition.when
    cutoff_ms = schedule.cutoff_ms(when, run.run, account_zone=row.zone_in(rules.zone))
    if cutoff_ms is None or rules.now_ms < cutoff_ms:
        return None
    return Refused(
        what=f"The cut-off of this run, {when.cutoff}, has passed: nothing of it would be sent.",
        fix="Skip the run, or stop the campaign.",
    )


def send_sample(conn: sqlite3.Connection, request: SendSample, rules: Rules) -> Decision:
    """Let a held run go to a random few, never more than the limit that was approved."""
    held = _sendable(conn, request.name, request.run, rules)
    if isinstance(held, Refused):
        return held
    row, run = held
    limit = run.safety_limit or 0
    n = request.n or limit
    if not 1 <= n <= limit:
        return Refused(
            what=f"{n:,} is not between 1 and the safety limit of {limit:,}.",
            fix="Choose fewer users, or raise the limit, which a second person approves.",
        )
    runs.answer_sample(conn, row.id, run.run, n, by=request.by, now_ms=rules.now_ms)
    said = f"{at(request.by)} sends to a random {n:,} of the {run.qualified:,} who qualify."
    _answer(conn, row, run, Action.RELEASE, request.by, f"random {n}", said, rules)
    return Said(f"“{row.name}” goes to a random {n:,} users.", row.id)


def skip_run(conn: sqlite3.Connection, request: SkipRun, rules: Rules) -> Decision:
    """Close a held run: nobody is messaged by it."""
    held = _held(conn, request.name, request.run)
    if isinstance(held, Refused):
        return held
    row, run = held
    runs.skip(conn, run, by=request.by, now_ms=rules.now_ms)
    said = f"{at(request.by)} skips this run: nobody is messaged."
    assert row.published is not None, "a blocked campaign was published"
    content = campaigns.revision_of(conn, row.id, row.published).definition
    after = more(row, content, run.due_ms, zone=rules.zone)
    if after is not None:
        said += f" The next run is that of {after.name}."
    action = Action.COMPLETE if after is None else Action.FINISH_RUN
    if others(conn, run):  # whose users wait for times of their own
        action = Action.RELEASE
    _answer(conn, row, run, action, request.by, "run skipped", said, rules)
    return Said(f"The run of “{row.name}” is skipped; nobody is messaged.", row.id)


def raise_limit(conn: sqlite3.Connection, request: RaiseLimit, rules: Rules) -> Decision:
    """Ask for a higher safety limit: a new revision, which a second person approves."""
    held = _sendable(conn, request.name, request.run, rules)
    if isinstance(held, Refused):
        return held
    row, run = held
    limit = run.safety_limit or 0
    if request.limit <= limit:
        return Refused(
            what=f"{request.limit:,} is not more than the safety limit of {limit:,}.",
            fix=f"{run.qualified:,} users qualify; name a limit of at least that many.",
        )
    assert row.published is not None, "a blocked campaign was published"
    held_by = campaigns.revision_of(conn, row.id, row.published)
    content = held_by.definition
    withdrawn = amendments.end(conn, row.id, now_ms=rules.now_ms)
    gone = " What was asked for before is withdrawn: save it again." if withdrawn else ""
    limits = msgspec.structs.replace(content.limits, safety_limit=request.limit)
    higher = msgspec.structs.replace(content, limits=limits)
    number = campaigns.add_revision(
        conn,
        row.id,
        higher,
        editor=request.by,
        now_ms=rules.now_ms,
        saved=held_by.saved,  # only the limit is asked about, not whom it is for
    )
    assert not isinstance(number, NameTaken), "the name stays"
    if not rules.review_required:
        return _raise_alone(conn, row, request, rules)
    acts.set_reason(conn, row.id, RAISE_REQUESTED, now_ms=rules.now_ms)
    acts.record(
        conn,
        who=request.by,
        action="request_limit",
        campaign=row.id,
        detail=f"{limit} -> {request.limit}",
        key=rules.key,
        now_ms=rules.now_ms,
    )
    said = (
        f"*{row.name}*: {at(request.by)} asks to raise the safety limit"
        f" from {limit:,} to {request.limit:,}.{gone}"
    )
    announcements.add(conn, "card", row.id, now_ms=rules.now_ms)
    revisions.asked_about(conn, row.id, number)
    announcements.add(conn, "call", row.id, body=said, now_ms=rules.now_ms)
    announcements.add(conn, "alert", row.id, subject=run.run, now_ms=rules.now_ms)
    return Said(
        f"Asked to raise the limit of “{row.name}” to {request.limit:,}."
        f" Someone who has not edited it must approve that on the review card.{gone}",
        row.id,
    )


def _raise_alone(
    conn: sqlite3.Connection, row: CampaignRow, request: RaiseLimit, rules: Rules
) -> Decision:
    """Raise the limit at once: the operator's configuration asks for no second person."""
    raised = f"the limit was raised to {request.limit:,} without review"
    moved = acts.advance(
        conn,
        row.id,
        Action.RELEASE,
        who=request.by,
        reason=raised,
        say=f"{at(request.by)}: {raised}, as the operator's configuration allows.",
        key=rules.key,
        now_ms=rules.now_ms,
    )
    assert isinstance(moved, State), "a blocked campaign can be released"
    now = campaigns.find(conn, row.id)
    assert now is not None, "a campaign that moved exists"
    apply_raise(conn, now, request.by, rules)
    return Said(f"The limit of “{row.name}” is raised, and its run is judged again.", row.id)


def _answer(
    conn: sqlite3.Connection,
    row: CampaignRow,
    run: Run,
    action: Action,
    by: str,
    reason: str,
    said: str,
    rules: Rules,
) -> None:
    moved = acts.advance(
        conn,
        row.id,
        action,
        who=by,
        reason=reason,
        say=said,
        key=rules.key,
        now_ms=rules.now_ms,
    )
    assert isinstance(moved, State), "a blocked campaign can be released and completed"
    announcements.add(conn, "alert", row.id, subject=run.run, now_ms=rules.now_ms)
