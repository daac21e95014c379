"""What clocks on walls show, reckoned the plain way: minute by minute and day by day.

The world and its judge share it; nothing of the product is imported.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from tests.simulation.kinds import Calendar, Personal

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NTH = ("first", "second", "third", "fourth")
FIRST_ZONE_HOURS = 14
"""The first wall on earth to show a time is so many hours ahead of UTC."""
USER = "user"
"""Stands for the zone in the name of a run in which users have their own."""
GAP_MINUTES_MAX = 24 * 60
FOR_EVER = date(2030, 12, 31)


class Slot(Struct, frozen=True, order=True):
    """A run that is planned: when it falls due, by its own zone too, and what it is called."""

    due_ms: int
    here_ms: int
    wall: str
    name: str


@lru_cache(maxsize=4_096)
def instant(wall: datetime, zone: str) -> int:
    """Return when a wall of a zone shows this, in epoch milliseconds.

    Where it never does, the first moment after the gap; where it does twice, the first time.
    """
    here = ZoneInfo(zone)
    for minutes in range(GAP_MINUTES_MAX):
        shown = wall + timedelta(minutes=minutes)
        moment = shown.replace(tzinfo=here, fold=0).astimezone(UTC)
        if moment.astimezone(here).replace(tzinfo=None) == shown:
            return round(moment.timestamp()) * 1_000
    raise ValueError(f"{wall} is no time of {zone}")


def shown(at_ms: int, zone: str) -> datetime:
    """Return what a wall of the zone shows at an instant, to the second."""
    return datetime.fromtimestamp(at_ms // 1_000, ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def due_ms(run: str) -> int:
    """Return when a run falls due, by its name."""
    wall, _, zone = run.removesuffix("]").partition("[")
    begins = datetime.fromisoformat(wall)
    if zone != USER:
        return instant(begins, zone)
    first = begins.replace(tzinfo=UTC) - timedelta(hours=FIRST_ZONE_HOURS)
    return round(first.timestamp()) * 1_000


def slots(
    calendar: Calendar, personal: Personal | None, account: str, *, upto_ms: int
) -> Iterator[Slot]:
    """Give the runs of a calendar that fall due until then, in order.

    Dates that a clock change makes one moment follow each other by a millisecond.
    """
    zone = calendar.zone or account
    last_ms = 0
    for wall in _walls(calendar):
        here_ms = instant(wall, zone)
        name = f"{wall:%Y-%m-%dT%H:%M}[{zone if personal is None else USER}]"
        if due_ms(name) > upto_ms:
            return
        if calendar.dates:
            here_ms = max(here_ms, last_ms + 1)
        last_ms = here_ms
        yield Slot(
            here_ms if personal is None else due_ms(name), here_ms, f"{wall:%Y-%m-%dT%H:%M}", name
        )


def cutoff_ms(calendar: Calendar, wall: str, zone: str) -> int:
    """Return when a run of a wall is cut off, by a zone's wall; of one without: never."""
    if not calendar.cutoff:
        return 1 << 60
    begins = datetime.fromisoformat(wall)
    ends = datetime.combine(begins.date(), time.fromisoformat(calendar.cutoff))
    return instant(ends if ends > begins else ends + timedelta(days=1), zone)


def _walls(calendar: Calendar) -> Iterator[datetime]:
    if calendar.dates:
        yield from sorted(map(datetime.fromisoformat, calendar.dates))
        return
    start = datetime.fromisoformat(calendar.start)
    end = datetime.fromisoformat(calendar.end) if calendar.end else None
    first: date | None = None
    day = start.date()
    while day <= FOR_EVER:
        if _is_named(calendar, day):
            first = first or day
            wall = datetime.combine(day, start.time())
            if end is not None and wall > end:
                return
            if _is_in_turn(calendar, first, day):
                yield wall
        day += timedelta(days=1)


def _is_named(calendar: Calendar, day: date) -> bool:
    """Whether the day is one that the calendar names, in whichever week or month."""
    if calendar.unit == "days":
        return True
    if calendar.unit == "weeks":
        return WEEKDAYS[day.weekday()] in calendar.weekdays
    if any(_is_nth(day, week, name) for week, name in calendar.nth):
        return True
    is_last = (day + timedelta(days=1)).month != day.month
    stands_in = calendar.last_day and is_last and any(d > day.day for d in calendar.days)
    return day.day in calendar.days or stands_in


def _is_nth(day: date, week: str, name: str) -> bool:
    """Whether the day is the first, second, third, fourth or last such weekday of its month."""
    if WEEKDAYS[day.weekday()] != name:
        return False
    if week == "last":
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 == NTH.index(week)


def _is_in_turn(calendar: Calendar, first: date, day: date) -> bool:
    """Whether the day's own day, week or month is one of those that count from the first."""
    if calendar.unit == "days":
        passed = (day - first).days
    elif calendar.unit == "weeks":
        mondays = [each - timedelta(days=each.weekday()) for each in (first, day)]
        passed = (mondays[1] - mondays[0]).days // 7
    else:
        passed = (day.year - first.year) * 12 + day.month - first.month
    return passed % calendar.every == 0
