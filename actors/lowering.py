"""A cap is lowered: at once and without a review, because fewer people get something."""

import sqlite3

from actors.mail import Refused
from actors.mail_limits import LowerCap
from actors.rules import IS, Decision, Rules, Said, at, find
from domain.campaign import Limits
from domain.review import PUBLISHED, State
from store import acts, announcements, campaigns, lowered
from store.campaigns import CampaignRow

CALLED = {"total": "in all", "day": "a day", "run": "a run"}
"""Each kind of cap, as the end of "At most 500 messages"."""


def lower(conn: sqlite3.Connection, request: LowerCap, rules: Rules) -> Decision:
    """Let a published campaign send fewer; what waits to be sent already keeps its place."""
    row = find(conn, request.name)
    if isinstance(row, Refused):
        return row
    if row.published is None or row.state not in PUBLISHED | {State.FAULTED}:
        return Refused(
            what=f"“{row.name}” {IS[row.state]}, so nothing is sent by its caps.",
            fix="Lower the cap of a campaign that is published; edit what is not.",
        )
    published = campaigns.revision_of(conn, row.id, row.published).definition.limits
    found = _cap(row, lowered.limits(conn, row.id, published), request.which or "")
    if isinstance(found, Refused):
        return found
    kind, most = found
    if not 1 <= request.lim < most:
        return Refused(
            what=f"{request.lim:,} is not lower than the cap of {most:,} {CALLED[kind]}.",
            fix="Choose a lower one, of 1 at least. Nothing more at all: pause or stop it. A higher"
            " cap is another campaign: clone it, and somebody else approves that.",
        )
    lowered.lower(conn, row.id, kind, request.lim)
    acts.record(
        conn,
        who=request.by,
        action="lower_cap",
        campaign=row.id,
        detail=f"{kind}: {most} -> {request.lim}",
        key=rules.key,
        now_ms=rules.now_ms,
    )
    done = f"from {most:,} to {request.lim:,} messages {CALLED[kind]}"
    announcements.add(conn, "card", row.id, now_ms=rules.now_ms)
    said = f"{at(request.by)} lowers the cap {done}."
    announcements.add(conn, "reply", row.id, body=said, now_ms=rules.now_ms)
    return Said(f"The cap of “{row.name}” is lowered {done}; it holds now.", row.id)


def _cap(row: CampaignRow, limits: Limits, kind: str) -> tuple[str, int] | Refused:
    """Return the cap that is meant, the only one if none is named, and how high it is now."""
    there: dict[str, int] = {
        each: most
        for each, name in lowered.FIELDS.items()
        if (most := getattr(limits, name)) is not None
    }
    if not kind and len(there) == 1:
        kind = next(iter(there))
    if kind in there:
        return kind, there[kind]
    if not there:
        return Refused(
            what=f"“{row.name}” has no cap that could be lowered.", fix="Pause it, or stop it."
        )
    named = " and ".join(f"{most:,} {CALLED[each]}" for each, most in there.items())
    what = f"“{row.name}” has no cap {CALLED[kind]}" if kind else "Which cap is meant is not said"
    return Refused(what=f"{what}: it has {named}.", fix="Say which: in all, a day or a run.")
