"""What a live campaign hears in an event: that it triggers, that it clears, how long to wait.

Prepared once for a campaign and asked of every event.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

import msgspec

from domain.expiry import MINUTE_MS
from domain.facts import Event
from domain.matching import compile_doings
from domain.timer import Wait
from domain.trigger import (
    Doings,
    Trigger,
    names,
    offset_minutes,
    same_property,
    starts,
    stops,
)
from domain.values import iso_moment, moment, single
from domain.zones import resolve_local

NO_KEY = ""
KEY_CHARS_MAX = 200
"""A longer value is told apart by its digest."""
FOR_EVER_MS = 253_402_300_799_999
"""The last millisecond of the year 9999."""
_SECOND_MS = 1_000


class Listener:
    """A trigger, prepared. `names` are all events that the campaign must hear of.

    Of these `starting` may begin something, and `stopping` may clear what waits.
    """

    def __init__(self, trigger: Trigger) -> None:
        self.trigger = trigger
        self._begins = compile_doings(starts(trigger))
        self._clears = compile_doings(stops(trigger))
        self._same = same_property(trigger)
        self._begin_key = _compile_key(starts(trigger), self._same)
        self._clear_key = _compile_key(stops(trigger), self._same)
        self.names = names(trigger)
        self.starting = tuple(dict.fromkeys(doing.event for doing in starts(trigger)))
        self.stopping = tuple(dict.fromkeys(doing.event for doing in stops(trigger)))
        self.waits = trigger.waits

    def begins(self, event: Event) -> bool:
        """Whether the event is one that the campaign waits for; whether it is the first is apart.

        One that lacks the value or the date which the trigger goes by is not.
        """
        return self._begins(event) and self._carries(event)

    def clears(self, event: Event) -> str | None:
        """Return the key of the timers that the event clears, or None: it clears none."""
        if not self._clears(event):
            return None
        return NO_KEY if self._same is None else self._clear_key(event)

    def wait(self, event: Event, *, zone: str) -> Wait:
        """Return how long a trigger's event makes its user wait; `zone` is the user's.

        What arrives late falls due when it arrives; where something may clear it that arrives with
        it, after the grace. Asked of events that begin something only.
        """
        trigger, since = self.trigger, event.time_ms
        key = self._key(event)
        assert key is not None, "an event without the value begins nothing"
        if trigger.without is not None:
            until = since + trigger.without.within_minutes * MINUTE_MS
            due = max(until, event.received_ms) + trigger.without.grace_seconds * _SECOND_MS
            return Wait(key, since, until, due)
        if trigger.date is not None:
            date = date_ms(event.properties.get(trigger.date.property), zone)
            assert date is not None, "an event without the date begins nothing"
            due = date + offset_minutes(trigger.date) * MINUTE_MS
            local = is_local(event.properties.get(trigger.date.property))
            return Wait(key, since, FOR_EVER_MS, due, local)
        due = since + trigger.delay_minutes * MINUTE_MS
        return Wait(key, since, due, max(due, event.received_ms))

    def _key(self, event: Event) -> str | None:
        if self._same is not None:
            return self._begin_key(event)
        waits_by_user = self.trigger.without is not None or self.trigger.date is not None
        return NO_KEY if waits_by_user else event.source_id  # each event waits for itself

    def _carries(self, event: Event) -> bool:
        if self._same is not None and self._begin_key(event) is None:
            return False
        date = self.trigger.date
        return date is None or date_ms(event.properties.get(date.property), "UTC") is not None


def _compile_key(doings: Doings, name: str | None) -> Callable[[Event], str | None]:
    """Prepare which key an event has: by the first of those it is that finds a value in it.

    `name`: what the property is called in those that say nothing else.
    """
    named = [(compile_doings([doing]), doing.property or name) for doing in doings]
    called = {own for _, own in named}
    if (
        len(called) == 1 and (only := called.pop()) is not None
    ):  # as mostly: which it is, is no matter
        return lambda event: key_of(event.properties, only)

    def key(event: Event) -> str | None:
        for fits, own in named:
            if own is not None and fits(event):
                found = key_of(event.properties, own)
                if found is not None:
                    return found
        return None

    return key


def key_of(properties: Mapping[str, Any], name: str) -> str | None:
    """Return what tells a property's value from others; None: there is no single value.

    The text "5" and the number 5 are two values, as everywhere; 5 and 5.0 are one.
    """
    value = single(properties.get(name))
    if value is None:
        return None
    if isinstance(value, float):
        value += 0.0  # for JSON -0.0 is another text than 0.0
    text = msgspec.json.encode(value).decode()
    if len(text) <= KEY_CHARS_MAX:
        return text
    return hashlib.sha256(text.encode()).hexdigest()


def date_ms(value: Any, zone: str) -> int | None:
    """Return the moment (epoch ms) that a property names, or None: it names none that we can use.

    A date-time without an offset is what a wall in the zone shows, and a date its midnight; a
    number is epoch seconds or milliseconds.
    """
    if isinstance(value, str):
        found: float | None = iso_moment(value)
        if found is not None and (wall := _naive(value)) is not None:
            found = _resolve(wall, zone)
    else:
        found = moment(value)
    return None if found is None or not 0 <= found <= FOR_EVER_MS else int(found)


def is_local(value: Any) -> bool:
    """Whether what `date_ms` reads says another moment in another zone."""
    return isinstance(value, str) and iso_moment(value) is not None and _naive(value) is not None


def _naive(text: str) -> datetime | None:
    wall = datetime.fromisoformat(text)
    return wall if wall.tzinfo is None else None


def _resolve(wall: datetime, zone: str) -> int | None:
    whole = time(wall.hour, wall.minute, wall.second, wall.microsecond)
    try:
        return resolve_local(wall.date(), whole, zone)
    except OverflowError:
        return None
