"""`why USER CAMPAIGN`: what is stored about one user in one campaign, told as a trail.

It quotes ids, times, states and the campaign's own definition, and no value of the user's.
"""

import sqlite3
from collections.abc import Iterator

from msgspec import structs

from actors.fate import fate
from actors.mail import Refused
from actors.mail_trust import Step, Told, Why
from actors.rules import Rules, find
from actors.standing import standing
from actors.telling import aside_steps, decision_step, message_steps
from domain import explaining, matching, schedule
from domain.campaign import Campaign
from domain.facts import Event
from domain.review import OVER
from domain.saved import list_names
from domain.timely import untimely
from store import campaigns, memberships, trail
from store.admission import LIVE
from store.campaigns import CampaignRow
from store.log import Unreadable
from store.trail import Trail

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
    trigger = definition.trigger.event if definition.trigger else None
    found = trail.read(
        conn,
        row,
        request.user,
        trigger=trigger,
        needs=matching.event_names(definition.who),
    )
    if found.user is not None and (names := list_names(definition.who)):
        versions = memberships.required(conn, names)
        users = memberships.with_lists(conn, {found.user.user: found.user}, versions)
        found = structs.replace(found, user=users[found.user.user])
    # At the same moment an event comes before what it triggered: the sort keeps their order.
    steps = list(_event_steps(found, row, definition, rules))
    for message in found.messages:
        steps += message_steps(message, rules.zone, found.capped)
    steps += [decision_step(one) for one in found.decisions]
    steps += [step for one in found.aside for step in aside_steps(one)]
    return Told(
        message=f"{request.user} in “{row.name}”: {fate(found)}.",
        zone=rules.zone,
        known=tuple(standing(conn, found, row, definition, rules)),
        steps=tuple(sorted(steps, key=lambda step: step.at_ms)),
    )


def _event_steps(
    found: Trail, row: CampaignRow, definition: Campaign, rules: Rules
) -> Iterator[Step]:
    """Tell of each event of the trigger's name, and why it made no decision where it made none."""
    decided = {one.occurrence for one in found.messages if one.run == LIVE}
    decided |= {one.occurrence for one in found.decisions if one.run == LIVE}
    aside = {one.event_seq for one in found.aside if one.state != "retried"}
    for event in found.events:
        if isinstance(event, Unreadable):
            continue  # that it was set aside is told already
        if event.source_id in decided:
            said = f"did “{event.name}”: it triggered the campaign, and the user qualified"
        elif event.seq in aside:
            said = f"did “{event.name}”: the campaign could not consider it"
        else:
            why_not = _why_not(event, found, row, definition, rules)
            said = f"did “{event.name}”: it triggered nothing, because {why_not}"
        yield Step(event.time_ms, said, run=LIVE, event_seq=event.seq)


def _why_not(
    event: Event, found: Trail, row: CampaignRow, definition: Campaign, rules: Rules
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
    if (wrong := untimely(event, ends)) is not None:
        return _UNTIMELY[wrong]
    if failing := explaining.failing_filters(trigger, event):
        return "; ".join(failing)
    if found.user is None:
        return "the user's profile cannot be read" if found.broken else "nobody knows the user"
    before = [each for each in found.history if each.seq <= event.seq]
    at_ms = max(event.received_ms, event.time_ms)
    parts = explaining.failing_parts(
        definition.who, found.user, before, now_ms=at_ms, zone=rules.zone
    )
    if parts:
        return f"{'; '.join(parts)} (by the profile as it is now)"
    return "the user did not match when it was considered; by what is stored now they would"
