"""What the desk's decisions share: the present, the house rules, and how a refusal reads."""

import re
import sqlite3

from msgspec import Struct

from actors.mail import Refused
from domain.review import Forbidden
from store import campaigns
from store.campaigns import CampaignRow

_PERSON = re.compile(r"[A-Z0-9._@-]{1,64}")


class Rules(Struct, frozen=True):
    """The house rules of one decision, and when it is made."""

    now_ms: int
    key: bytes
    zone: str
    review_required: bool = True
    approvers: tuple[str, ...] = ()


class Said(Struct, frozen=True):
    """It is done: the sentence for who asked, and which campaign it was about."""

    message: str
    campaign: str


Decision = Said | Refused

_VERBS = {
    "edit": "edit",
    "submit": "submit for review",
    "approve": "approve",
    "request_changes": "request changes",
    "publish": "publish",
    "pause": "pause",
    "resume": "resume",
    "stop": "stop",
}


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
    return Refused(
        what=f"There is no campaign named “{name}”.",
        fix="Take a name from `/campaign list` or `clarion campaign list`.",
    )


def forbidden(row: CampaignRow, no: Forbidden) -> Refused:
    """Say why the life cycle has no such step, and which steps it has."""
    able = [_VERBS[action] for action in no.allowed if action in _VERBS]
    verb = _VERBS.get(no.action, str(no.action))
    state = row.state.replace("_", " ")
    return Refused(
        what=f"“{row.name}” is {state}; it is not possible to {verb} it now.",
        fix=f"What is possible: {', '.join(able)}."
        if able
        else "It is over: draft a new campaign with another name to send again.",
    )
