"""When a campaign runs, in plain English."""

from datetime import datetime
from typing import assert_never

from domain.best_time import HISTORY_DAYS
from domain.campaign import Campaign, When
from domain.personal import NAME, BestTime, Personal, UserProperty, UserZone
from domain.phrases import quoted
from domain.recurrence import EveryDays, EveryMonths, EveryWeeks, Nth, Repeat
from domain.rules_when import zone_of
from domain.slots import Slot
from domain.wall import NOW, read_local
from domain.zones import local_wall

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def tell_when(campaign: Campaign, zone: str) -> str:
    """Say when a campaign runs or listens. `zone` is the account's."""
    when = campaign.when
    zone = zone_of(when, zone)
    if campaign.kind == "past_behaviour":
        cutoff = "" if when.cutoff is None else f"\nNothing of a run is sent after {when.cutoff}"
        return f"{_runs(when, zone)}{cutoff}{_personal(when.personal)}"
    start = "From publishing on" if when.start == NOW else f"From {_moment(when.start)}"
    end = "until it is stopped" if when.end is None else f"until {_moment(when.end)}"
    paused = "kept and considered afterwards" if campaign.on_pause == "hold" else "dropped"
    return f"{start}, {end} ({zone})\nWhat happens during a pause is {paused}"


def _personal(personal: Personal | None) -> str:
    if personal is None:
        return ""
    past = "on the next day" if personal.past == "next_day" else "they get nothing"
    unknown = "they get nothing" if personal.unknown_zone == "drop" else "the account's zone counts"
    match personal:
        case UserZone():
            at = "By the clock where each user is"
        case UserProperty(property=name, otherwise=text):
            at = f"At the minute of the day in {name} there; without one {_otherwise(text)}"
        case BestTime(event=event, otherwise=text):
            at = f"In the two hours of the day in which each user did {quoted(event)} most often"
            at += f" in {HISTORY_DAYS} days; who never did it {_otherwise(text)}"
        case _:
            assert_never(personal)
    return f"\n{at}\nWhere that is past at the start: {past}; who has no known zone: {unknown}"


def _otherwise(text: str | None) -> str:
    return "right after that day" if text is None else f"at {text}"


def tell_run(slot: Slot) -> str:
    """Say when a run falls due, by the wall of its own zone."""
    zone = slot.name.partition("[")[2].removesuffix("]")
    if zone == NAME:
        wall = datetime.fromisoformat(slot.name.partition("[")[0])
        return f"{_WEEKDAYS[wall.weekday()]} {wall:%Y-%m-%d} at {wall:%H:%M} (where each user is)"
    wall = local_wall(slot.due_ms, zone)
    return f"{_WEEKDAYS[wall.weekday()]} {wall:%Y-%m-%d} at {wall:%H:%M} ({zone})"


def _runs(when: When, zone: str) -> str:
    if when.repeat is not None:
        start = read_local(when.start)
        at = when.start if start is None else f"{start:%H:%M}"
        end = "without end" if when.end is None else f"until {_moment(when.end)}"
        first = when.start if start is None else f"{start:%Y-%m-%d}"
        return f"{_every(when.repeat)} at {at}, from {first} on, {end} ({zone})"
    if when.dates:
        return f"On {_listed([_moment(text) for text in sorted(when.dates)])} ({zone})"
    if when.start == NOW:
        return f"Once, as soon as it is published ({zone})"
    return f"Once, on {_moment(when.start)} ({zone})"


def _every(repeat: Repeat) -> str:
    n = repeat.every
    match repeat:
        case EveryDays():
            return "Every day" if n == 1 else f"Every {n} days"
        case EveryWeeks(weekdays=names):
            on = _listed([name.capitalize() for name in names])
            return f"Every week on {on}" if n == 1 else f"Every {n} weeks on {on}"
        case EveryMonths(days=days, nth=nth):
            on = _listed([*(f"day {day}" for day in days), *map(_nth, nth)])
            short = ""
            if repeat.short_month == "last_day" and any(day > 28 for day in days):
                short = " (or the last day of a shorter month)"
            return f"Every{'' if n == 1 else f' {n}'} month{'' if n == 1 else 's'} on {on}{short}"


def _nth(nth: Nth) -> str:
    return f"the {nth.week} {nth.weekday.capitalize()}"


def _listed(parts: list[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def _moment(text: str) -> str:
    wall = read_local(text)
    return text if wall is None else f"{_WEEKDAYS[wall.weekday()]} {wall:%Y-%m-%d} at {wall:%H:%M}"
