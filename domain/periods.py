"""When an event must have happened: a definition's ranges as instants, and its times of day."""

from collections.abc import Callable
from datetime import date, time, timedelta
from functools import lru_cache
from typing import assert_never

from msgspec import Struct

from domain import zones
from domain.behaviour import Asked, Dates, DaysAgo, Hours, Minutes, Weekday

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS
MONDAY_MS = 4 * DAY_MS
"""The first Monday of the epoch: 1 January 1970 was a Thursday."""

WEEKDAYS: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


class Window(Struct, frozen=True):
    """Instants from `since_ms` (None: ever) until just before `until_ms`."""

    since_ms: int | None
    until_ms: int


def window(deed: Asked, *, now_ms: int, zone: str) -> Window:
    """Return when the deed's events must have happened; never after now. `zone`: the account's."""
    end = now_ms + 1
    match deed.period:
        case None:
            return Window(since_ms(deed.days, now_ms=now_ms, zone=zone), end)
        case Hours(last):
            return Window(now_ms - last * HOUR_MS, end)
        case Minutes(last):
            return Window(now_ms - last * MINUTE_MS, end)
        case DaysAgo(between):
            today = zones.local_wall(now_ms, zone).date()
            until = day_starts_ms(today - timedelta(days=min(between) - 1), zone)
            return Window(
                day_starts_ms(today - timedelta(days=max(between)), zone), min(until, end)
            )
        case Dates(first, last):
            since = None if first is None else day_starts_ms(date.fromisoformat(first), zone)
            if last is None:
                return Window(since, end)
            until = day_starts_ms(date.fromisoformat(last) + timedelta(days=1), zone)
            return Window(since, min(until, end))
        case _:
            assert_never(deed.period)


def since_ms(days: int | None, *, now_ms: int, zone: str) -> int | None:
    """Return when "the last `days` days" started: 00:00 of (today - days) in the zone.

    Where the clocks leave midnight out, the first instant after it. None: there is no start.
    """
    if days is None:
        return None
    today = zones.local_wall(now_ms, zone).date()
    return day_starts_ms(today - timedelta(days=days), zone)


@lru_cache(maxsize=4_096)
def day_starts_ms(day: date, zone: str) -> int:
    """Return the first instant of a day, in epoch milliseconds."""
    return zones.resolve_local(day, time(), zone)


def local_ms(at_ms: int, zone: str) -> int:
    """Return the wall of an instant as if it were UTC: days and weeks are whole parts of it."""
    return at_ms + zones.offset_ms(at_ms, zone)


def day_of(at_ms: int, zone: str) -> int:
    """Return the local day of an instant, counted from the epoch's first."""
    return local_ms(at_ms, zone) // DAY_MS


def has_clock(deed: Asked) -> bool:
    """Whether the deed asks for a time of day or for days of the week."""
    return deed.time_of_day is not None or bool(deed.weekdays)


def clock_test(deed: Asked) -> Callable[[int], bool]:
    """Return whether a wall (of `local_ms`) is at a time of day and week that the deed wants."""
    ranges = day_ranges(deed)
    weekdays = {WEEKDAYS.index(day) for day in deed.weekdays}

    def passes(wall_ms: int) -> bool:
        if weekdays and (wall_ms - MONDAY_MS) % WEEK_MS // DAY_MS not in weekdays:
            return False
        return any(start <= wall_ms % DAY_MS < end for start, end in ranges)

    return passes


def day_ranges(deed: Asked) -> list[tuple[int, int]]:
    """Return the parts of a day that the deed wants, in milliseconds since local midnight."""
    if deed.time_of_day is None:
        return [(0, DAY_MS)]
    start, end = (_since_midnight_ms(text) for text in deed.time_of_day)
    return [(start, end)] if start < end else [(start, DAY_MS), (0, end)]


def _since_midnight_ms(text: str) -> int:
    at = time.fromisoformat(text)
    return (at.hour * 60 + at.minute) * MINUTE_MS
