"""A definition is kept: as a new campaign, or as the next revision of one that may be edited."""

import sqlite3

from actors import amending, checking, editing
from actors.mail import Draft, Refused
from actors.rules import IS, Decision, Rules, Said, at
from domain import schedule
from domain.review import TABLE, Action, Forbidden, State, before_edit
from store import acts, campaigns, revisions
from store.campaigns import CampaignRow, NameTaken


def draft(conn: sqlite3.Connection, request: Draft, rules: Rules) -> Decision:
    """Keep a definition: as a new campaign, or as an edit of one that may be edited."""
    row = campaigns.find(conn, request.edits or request.definition.name)
    begun = editing.begun(conn, row)
    if row is not None and begun is not None and begun.amends:
        return amending.amend(conn, request, row, begun, rules)
    wrong = checking.problems(
        conn, request.definition, rules, frozen=begun is not None, begun=begun is not None
    )
    if begun is not None:
        wrong += editing.fixed_problems(begun.revision.definition, request.definition)
    if wrong:
        return editing.not_saved(wrong)
    if row is None and request.edits:
        return Refused(
            what=f"There is no campaign “{request.edits}” to edit.", fix="Draft it as a new one."
        )
    if row is None:
        return _create(conn, request, rules)
    latest = campaigns.revision_of(conn, row.id, row.revision)
    saved = revisions.freeze(conn, request.definition) if begun is None else begun.revision.saved
    now = revisions.hash_of(request.definition, saved)
    if latest.hash == now and Action.EDIT in TABLE[row.state]:
        return _unchanged(row)
    holder = campaigns.find(conn, request.definition.name)
    if holder is not None and holder.id != row.id:
        return Refused(
            what=f"The name “{holder.name}” is taken.", fix="Give this campaign another name."
        )
    moved = acts.advance(
        conn,
        row.id,
        Action.EDIT,
        who=request.by,
        say=f"Edited by {at(request.by)}: an approval of the earlier content is void.",
        key=rules.key,
        now_ms=rules.now_ms,
    )
    if isinstance(moved, Forbidden):
        return _fixed(conn, row)
    number = campaigns.add_revision(
        conn, row.id, request.definition, editor=request.by, now_ms=rules.now_ms, saved=saved
    )
    said = f"Saved “{request.definition.name}” as revision {number}, a draft."
    if begun is not None:
        said += " It has no run until that is approved and published."
    return Said(said, row.id)


def _fixed(conn: sqlite3.Connection, row: CampaignRow) -> Refused:
    """Say that a campaign cannot be edited as it stands, and what to do about it."""
    runs_by = campaigns.revision_of(conn, row.id, row.published or row.revision).definition
    goes_on = not row.started or row.kind == "live" or schedule.comes_again(runs_by.when)
    first = before_edit(row.state, goes_on=goes_on)
    other = "ive it another name to draft a new campaign."
    return Refused(
        f"There is a campaign named “{row.name}”, and it {IS[row.state]}: it cannot be edited.",
        f"{first}, or g{other}" if first else f"G{other}",
    )


def _unchanged(row: CampaignRow) -> Decision:
    """Answer an edit that changes nothing: it voids no approval, and answers no comment."""
    if row.state is State.REJECTED:
        return Refused(
            what=f"“{row.name}” is unchanged, and changes were asked for: {row.reason}",
            fix="Change what the comment asks for, then save it again.",
        )
    return Said(f"“{row.name}” is unchanged: revision {row.revision} says the same.", row.id)


def _create(conn: sqlite3.Connection, request: Draft, rules: Rules) -> Decision:
    row = campaigns.create(
        conn, request.definition, author=request.by, channel=request.channel, now_ms=rules.now_ms
    )
    if isinstance(row, NameTaken):
        return Refused(
            what=f"The name “{row.name}” is taken.", fix="Give the campaign another name."
        )
    acts.record(
        conn,
        who=request.by,
        action="draft",
        campaign=row.id,
        detail=campaigns.revision_of(conn, row.id, row.revision).hash,
        key=rules.key,
        now_ms=rules.now_ms,
    )
    return Said(f"Drafted “{row.name}”. Submit it for review when it is ready.", row.id)
