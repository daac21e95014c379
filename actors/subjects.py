"""Whom a content is tried on: a user with all that it may mention, from what is stored."""

import sqlite3
from collections.abc import Sequence
from functools import partial

from msgspec import Struct

from actors.context import Context
from actors.mail import Refused
from actors.rules import Rules
from domain import matching
from domain.campaign import Campaign
from domain.chance import Purpose, coefficients, salt
from domain.composing import About
from domain.constant import is_asked, values
from domain.facts import Event, User
from domain.saved import list_names
from store import erased, identities, log, memberships, samples, users
from store.past import Logged

EVENTS_TRIED_MAX = 200


class Subject(Struct, frozen=True):
    """A user whom a message would be for; `notes` say what is missing or stands in for another."""

    about: About
    notes: tuple[str, ...] = ()


def find_subject(
    conn: sqlite3.Connection, *, user: str, definition: Campaign, rules: Rules
) -> Subject | Refused:
    """Return the user of this id with the event and the values that the content may mention."""
    name = identities.canonical(conn, user)
    known = users.get_readable(conn, (name,)).get(name)
    if known is None:
        gone = erased.among(conn, (name,))
        what = "was erased" if gone else "is not known, or the profile cannot be read"
        fix = "Name another, or leave the name away for somebody whom the campaign is for."
        return Refused(what=f"The user “{user:.60}” {what}.", fix=fix)
    event, notes = _event(conn, known, definition)
    return Subject(_about(conn, known, event, definition, rules), notes)


def _about(
    conn: sqlite3.Connection, user: User, event: Event | None, definition: Campaign, rules: Rules
) -> About:
    constant = None
    if is_asked(definition):
        past = Logged(conn, user.user, upto_seq=log.last_seq(conn))
        constant = values(definition, user, past, now_ms=rules.now_ms, zone=rules.zone)
    device = identities.devices(conn, (user.user,)) if definition.what.object_id else {}
    return About(user, event, constant, device.get(user.user))


def _event(
    conn: sqlite3.Connection, user: User, definition: Campaign
) -> tuple[Event | None, tuple[str, ...]]:
    """Return an event of the user's that would trigger the campaign, or what comes nearest."""
    if (trigger := definition.trigger) is None:
        return None, ()
    triggers = matching.compile_trigger(trigger)
    own = samples.latest_of_user(conn, user.user, trigger.event, limit=EVENTS_TRIED_MAX)
    if fitting := [event for event in own if triggers(event)]:
        return fitting[0], ()
    named = f"“{trigger.event}”"
    if own:
        note = f"No {named} of this user's would trigger the campaign: the latest stands in."
        return own[0], (note,)
    others = samples.latest(conn, trigger.event, limit=EVENTS_TRIED_MAX)
    fitting = [event for event in others if triggers(event)] or others
    if fitting:
        return fitting[0], (f"This user did no {named}: one of somebody else stands in.",)
    return None, (f"No {named} ever came in: what the content takes of it is empty.",)


async def pick(context: Context, campaign: str, definition: Campaign) -> str | Refused:
    """Return a user whom the campaign is for. Raises CopyWaitsError."""
    found = await _names(context, campaign, definition, 1)
    if found:
        return found[0]
    if definition.trigger is not None:
        what = f"No user did “{definition.trigger.event}” yet."
    else:
        what = "Nobody qualifies now."
    return Refused(what=what, fix="Name a user to see what the message would be.")


async def sample(
    context: Context, campaign: str, definition: Campaign, rules: Rules, most: int
) -> Sequence[About]:
    """Return some users whom the campaign is for. Raises CopyWaitsError."""
    names = await _names(context, campaign, definition, most)

    def read(conn: sqlite3.Connection) -> list[About]:
        found = users.get_readable(conn, names)
        return [
            _about(conn, user, _event(conn, user, definition)[0], definition, rules)
            for user in found.values()
        ]

    return await context.store.read_long(read)


async def _names(context: Context, campaign: str, definition: Campaign, most: int) -> Sequence[str]:
    """Return users who qualify, in a fixed random order; of a trigger, who did it last."""
    if definition.trigger is not None:
        read = partial(samples.latest, name=definition.trigger.event, limit=EVENTS_TRIED_MAX)
        events = await context.store.read(read)
        triggers = matching.compile_trigger(definition.trigger)
        fitting = [event for event in events if triggers(event)]
        return list(dict.fromkeys(event.user for event in fitting))[:most]
    lists = list_names(definition.who)
    versions = await context.store.read(partial(memberships.required, names=lists)) if lists else {}
    return await context.selector.select(
        definition.who,
        draw=coefficients(salt(Purpose.DRAW, campaign, "preview")),
        now_ms=context.clock.now_ms(),
        lists=versions,
        at_most=most,
    )
