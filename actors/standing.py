"""How a user and a campaign stand, in sentences: what explains that nothing happened."""

import sqlite3
from collections.abc import Iterator

from actors import turn
from actors.enough import enough
from actors.rules import Rules, at
from domain import explaining
from domain.campaign import Campaign
from domain.facts import User
from domain.identity import names_nobody
from domain.personal import UserZone
from domain.review import State
from domain.summary import summary
from domain.trigger import starts
from store import erased, runs
from store.campaigns import CampaignRow
from store.runs import Run
from store.trail import Trail

IDS_SHOWN_MAX = 10
BY_NOW = "as the profile and the history are now"
_MEANS = {
    State.PAUSED: "nothing of it is sent until somebody resumes it",
    State.BLOCKED: "a run waits for a person's decision",
    State.FAULTED: "it goes on when somebody resumes it",
}
_RUNS = {
    "blocked": "is held by its safety limit{limit}, and nobody got anything of it yet",
    "skipped": "was skipped{by}, and nobody got anything of it",
    "missed": "was missed: its time passed, and nobody got anything of it",
    "skipped_overlap": "was skipped: the run before it was not over in time; nobody got it",
    "stopped": "was stopped with the campaign",
    "drawing": "is being drawn",
    "sending": "is being sent",
    "done": "is done",
}


def standing(
    conn: sqlite3.Connection,
    found: Trail,
    row: CampaignRow,
    definition: Campaign,
    rules: Rules,
    *,
    values: bool = False,
) -> Iterator[str]:
    """Say what the user and the campaign are."""
    yield _user(conn, found, rules)
    if found.user is not None and found.user.anonymous:
        yield _device(found.user, definition)
    if len(found.ids) > 1:
        old = ", ".join(found.ids[1 : 1 + IDS_SHOWN_MAX])
        more = len(found.ids) - 1 - IDS_SHOWN_MAX
        too = f" and {more:,} more" if more > 0 else ""
        yield f"The person is known as {found.ids[0]}, and was known as {old}{too} before."
    reason = f" ({row.reason.replace('_', ' ')})" if row.reason else ""
    means = f": {_MEANS[row.state]}" if row.state in _MEANS else ""
    state = "a draft" if row.state is State.DRAFT else row.state.replace("_", " ")
    yield f"The campaign ({row.id}) is {state}{reason}{means}."
    if definition.kind == "live":
        yield from _live(found, definition)
    else:
        yield from _runs(conn, found, row, definition, rules, values=values)
    if found.user is not None:
        yield from enough(conn, row.id, definition, found.user, rules)


def _user(conn: sqlite3.Connection, found: Trail, rules: Rules) -> str:
    if found.broken:
        return "The user is known, but the stored profile cannot be read: nothing is sent to them."
    if found.user is None:
        if erased.among(conn, found.ids):
            return "The user was erased: nothing is kept of them, and nothing is sent."
        return "The user is not known: no event and no profile of this id ever came."
    if found.user.suppressed:
        return "The user is suppressed: nothing is sent to them."
    zone = found.user.zone or f"not known, so {rules.zone} counts"
    return f"The user is known; their time zone is {zone}."


def _device(user: User, definition: Campaign) -> str:
    known = "Only a device of the user is known, and no userId:"
    if names_nobody(user.user):
        return f"{known} its id is one that many devices share, so no campaign messages it."
    if definition.delivery.anonymous:
        return f"{known} the campaign messages such users too, by their anonymousId."
    return f"{known} the campaign messages no such users (`delivery.anonymous` allows it)."


def _live(found: Trail, definition: Campaign) -> Iterator[str]:
    assert definition.trigger is not None, "a live campaign has a trigger"
    if found.cursor is None:
        yield "It has not begun to look at events."
    else:
        ahead = sum(event.seq > found.cursor for event in found.events)
        yield (
            f"It has yet to look at {ahead:,} of what the user did."
            if ahead
            else "It has looked at everything that the user did."
        )
    if not found.events:
        names = dict.fromkeys(doing.event for doing in starts(definition.trigger))
        yield f"No event {' or '.join(f'“{name}”' for name in names)} of this user is in the log."


def _runs(
    conn: sqlite3.Connection,
    found: Trail,
    row: CampaignRow,
    definition: Campaign,
    rules: Rules,
    *,
    values: bool,
) -> Iterator[str]:
    every = runs.of_campaign(conn, row.id)
    yield from (_run(run) for run in every)
    if not every:
        when = next((text for label, text in summary(definition, rules.zone) if label == "When"))
        yield f"It has had no run. When: {when}."
    if found.user is None or found.messages or found.decisions:
        return
    failing = explaining.failing_parts(
        definition.who,
        found.user,
        found.history,
        now_ms=rules.now_ms,
        zone=rules.zone,
        values=values,
    )
    yield from (f"Not in the audience {BY_NOW}: {line}." for line in failing)
    if not failing:
        yield f"In the audience {BY_NOW}."
    yield from (
        turn.told(run, definition.when.personal, row, found.user, rules.zone)
        for run in every
        if run.state in runs.OPEN and isinstance(definition.when.personal, UserZone)
    )


def _run(run: Run) -> str:
    said = _RUNS.get(run.state, run.state).format(
        limit="" if run.safety_limit is None else f" of {run.safety_limit:,}",
        by=f" by {at(run.decided_by)}" if run.decided_by else "",
    )
    return f"Run {run.run} {said}; {run.qualified:,} qualified."
