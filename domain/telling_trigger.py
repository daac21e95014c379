"""A trigger in plain English: who is meant, and what is waited for."""

from domain.phrases import describe_filters, quoted
from domain.trigger import (
    Doings,
    OnDate,
    Trigger,
    Without,
    offset_minutes,
    same_property,
    starts,
    stops,
)
from domain.zones import local_wall

DAY_MINUTES = 24 * 60
HOUR_MINUTES = 60


def tell_trigger(trigger: Trigger) -> list[str]:
    """Return who is meant as the start of a sentence, and a line for each thing besides."""
    first = " for the first time ever" if trigger.first_time else ""
    same = same_property(trigger)
    lines = [f"Whoever does {_any_of(starts(trigger), same)}{first}"]
    if trigger.without is not None:
        lines = _without(trigger, trigger.without, lines[0])
    elif trigger.date is not None:
        lines += _date(trigger, trigger.date)
    elif trigger.delay_minutes:
        lines.append(f"The message waits for {duration(trigger.delay_minutes)}")
    if not trigger.recheck:
        lines.append("Whether the user fits is asked when the event comes, and not again")
    return lines


def tell_waiting(timers: int, next_due_ms: int | None, zone: str) -> str:
    """Say how many timers of a campaign wait, and when the first falls due."""
    said = "1 waits for its moment" if timers == 1 else f"{timers:,} wait for their moments"
    if next_due_ms is None:
        return said
    return f"{said}, the next at {local_wall(next_due_ms, zone):%Y-%m-%d %H:%M:%S} ({zone})"


def duration(minutes: int) -> str:
    """Say how long, in the largest unit that says it exactly: `2 hours`, `90 minutes`."""
    for size, unit in ((DAY_MINUTES, "day"), (HOUR_MINUTES, "hour")):
        if minutes and minutes % size == 0:
            return _several(minutes // size, unit)
    return _several(minutes, "minute")


def _without(trigger: Trigger, without: Without, first: str) -> list[str]:
    same = ""
    if without.same_property is not None:
        own = any(doing.property for doing in without.also)  # then each says it for itself
        there = f" (there called {without.property})" if without.property and not own else ""
        same = f" with the same {without.same_property}{there}"
    wait = duration(without.within_minutes)
    called = without.same_property if any(doing.property for doing in without.also) else None
    said = f"{first} and then not {_any_of(stops(trigger), called)}{same} within {wait}"
    again = "begins anew" if without.on_repeat == "restart" else "goes on"
    lines = [said, f"Whoever does the first again while that time runs: it {again}"]
    if without.grace_seconds:
        grace = _several(without.grace_seconds, "second")
        lines.append(f"What arrives late is waited for {grace} more")
    return lines


def _date(trigger: Trigger, date: OnDate) -> list[str]:
    offset = offset_minutes(date)
    when = "At the date"
    if offset:
        side = "before" if offset < 0 else "after"
        when = f"{duration(abs(offset)).capitalize()} {side} the date"
    of = f" of the same {date.same_property}" if date.same_property is not None else ""
    lines = [f"{when} in {date.property}; a later event{of} replaces the date"]
    if date.cancel:
        cancelled = _any_of(stops(trigger), date.same_property)
        lines.append(f"It is cancelled by {cancelled}{of}")
    return lines


def _any_of(doings: Doings, same: str | None) -> str:
    """Name the events; where one has another name for the property `same`, with that."""
    told = [
        f"{quoted(doing.event)}{describe_filters(doing.where)}"
        + (f" (its {same} is called {doing.property})" if same and doing.property else "")
        for doing in doings
    ]
    if len(told) == 1:
        return told[0]
    return f"any of ({'; '.join(one.replace(', with', ' with', 1) for one in told)})"


def _several(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
