"""What was too late for a user: the moment that a reason of the books is about, and whose it is."""

import sqlite3
from datetime import time
from functools import partial

from msgspec import Struct

from actors.rules import Rules, at
from actors.telling import moment, wall
from domain import personal, schedule
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.facts import Event, User
from domain.review import Action
from store.acts import ENGINE


class Case(Struct, frozen=True):
    """Whom and what a reason is about: by the definition that decided, at the moment it did.

    `expires_ms` and `cutoff_ms` are the message's own, if one was written; None: none was.
    """

    campaign: str
    definition: Campaign
    user: User | None
    run: str
    at_ms: int
    history: tuple[Event, ...] = ()
    values: bool = False
    expires_ms: int | None = None
    cutoff_ms: int | None = None


def too_late(conn: sqlite3.Connection, reason: str, case: Case, rules: Rules) -> str:
    """Return until when it could have gone; empty where the reason says all there is."""
    match reason:
        case SkipReason.EXPIRED if case.expires_ms is not None:
            return f"it was tried until {moment(case.expires_ms, rules.zone)}"
        case SkipReason.CUTOFF:
            return _cutoff(case, rules)
        case SkipReason.TIME_PASSED:
            return _own_time(case, rules)
        case SkipReason.CAMPAIGN_ENDED:
            ends_ms = schedule.ends_ms(case.definition.when, account_zone=rules.zone)
            ended = ends_ms is not None and ends_ms <= case.at_ms
            return f"its end was at {moment(ends_ms, rules.zone)}" if ended and ends_ms else ""
        case SkipReason.DATE_IN_PAST:
            trigger = case.definition.trigger
            if trigger is None or trigger.date is None:
                return ""
            return f"it goes by “{trigger.date.property}” of the event, and by 2 hours at most"
        case SkipReason.PAUSED_DROPPED:
            return _paused(conn, case, rules)
        case _:
            return ""


def _cutoff(case: Case, rules: Rules) -> str:
    zone, whose = _whose(case, rules)
    ends_ms = case.cutoff_ms
    if ends_ms is None:
        when = case.definition.when
        ends_ms = schedule.cutoff_ms(when, case.run, account_zone=rules.zone)
        due_ms = _due_ms(case, rules)
        if when.personal is not None and when.cutoff is not None and due_ms is not None:
            cutoff = time.fromisoformat(when.cutoff)
            ends_ms = personal.cutoff_ms(schedule.wall_of(case.run), cutoff, zone, due_ms=due_ms)
    return "" if ends_ms is None else f"it was at {wall(ends_ms, zone)}, {whose}"


def _own_time(case: Case, rules: Rules) -> str:
    """Tell when the user's own time was, before which the run had not begun."""
    due_ms = _due_ms(case, rules)
    if due_ms is None:
        return ""
    zone, whose = _whose(case, rules)
    return f"it was {wall(due_ms, zone)}, {whose}"


def _due_ms(case: Case, rules: Rules) -> int | None:
    """Return when the user was due in the run, however long ago that was."""
    own = case.definition.when.personal
    if own is None or case.user is None:
        return None
    due = partial(
        personal.due_ms,
        own,
        schedule.wall_of(case.run),
        case.user,
        account_zone=rules.zone,
        done_ms=[event.time_ms for event in case.history],
    )
    found = due(begins_ms=0)
    return None if isinstance(found, SkipReason) else found


def _whose(case: Case, rules: Rules) -> tuple[str, str]:
    """Return the zone of a moment, and whose that is."""
    when = case.definition.when
    if when.personal is None or case.user is None:
        return when.zone or rules.zone, "the campaign's zone" if when.zone else "the account's zone"
    if case.user.zone:
        return case.user.zone, "the user's zone"
    return rules.zone, "the account's zone, as the user's is not known"


def _paused(conn: sqlite3.Connection, case: Case, rules: Rules) -> str:
    row = conn.execute(
        "SELECT at_ms, who FROM audit WHERE campaign = ? AND action = ? AND at_ms <= ?"
        " ORDER BY id DESC LIMIT 1",
        (case.campaign, Action.PAUSE, case.at_ms),
    ).fetchone()
    if row is None:
        return ""
    who = "it paused itself" if row[1] == ENGINE else f"{at(row[1])} paused it"
    return f"{who} at {moment(row[0], rules.zone)}"
