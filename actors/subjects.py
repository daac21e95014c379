"""Whom a content is tried on: a user with all that it may mention, from what is stored."""

import sqlite3
from collections.abc import Sequence
from functools import partial

from msgspec import Struct

from actors.context import Context
from actors.isolation import apart
from actors.mail import Refused
from actors.page import know
from actors.rules import Rules
from domain import matching
from domain.audience import EVERYONE
from domain.campaign import Campaign, Trigger
from domain.chance import Purpose, coefficients, salt
from domain.composing import About
from domain.constant import is_asked, values
from domain.facts import Event, User
from domain.looking_back import since_by_name
from domain.saved import list_names
from domain.trigger import starts
from store import erased, identities, log, memberships, samples, users
from store.past import Logged

EVENTS_TRIED_MAX = 200


class Subject(Struct, frozen=True):
    """A user whom a message would be for; `notes` say what is missing or stands in for another."""

    about: About
    notes: tuple[str, ...] = ()


def event_names(trigger: Trigger) -> tuple[str, ...]:
    """Return the names of the events that trigger, each once."""
    return tuple(dict.fromkeys(doing.event for doing in starts(trigger)))


def quoted_names(names: Sequence[str]) -> str:
    """Return them within a sentence: `“A” or “B”`."""
    return " or ".join(f"“{name}”" for name in names)


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
    triggers, names = matching.compile_trigger(trigger), event_names(trigger)
    own = samples.latest_of_user(conn, user.user, names, limit=EVENTS_TRIED_MAX)
    if fitting := [event for event in own if triggers(event)]:
        return fitting[0], ()
    named = quoted_names(names)
    if own:
        note = f"No {named} of this user's would trigger the campaign: the latest stands in."
        return own[0], (note,)
    others = samples.latest(conn, names, limit=EVENTS_TRIED_MAX)
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
        named = quoted_names(event_names(definition.trigger))
        what = f"Nobody whom it is for did {named} lately."
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
        now_ms, zone = context.clock.now_ms(), context.zone
        read = partial(_triggered, definition=definition, now_ms=now_ms, zone=zone)
        return (await context.store.read(read))[:most]
    lists = list_names(definition.who)
    versions = await context.store.read(partial(memberships.required, names=lists)) if lists else {}
    return await context.selector.select(
        definition.who,
        draw=coefficients(salt(Purpose.DRAW, campaign, "preview")),
        now_ms=context.clock.now_ms(),
        lists=versions,
        at_most=most,
    )


def _triggered(
    conn: sqlite3.Connection, *, definition: Campaign, now_ms: int, zone: str
) -> list[str]:
    """Return who did a live campaign's trigger last, of those whom its audience has now."""
    assert definition.trigger is not None, "its caller has asked"
    triggers = matching.compile_trigger(definition.trigger)
    events = samples.latest(conn, event_names(definition.trigger), limit=EVENTS_TRIED_MAX)
    did = list(dict.fromkeys(event.user for event in events if triggers(event)))
    if definition.who == EVERYONE:
        return did
    lists = memberships.required(conn, list_names(definition.who))
    needs = since_by_name(definition.who, now_ms=now_ms, zone=zone)
    known = know(conn, did, needs, upto=log.last_seq(conn), lists=lists)
    fits = matching.compile_node(definition.who)

    def is_in(user: str) -> bool:
        return fits(known.users[user], known.history.get(user, ()), now_ms, zone)

    return [user for user in did if user in known.users and apart(partial(is_in, user)) is True]
