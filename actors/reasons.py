"""What a reason means for one user: which limit and when it frees, which window, which draw.

It says what is known from the stored rows and the definition that decided, and is empty where the
reason says all there is.
"""

import sqlite3
from datetime import time, timedelta
from typing import assert_never

from msgspec import structs

from actors.reasons_of_time import Case, too_late
from actors.refused_by import LIMITS_ON_ONE, refused_by
from actors.rules import Rules
from actors.telling import moment, wall
from domain import drawn, explaining, schedule
from domain.books import SkipReason
from domain.personal import BestTime, Personal, UserProperty, UserZone, due_ms
from domain.quiet import ends_after
from domain.summary import summary
from domain.variants import AbTest
from domain.verdict import Hold, at_rest
from domain.zones import day_key, local_wall, resolve_local
from store import caps, variants
from store.trail import Message

DO_NOT_DISTURB = "Do not disturb"


def because(conn: sqlite3.Connection, reason: str, case: Case, rules: Rules) -> str:
    """Return what more there is to say of why a user got nothing."""
    match reason:
        case SkipReason.NOT_IN_PORTION if case.user is not None:
            return drawn.tell_portion(case.campaign, case.definition, case.user)
        case SkipReason.CAP_RUN | SkipReason.SAFETY_NOT_DRAWN:
            return _draw(case)
        case SkipReason.CAP_REACHED:
            told = _full(conn, case.campaign, caps.TOTAL, "frees only when somebody raises it")
            drawn_too = _draw(case) if case.definition.kind == "past_behaviour" else ""
            return "; ".join(each for each in (told, drawn_too) if each)
        case SkipReason.CAP_DAY if case.definition.when.personal is not None:
            return f"the day of {rules.zone} on which the user's own time is was full"
        case SkipReason.CAP_DAY:
            day = day_key(case.at_ms, rules.zone)
            next_ms = _next_day_ms(case.at_ms, rules.zone)
            frees = moment(next_ms, rules.zone)
            begins = "begins" if next_ms > rules.now_ms else "began"
            return _full(conn, case.campaign, caps.day(day), f"a new day {begins} at {frees}")
        case SkipReason.DND_DISCARD:
            return window(case, rules)
        case SkipReason.FILTER_NO_LONGER_MATCHES:
            return _filter(case, rules)
        case reason if reason in LIMITS_ON_ONE and case.user is not None:
            own = reason == SkipReason.PER_USER_LIMIT
            return refused_by(
                conn, case.campaign, case.definition, case.user, rules, at_ms=case.at_ms, own=own
            )
        case _:
            return too_late(conn, reason, case, rules)


def control(case: Case, rules: Rules) -> str:
    """Return by which share a user is in a control group."""
    if case.user is None:
        return ""
    return drawn.tell_group(case.campaign, case.definition, case.user, rules.controls)


def held(conn: sqlite3.Connection, message: Message, case: Case, rules: Rules) -> str:
    """Return for what a message was held from its decision until it fell due."""
    trial = variants.find_test(conn, message.campaign, message.run)
    waited = isinstance(case.definition.variants, AbTest) and trial is not None
    if waited and trial is not None and message.fell_due_ms == trial.decide_ms:
        won = f"“{trial.winner}” won it" if trial.winner else "its winner is chosen then"
        return f"the user was not in the test of variants; {won}"
    own = case.definition.when.personal
    if own is not None:
        return _held_for_own(message, own, case, rules)
    return f"it was do-not-disturb time for the user{_in_brackets(window(case, rules))}"


def waits(message: Message, case: Case, rules: Rules) -> str:
    """Return for what a message waits that could not go when it fell due; empty: for nothing more.

    It waited for the pace, or for Segment, until do-not-disturb began for its user.
    """
    fell_due = message.state == "pending" and not message.held_by
    if not fell_due or message.due_ms <= message.fell_due_ms:
        return ""
    if not _rests_until(message.due_ms, case, rules):
        return ""
    asleep = structs.replace(case, at_ms=message.due_ms - 1)
    return f"do-not-disturb had begun: {window(asleep, rules)}"


def variant(message: Message, case: Case) -> str:
    """Return how a message came to its variant; empty where there are none."""
    if not message.variant:
        return ""
    told = f"the variant is “{message.variant}”"
    if case.user is not None and (
        how := drawn.tell_variant(case.campaign, case.definition, case.user)
    ):
        told += f": {how}"
    return told


def window(case: Case, rules: Rules) -> str:
    """Return the window of do-not-disturb, the user's zone, and when it ended."""
    quiet, user = case.definition.do_not_disturb, case.user
    if quiet is None or user is None:
        return ""
    patient = structs.replace(case.definition, do_not_disturb=structs.replace(quiet, mode="delay"))
    asked = at_rest(patient, user, now_ms=case.at_ms, account_zone=rules.zone)
    if not isinstance(asked, Hold):
        return ""
    zone = user.zone or rules.zone
    whose = "the user's zone" if user.zone else "the account's zone, as the user's is not known"
    table = dict(summary(case.definition, rules.zone))[DO_NOT_DISTURB].split(";", 1)[0]
    return f"{table}; that time ended at {wall(asked.until_ms, zone)}, {whose}"


def _rests_until(at_ms: int, case: Case, rules: Rules) -> bool:
    """Whether do-not-disturb ends for the user at this very moment."""
    quiet, user = case.definition.do_not_disturb, case.user
    if quiet is None or user is None:
        return False
    return ends_after(quiet, at_ms - 1, user.zone or rules.zone) == at_ms


def _held_for_own(message: Message, own: Personal, case: Case, rules: Rules) -> str:
    """Tell of the user's own time, or of do-not-disturb if that put the message off from it.

    The time is reckoned once, when the day is drawn; what is known now may give another.
    """
    told = f"that is the user's own time, {_own_time(own)}"
    if case.user is None:
        return told
    due = due_ms(
        own,
        schedule.wall_of(message.run),
        case.user,
        begins_ms=message.admitted_ms,
        account_zone=rules.zone,
        done_ms=[event.time_ms for event in case.history if event.name == _event_of(own)],
    )
    if due == message.fell_due_ms:
        return told
    if _rests_until(message.fell_due_ms, case, rules):
        asleep = structs.replace(case, at_ms=message.fell_due_ms - 1)
        return f"the user's own time fell into do-not-disturb{_in_brackets(window(asleep, rules))}"
    if isinstance(own, UserZone):
        return told
    zone = case.user.zone or rules.zone
    now = f"it would be {wall(due, zone)}" if isinstance(due, int) else "there is none"
    return (
        f"{told}, as that was when the day was drawn; by what is known now {now},"
        " which counts from the next run on"
    )


def _event_of(own: Personal) -> str:
    return own.event if isinstance(own, BestTime) else ""


def _own_time(own: Personal) -> str:
    match own:
        case UserZone():
            return "by the clock where the user is"
        case UserProperty(property=name):
            return f"by “{name}” of the profile, or as the campaign says where it has none"
        case BestTime(event=event):
            return f"when the user did “{event}” most often, or as the campaign says without any"
        case _:
            assert_never(own)


def _draw(case: Case) -> str:
    return "" if case.user is None else drawn.tell_draw(case.campaign, case.run, case.user)


def _full(conn: sqlite3.Connection, campaign: str, scope: str, frees: str) -> str:
    used = next((each for each in caps.usage(conn, campaign) if each.scope == scope), None)
    if used is None:
        return ""
    return f"{used.used:,} of {used.lim:,} are taken now; {frees}"


def _filter(case: Case, rules: Rules) -> str:
    if case.user is None:
        return ""
    parts = explaining.failing_parts(
        case.definition.who,
        case.user,
        case.history,
        now_ms=rules.now_ms,
        zone=rules.zone,
        values=case.values,
    )
    return "; ".join(parts)


def _next_day_ms(at_ms: int, zone: str) -> int:
    """Return when the next day of a zone begins."""
    tomorrow = local_wall(at_ms, zone).date() + timedelta(days=1)
    return resolve_local(tomorrow, time(), zone)


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""
