"""The rules of runs: several dates, or a rule by which a campaign repeats."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from domain import recurrence
from domain.campaign import When
from domain.place import item
from domain.problem import Problem
from domain.recurrence import EveryDays, EveryMonths, EveryWeeks, Repeat
from domain.rules_text import duplicate_problems
from domain.wall import HOW, NOW, read_local

DATES_MAX = 50
EVERY_MAX = {EveryDays: 366, EveryWeeks: 52, EveryMonths: 24}
MONTH_DAYS = range(1, 32)


def run_problems(
    when: When, *, live: bool, start: datetime | None, end: datetime | None, here: datetime
) -> Iterator[Problem]:
    """Yield what is wrong with several dates and with a repetition; `start`, `end`: as read.

    `here` is what the wall shows now, without its zone.
    """
    if live:
        for name, given in (("dates", when.dates), ("repeat", when.repeat)):
            if given:
                what = "A live campaign waits for events; it has no runs."
                yield Problem(f"when.{name}", what, "Remove it, or make it past_behaviour.")
        return
    if when.dates:
        yield from _date_problems(when)
    if when.repeat is None:
        return
    if when.dates:
        what = "There are dates already: a campaign has several dates, or it repeats."
        yield Problem("when.repeat", what, "Remove one of the two.")
    if when.start == NOW:
        what = "What repeats needs a first day and a time of day."
        yield Problem("when.start", what, "Such as 2026-03-02T09:00.")
    wrong = list(_repeat_problems(when.repeat))
    yield from wrong
    over = end is not None and end <= here  # which is said of the end itself
    if (
        not wrong
        and not over
        and start is not None
        and not _runs_at_all(when.repeat, start, end, here)
    ):
        what = "No such day is still to come" + (" before the end." if end else ".")
        yield Problem("when.repeat", what, "Choose other days, or a later end.")


def _date_problems(when: When) -> Iterator[Problem]:
    if when.start != NOW:
        what = "With several dates there is no start: the first of them is it."
        yield Problem("when.start", what, "Remove it, or make it one of the dates.")
    if len(when.dates) > DATES_MAX:
        what = f"There are {len(when.dates)} dates; at most {DATES_MAX} are possible."
        yield Problem("when.dates", what, "Leave some out, or let it repeat.")
    for i, text in enumerate(when.dates):
        if read_local(text) is None:
            yield Problem(item("when.dates", i), f'"{text}" is no local time.', f"{HOW}.")
    yield from duplicate_problems(when.dates, "when.dates")


def _repeat_problems(repeat: Repeat) -> Iterator[Problem]:
    most = EVERY_MAX[type(repeat)]
    if not 1 <= repeat.every <= most:
        what = f"{repeat.every} is not between 1 and {most}."
        yield Problem("when.repeat.every", what, "Every how many? 1 is each.")
    match repeat:
        case EveryWeeks(weekdays=()):
            fix = 'Name at least one, such as "monday".'
            yield Problem("when.repeat.weekdays", "No weekday is named.", fix)
        case EveryWeeks(weekdays=names):
            yield from duplicate_problems(names, "when.repeat.weekdays")
        case EveryMonths(days=(), nth=()):
            fix = 'Give days = [1, 15], or nth = [{ week = "first", weekday = "monday" }].'
            yield Problem("when.repeat", "No day of the month is named.", fix)
        case EveryMonths(days=days):
            for i, day in enumerate(days):
                if day not in MONTH_DAYS:
                    fix = "A month has days 1 to 31."
                    yield Problem(item("when.repeat.days", i), f"{day} is no day.", fix)
            yield from duplicate_problems(tuple(map(str, days)), "when.repeat.days")


def _runs_at_all(repeat: Repeat, start: datetime, end: datetime | None, here: datetime) -> bool:
    """Tell whether a run is still to come; one of the next two days that match is."""
    found = islice(recurrence.days(repeat, start.date(), since=here.date()), 2)
    walls = (datetime.combine(day, start.time()) for day in found)
    return any(here < wall and (end is None or wall <= end) for wall in walls)
