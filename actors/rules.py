"""What the desk's decisions share: the present, the house rules, and how a refusal reads."""

import re
import sqlite3
from difflib import get_close_matches

from msgspec import Struct

from actors.mail import Refused
from domain.control import NO_CONTROLS, Controls
from domain.review import Forbidden, State
from domain.words import NEAR
from store import campaigns
from store.allowance import UNBOUND, Bounds
from store.campaigns import CampaignRow

PART_CHARS_MIN = 3
"""So many letters of a name at least tell what was meant."""
MEANT_MAX = 3
"""Of so many campaigns at most a part of a name is taken as one of them."""
_PERSON = re.compile(r"[A-Z0-9._@-]{1,64}")


class Rules(Struct, frozen=True):
    """The house rules of one decision, and when it is made."""

    now_ms: int
    key: bytes
    zone: str
    review_required: bool = True
    controls: Controls = NO_CONTROLS
    bounds: Bounds = UNBOUND
    messages_per_second: int = 0  # of all campaigns together; 0: no pace is known
    rehearses: bool = False  # what is submitted


class Said(Struct, frozen=True):
    """It is done: the sentence for who asked, and which campaign it was about."""

    message: str
    campaign: str


Decision = Said | Refused

_VERBS = {
    "edit": ("edit", "edited"),
    "submit": ("submit for review", "submitted for review"),
    "approve": ("approve", "approved"),
    "request_changes": ("request changes", "sent back for changes"),
    "publish": ("publish", "published"),
    "pause": ("pause", "paused"),
    "resume": ("resume", "resumed"),
    "stop": ("stop", "stopped"),
}
"""What a person does, as a suggestion and as what cannot be done."""

IS = {
    State.DRAFT: "is a draft",
    State.IN_REVIEW: "is in review",
    State.REJECTED: "was sent back for changes",
    State.APPROVED: "is approved and not yet published",
    State.SCHEDULED: "is scheduled",
    State.RUNNING: "is running",
    State.AWAITING_NEXT_RUN: "waits for its next run",
    State.PAUSED: "is paused",
    State.BLOCKED: "is held by its safety limit",
    State.FAULTED: "was stopped by a fault",
    State.STOPPED: "is stopped for ever",
    State.COMPLETED: "is completed",
}
"""Each state as the end of a sentence."""


def person(given: str) -> str | Refused:
    """Return the one way to write a person's id, or why it is none.

    Whoever could write one id in two ways could approve a campaign of their own; Slack's ids are
    capital letters and digits.
    """
    who = given.strip().upper()
    if _PERSON.fullmatch(who):
        return who
    return Refused(
        what=f"“{given:.60}” is no user id.",
        fix="Say who you are by your Slack user id, such as U0ANA00001.",
    )


def at(who: str) -> str:
    """Name a person in a sentence: `@U0ANA00001`."""
    return f"@{who}"


def find(conn: sqlite3.Connection, name: str) -> CampaignRow | Refused:
    """Return the campaign of this name or id, or a refusal that helps."""
    row = campaigns.find(conn, name)
    if row is not None:
        return row
    return Refused(what=f"There is no campaign named “{name}”.", fix=_offered(conn, name))


def _offered(conn: sqlite3.Connection, name: str) -> str:
    """Return the name that was meant, as far as one can tell, and where the names are."""
    by_folded = {row.name.casefold(): row.name for row in campaigns.everyone(conn)}
    typed = name.casefold().strip()
    has_it = [each for each in by_folded if typed in each] if len(typed) >= PART_CHARS_MIN else []
    if not 0 < len(has_it) <= MEANT_MAX:  # else "spring" is part of "Spring winback"
        has_it = get_close_matches(typed, by_folded, n=1, cutoff=NEAR)
    names = " or ".join(f"“{by_folded[each]}”" for each in sorted(has_it))
    meant = f"Did you mean {names}? " if names else ""
    return f"{meant}All names: `/campaign list`; at a terminal `clarion campaign list`."


def forbidden(row: CampaignRow, no: Forbidden) -> Refused:
    """Say why the life cycle has no such step, and which steps it has."""
    able = [_VERBS[action][0] for action in no.allowed if action in _VERBS]
    _, done = _VERBS.get(no.action, ("", f"{no.action}"))
    if row.state is State.BLOCKED:
        able = ["send to a random few", "raise the limit", "skip the run", *able]
    return Refused(
        what=f"“{row.name}” {IS[row.state]}, so it cannot be {done} now.",
        fix=f"What is possible: {', '.join(able)}."
        if able
        else "It is over: draft a new campaign with another name to send again.",
    )
