"""What waits for a person: messages refused or of unknown fate, and poison events."""

import sqlite3

from msgspec import Struct

from actors.mail import Refused
from actors.mail_trust import Aside, AsideLine, ListAside, ShowAside, Step, Told
from actors.rules import Rules, find
from actors.telling import aside_steps, explain, message_steps
from domain.facts import Event
from store import campaigns, log, poison, trail, unsettled
from store.poison import Poison

LIST_MAX = 1_000


class Target(Struct, frozen=True):
    """One thing to decide about: a message's id, or a poison event."""

    message_id: str = ""
    poison: Poison | None = None


def listed(conn: sqlite3.Connection, request: ListAside, _rules: Rules) -> Aside | Refused:
    """Return what waits for a person, the latest first."""
    campaign = campaign_id(conn, request.campaign)
    if isinstance(campaign, Refused):
        return campaign
    limit = max(1, min(request.limit, LIST_MAX))
    names = {row.id: row.name for row in campaigns.everyone(conn)}
    lines = [
        AsideLine(
            id=one.message.message_id,
            state=one.message.state,
            campaign=one.campaign_name,
            user=one.message.user,
            why=explain(one.message.reason),
            since_ms=one.since_ms,
        )
        for one in unsettled.listed(conn, limit=limit + 1, campaign=campaign or None)
    ]
    lines += [
        AsideLine(
            id=poison_id(one),
            state="poison",
            campaign=names.get(one.campaign, one.campaign),
            user=one.user,
            why=f"The event could not be considered: {one.error}, error {one.error_id}.",
            since_ms=one.at_ms,
        )
        for one in poison.open_ones(conn, campaign, limit=limit + 1)
    ]
    lines.sort(key=lambda line: line.since_ms, reverse=True)
    return Aside(tuple(lines[:limit]), more=len(lines) > limit)


def shown(conn: sqlite3.Connection, request: ShowAside, rules: Rules) -> Told | Refused:
    """Return one message or event with all that is stored about it."""
    found = target(conn, request.id)
    if isinstance(found, Refused):
        return found
    if found.poison is not None:
        one = found.poison
        campaign = campaigns.find(conn, one.campaign)
        name = campaign.name if campaign else one.campaign
        event = next(iter(log.events_at(conn, [one.event_seq])), None)
        steps = list(aside_steps(one))
        known = [f"Campaign “{name}” ({one.campaign}), event {one.event_seq} of user {one.user}."]
        if isinstance(event, Event):
            steps.insert(0, Step(event.time_ms, f"did “{event.name}”", event_seq=event.seq))
        elif event is None:
            known.append("The event is no longer in the log.")
        else:
            known.append("The event's body cannot be read.")
        return Told(f"Poison event {request.id}.", rules.zone, tuple(known), tuple(steps))
    message = trail.message(conn, found.message_id)
    row = campaigns.find(conn, message.campaign)
    name = row.name if row else message.campaign
    return Told(
        message=f"Message {message.message_id} is {message.state.replace('_', ' ')}.",
        zone=rules.zone,
        known=(f"Campaign “{name}” ({message.campaign}), user {message.user}, run {message.run}.",),
        steps=tuple(sorted(message_steps(message, rules.zone), key=lambda step: step.at_ms)),
    )


def poison_id(one: Poison) -> str:
    """Name a poison event: the campaign's id and the event's place in the log."""
    return f"{one.campaign}:{one.event_seq}"


def target(conn: sqlite3.Connection, given: str) -> Target | Refused:
    """Return what an id names: a message, or a poison event."""
    campaign, colon, seq = given.strip().rpartition(":")
    if colon and seq.isascii() and seq.isdigit():
        one = poison.find(conn, campaign, int(seq[:18]))
        if one is not None:
            return Target(poison=one)
    elif trail.find_message(conn, given.strip()) is not None:
        return Target(message_id=given.strip())
    return Refused(
        what=f"Nothing has the id “{given:.80}”.",
        fix="Take one from `/campaign aside`, or at a terminal from `clarion dead list`:"
        " a message's m1_..., or an event's c_...:NUMBER.",
    )


def campaign_id(conn: sqlite3.Connection, name: str) -> str | Refused:
    """Return the id of the campaign that is named; "" where none is."""
    if not name:
        return ""
    row = find(conn, name)
    return row if isinstance(row, Refused) else row.id
