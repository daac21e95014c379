"""A change of mind: what was published to run now is taken back before it begins."""

import sqlite3

from actors.mail import Refused
from actors.mail_shelf import Undo
from actors.rules import IS, Decision, Rules, Said, at, find
from domain import schedule
from domain.review import OVER, UNPUBLISHED, Action, Forbidden, State
from store import acts, campaigns


def undo(conn: sqlite3.Connection, request: Undo, rules: Rules) -> Decision:
    """Make it a draft again, as it was read; nobody has been messaged, and nobody is."""
    row = find(conn, request.name)
    if isinstance(row, Refused):
        return row
    content = campaigns.revision_of(conn, row.id, row.revision).definition
    waits = (
        row.state is State.SCHEDULED
        and not row.started
        and content.kind == "past_behaviour"
        and schedule.is_now(content.when)
        and rules.now_ms < (row.published_ms or 0)
    )
    if row.state in UNPUBLISHED:
        return Refused(
            what=f"“{row.name}” {IS[row.state]}: nothing was published that could be taken back.",
            fix="Nobody is messaged before somebody publishes it; `/campaign edit` changes it.",
        )
    if not waits and row.state in OVER:
        return Refused(
            what=f"“{row.name}” {IS[row.state]}: there is nothing to take back any more.",
            fix="`/campaign report` says what came of it.",
        )
    if not waits:
        return Refused(
            what=f"“{row.name}” {IS[row.state]}: there is nothing to take back any more.",
            fix=_instead(row.state),
        )
    moved = acts.advance(
        conn,
        row.id,
        Action.EDIT,
        who=request.by,
        reason="taken back before it began",
        say=f"Taken back by {at(request.by)} before it began. Nobody was messaged.",
        key=rules.key,
        now_ms=rules.now_ms,
    )
    assert not isinstance(moved, Forbidden), "what is scheduled may be edited"
    return Said(
        f"“{row.name}” is taken back before it began: it is a draft again, and nobody was"
        " messaged. Submit it for review when it is right.",
        row.id,
    )


def _instead(state: State) -> str:
    """Say what else halts a campaign in this state."""
    if state is State.PAUSED:
        return "Nothing is sent while it is paused. Stop it if it must not go on."
    return "Pause or stop it: that works at once, and says how much was beyond recall."
