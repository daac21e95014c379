"""`why USER CAMPAIGN`: what is stored about one user in one campaign, told as a trail.

It quotes ids, times, states and the campaign's own definition, and no value of the user's.
"""

import sqlite3
from collections.abc import Iterator

from msgspec import structs

from actors import reasons
from actors.fate import fate
from actors.mail import Refused
from actors.mail_trust import Step, Told, Why
from actors.reasons_of_time import Case
from actors.rules import Rules, find
from actors.standing import standing
from actors.telling import aside_steps, decision_step, message_steps
from actors.telling_waits import wait_steps
from domain import explaining, matching, schedule
from domain.campaign import Campaign
from domain.facts import Event
from domain.listening import Listener
from domain.personal import BestTime
from domain.review import OVER
from domain.saved import list_names
from domain.timely import untimely
from domain.trigger import Trigger
from store import campaigns, log, memberships, trail
from store.admission import LIVE
from store.campaigns import CampaignRow
from store.log import Unreadable
from store.trail import Message, Trail

_UNTIMELY = {
    "late": "it came in more than 2 hours after it happened",
    "ahead": "its time lay more than 2 minutes ahead of the clock when it came in",
    "ended": "it came in after the campaign's end",
}


def why(conn: sqlite3.Connection, request: Why, rules: Rules) -> Told | Refused:
    """Tell everything about the user in the campaign, or what is known when nothing is stored."""
    row = find(conn, request.campaign)
    if isinstance(row, Refused):
        return row
    number = row.published or row.revision
    definition = campaigns.revision_of(conn, row.id, number).whole
    trigger = definition.trigger
    found = trail.read(
        conn,
        row,
        request.user,
        triggers=Listener(trigger).starting if trigger else (),
        first_time=trigger is not None and trigger.first_time,
        needs=_needs(definition),
    )
    if found.user is not None and (names := list_names(definition.who)):
        versions = memberships.required(conn, names)
        users = memberships.with_lists(conn, {found.user.user: found.user}, versions)
        found = structs.replace(found, user=users[found.user.user])
    # At the same moment an event comes before what it triggered: the sort keeps their order.
    steps = list(_event_steps(found, row, definition, rules, values=request.values))
    for message in found.messages:
        steps += _message_steps(conn, message, found, rules, values=request.values)
    for one in found.decisions:
        case = Case(row.id, definition, found.user, one.run, one.at_ms, found.history)
        group = one.bucket == "control"
        more = (
            reasons.control(case, rules)
            if group
            else reasons.because(conn, one.reason, case, rules)
        )
        steps.append(decision_step(one, more))
    steps += [step for one in found.aside for step in aside_steps(one)]
    over = row.state in OVER
    if trigger is not None and found.timers:
        ended = log.events_at(conn, [one.ended_by for one in found.timers if one.ended_by])
        by = {event.seq: event for event in ended if isinstance(event, Event)}
        ended_as = str(row.state) if over else ""
        for timer in found.timers:
            steps += wait_steps(timer, trigger, by, rules.zone, over=ended_as)
    return Told(
        message=f"{request.user} in “{row.name}”: {fate(found, over=over)}.",
        zone=rules.zone,
        known=tuple(standing(conn, found, row, definition, rules, values=request.values)),
        steps=tuple(sorted(steps, key=lambda step: step.at_ms)),
    )


def _needs(definition: Campaign) -> frozenset[str]:
    """Return the events whose history decides: whether the user fits, and when they are due."""
    own = definition.when.personal
    names = matching.event_names(definition.who)
    return names | {own.event} if isinstance(own, BestTime) else names


def _message_steps(
    conn: sqlite3.Connection, message: Message, found: Trail, rules: Rules, *, values: bool
) -> Iterator[Step]:
    """Tell of a message by the revision that decided it."""
    definition = campaigns.revision_of(conn, message.campaign, message.revision).whole
    decided = Case(
        message.campaign,
        definition,
        found.user,
        message.run,
        message.admitted_ms,
        found.history,
        values,
    )
    ended = structs.replace(
        decided,
        at_ms=message.updated_ms,
        expires_ms=message.expires_ms,
        cutoff_ms=message.cutoff_ms,
    )
    over = message.state in {"cancelled", "expired"}
    return message_steps(
        message,
        rules.zone,
        found.capped,
        held=reasons.held(conn, message, decided, rules),
        variant=reasons.variant(message, decided),
        because=reasons.because(conn, message.reason, ended, rules)
        if over
        else reasons.waits(message, decided, rules),
    )


def _event_steps(
    found: Trail, row: CampaignRow, definition: Campaign, rules: Rules, *, values: bool
) -> Iterator[Step]:
    """Tell of each event of the trigger's name, and why it made no decision where it made none."""
    decided = {one.occurrence for one in found.messages if one.run == LIVE}
    decided |= {one.occurrence for one in found.decisions if one.run == LIVE}
    aside = {one.event_seq for one in found.aside if one.state != "retried"}
    waits = {one.event_seq for one in found.timers}
    listener = Listener(definition.trigger) if definition.trigger else None
    for event in found.events:
        if isinstance(event, Unreadable):
            continue  # that it was set aside is told already
        if event.source_id in decided:
            said = f"did “{event.name}”: it triggered the campaign, and the user qualified"
        elif event.seq in waits:
            said = f"did “{event.name}”: it triggered the campaign, which waits"
        elif listener is not None and _joins(event, found, listener):
            said = f"did “{event.name}”: the user waited already"
        elif event.seq in aside:
            said = f"did “{event.name}”: the campaign could not consider it"
        else:
            why_not = _why_not(event, found, row, definition, rules, values=values)
            said = f"did “{event.name}”: it triggered nothing, because {why_not}"
        yield Step(event.time_ms, said, run=LIVE, event_seq=event.seq)


def _joins(event: Event, found: Trail, listener: Listener) -> bool:
    """Whether an event fell into a wait that another one has."""
    if not (listener.waits and listener.begins(event)):
        return False
    key = listener.wait(event, zone="UTC").key
    return any(
        timer.key == key and timer.first_ms <= event.time_ms <= timer.until_ms
        for timer in found.timers
    )


def _why_not(
    event: Event,
    found: Trail,
    row: CampaignRow,
    definition: Campaign,
    rules: Rules,
    *,
    values: bool,
) -> str:
    trigger = definition.trigger
    assert trigger is not None, "only a live campaign has trigger events"
    if found.started_ms is None or event.received_ms < found.started_ms:
        return "it came in before the campaign started"
    if found.cursor is not None and event.seq > found.cursor:
        if row.state in OVER:
            return f"the campaign was {row.state} before it looked at it"
        return "the campaign has not looked at it yet"
    ends = schedule.ends_ms(definition.when, account_zone=row.zone_in(rules.zone))
    if no_trigger := _no_trigger(event, trigger, found, ends, values=values):
        return no_trigger
    if found.user is None:
        return "the user's profile cannot be read" if found.broken else "nobody knows the user"
    before = [each for each in found.history if each.seq <= event.seq]
    at_ms = max(event.received_ms, event.time_ms)
    parts = explaining.failing_parts(
        definition.who, found.user, before, now_ms=at_ms, zone=rules.zone, values=values
    )
    if parts:
        return f"{'; '.join(parts)} (by the profile as it is now)"
    return "the user did not match when it was considered; by what is stored now they would"


def _no_trigger(
    event: Event, trigger: Trigger, found: Trail, ends_ms: int | None, *, values: bool
) -> str:
    """Say why the event is none that triggers, whoever did it; nothing if it is."""
    if (wrong := untimely(event, ends_ms)) is not None:
        return _UNTIMELY[wrong]
    if failing := explaining.failing_filters(trigger, event, values=values):
        return "; ".join(failing)
    if not Listener(trigger).begins(event):
        return "it lacks the value that the campaign goes by"
    if found.first_seq is not None and found.first_seq < event.seq:
        return "it is not the user's first of these events"
    return ""
