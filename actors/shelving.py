"""Decisions on campaigns that are over: use one again under a new name, put one away."""

import sqlite3
from collections.abc import Callable
from typing import Any

from msgspec import structs

from actors.drafting import draft
from actors.mail import Draft, Refused
from actors.mail_shelf import Archive, Clone
from actors.rules import IS, Decision, Rules, Said, find
from domain.review import State
from store import acts, campaigns

_AT_REST = frozenset({State.DRAFT, State.REJECTED, State.STOPPED, State.COMPLETED})
"""Nothing happens to these unless somebody begins it."""


def clone(conn: sqlite3.Connection, request: Clone, rules: Rules) -> Decision:
    """Draft the latest content again, for another person and another time to decide about.

    State, statistics and approvals stay behind, and users' allowances start afresh.
    """
    row = find(conn, request.name)
    if isinstance(row, Refused):
        return row
    name = request.new_name.strip()
    taken = campaigns.find(conn, name)
    if taken is not None:
        return Refused(what=f"The name “{taken.name}” is taken.", fix="Choose another name.")
    content = campaigns.revision_of(conn, row.id, row.revision).definition
    copy = Draft(structs.replace(content, name=name), request.by, request.channel)
    made = draft(conn, copy, rules)
    if isinstance(made, Refused):
        return structs.replace(
            made,
            what=f"A copy of “{row.name}” would not be right as it stands.",
            fix=f"Take the definition, correct it and draft it: clarion campaign show"
            f' "{row.name}" --definition. Nothing was saved.',
        )
    return Said(f"Drafted “{name}” from “{row.name}”. Submit it when it is ready.", made.campaign)


def archive(conn: sqlite3.Connection, request: Archive, rules: Rules) -> Decision:
    """Take a campaign that is at rest out of the lists, or bring it back."""
    row = find(conn, request.name)
    if isinstance(row, Refused):
        return row
    where = "in the archive" if request.archived else "in the lists"
    if row.archived == request.archived:
        return Said(f"“{row.name}” is {where} already.", row.id)
    if request.archived and row.state not in _AT_REST:
        return Refused(
            what=f"“{row.name}” {IS[row.state]}, so it cannot be archived now.",
            fix="Decide its review first, or stop it.",
        )
    campaigns.archive(conn, row.id, archived=request.archived, now_ms=rules.now_ms)
    acts.record(
        conn,
        who=request.by,
        action="archive" if request.archived else "unarchive",
        campaign=row.id,
        detail="",
        key=rules.key,
        now_ms=rules.now_ms,
    )
    return Said(f"“{row.name}” is {where} now.", row.id)


DECISIONS: dict[type[Any], Callable[[sqlite3.Connection, Any, Rules], Decision]] = {
    Clone: clone,
    Archive: archive,
}
"""What each request is decided by."""
