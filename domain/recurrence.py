"""Recurrence: on which local days a campaign runs again, without an hour and without a zone.

The calendar is dateutil's; what is ours is where the counting begins. The first day is the first
that matches at or after the start, however many weeks or months the interval leaves out, and the
interval counts from that day's own week or month (BEHAVIOUR, 6: the seed's recurring day).
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import dropwhile, groupby
from typing import Literal, TypeAlias, get_args

from dateutil import rrule
from msgspec import Struct

Weekday: TypeAlias = Literal[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
]
Week: TypeAlias = Literal["first", "second", "third", "fourth", "last"]

WEEKDAYS: tuple[str, ...] = get_args(Weekday)
WEEKS: dict[str, int] = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
DAY_LAST = date(2999, 12, 31)
"""Definitions speak of the years 2000 to 2999."""
DAYS_ALWAYS = 28
"""Every month has this many days."""


class EveryDays(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True,
                tag_field="unit", tag="days"):  # fmt: skip
    """Every `every` days."""

    every: int = 1


class EveryWeeks(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True,
                 tag_field="unit", tag="weeks"):  # fmt: skip
    """On some weekdays of every `every`-th week; a week begins on Monday."""

    weekdays: tuple[Weekday, ...]
    every: int = 1


class Nth(Struct, frozen=True, forbid_unknown_fields=True):
    """The first, second, third, fourth or last such weekday of a month."""

    week: Week
    weekday: Weekday


class EveryMonths(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True,
                  tag_field="unit", tag="months"):  # fmt: skip
    """On some days of every `every`-th month: by number, or by weekday.

    `short_month`: what becomes of day 31 in a month that has none: left out (`skip`), or the
    month's last day instead (`last_day`).
    """

    days: tuple[int, ...] = ()
    nth: tuple[Nth, ...] = ()
    every: int = 1
    short_month: Literal["skip", "last_day"] = "skip"


Repeat: TypeAlias = EveryDays | EveryWeeks | EveryMonths


def days(repeat: Repeat, first: date, *, since: date | None = None) -> Iterator[date]:
    """Yield every day of the rule at or after `first`, in order, each once, to the year 2999.

    `since`: leave out those before it, without a look at each. Nothing is yielded if no day
    matches, such as 31 in every twelfth month from a short one on.
    """
    anchor = next(_days(repeat, first, every=1), None)
    if anchor is None:
        return
    begin = anchor if since is None or since <= anchor else _leap(repeat, anchor, since)
    found = _days(repeat, begin, every=repeat.every)
    yield from found if since is None else dropwhile(since.__gt__, found)


def _leap(repeat: Repeat, anchor: date, since: date) -> date:
    """Return the first day of the latest period in turn that begins at or before `since`."""
    match repeat:
        case EveryDays(every=every):
            return since - timedelta(days=(since - anchor).days % every)
        case EveryWeeks(every=every):
            monday = anchor - timedelta(days=anchor.weekday())
            return max(anchor, since - timedelta(days=(since - monday).days % (7 * every)))
        case EveryMonths(every=every):
            months = (since.year - anchor.year) * 12 + since.month - anchor.month
            years, month = divmod(anchor.month - 1 + months - months % every, 12)
            return max(anchor, date(anchor.year + years, month + 1, 1))


def _days(repeat: Repeat, first: date, *, every: int) -> Iterator[date]:
    """Yield the days at or after `first`, counting the interval from its own week or month."""
    found = rrule.rruleset()
    for rule in _rules(repeat, datetime.combine(first, time()), every):
        found.rrule(rule)
    for day, _ in groupby(moment.date() for moment in found):  # the 30th may be the last, too
        yield day


def _rules(repeat: Repeat, start: datetime, every: int) -> Iterator[rrule.rrule]:
    """Yield one rule for each way to name a day: their union is meant."""
    until = datetime.combine(DAY_LAST, time())
    rule = partial(rrule.rrule, dtstart=start, interval=every, until=until)
    match repeat:
        case EveryDays():
            yield rule(rrule.DAILY)
        case EveryWeeks(weekdays=names):
            on = [WEEKDAYS.index(name) for name in names]
            yield rule(rrule.WEEKLY, byweekday=on, wkst=rrule.MO)
        case EveryMonths():
            for day in repeat.days:
                if repeat.short_month == "last_day" and day > DAYS_ALWAYS:
                    or_before = range(DAYS_ALWAYS, day + 1)  # the last of these that there is
                    yield rule(rrule.MONTHLY, bymonthday=or_before, bysetpos=-1)
                else:
                    yield rule(rrule.MONTHLY, bymonthday=day)
            for nth in repeat.nth:
                which = rrule.weekday(WEEKDAYS.index(nth.weekday), WEEKS[nth.week])
                yield rule(rrule.MONTHLY, byweekday=which)
