"""The rules of behaviour: events, ranges and amounts that some user could meet."""

import math
from collections.abc import Iterator
from datetime import date, time
from itertools import pairwise
from typing import assert_never

from domain.audience import (
    Aggregate,
    Amount,
    Asked,
    Count,
    Dates,
    DaysAgo,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Hours,
    Minutes,
    SameValue,
    Scalar,
    doings,
)
from domain.comparing import AMOUNT_MAX, bounds, counts
from domain.place import item, member
from domain.problem import Problem
from domain.rules_filters import PROPERTY_CHARS_MAX, filter_problems, scalar_problems
from domain.rules_text import duplicate_problems, text_problems
from domain.values import single

ALSO_MAX = 9
"""Ten events at most in one condition, with its own."""
STEPS_MAX = 10
DAYS_MAX = 3_650
HOURS_MAX = 24 * DAYS_MAX
MINUTES_MAX = 60 * HOURS_MAX
COUNT_MAX = 1_000_000_000
EVENT_CHARS_MAX = 256
"""As long as the name of an event that comes in may be."""
YEAR_MIN, YEAR_MAX = 1970, 2199


def behaviour_problems(node: Aggregate, where: str) -> Iterator[Problem]:
    """Yield what is wrong with a condition about what a user did."""
    yield from _deed_problems(node, where)
    match node:
        case Did(count=count) | DidOnDays(count=count):
            yield from _count_problems(count, member(where, "count"))
        case DidSum(property=name, amount=amount) | DidAverage(property=name, amount=amount):
            yield from text_problems(name, member(where, "property"), PROPERTY_CHARS_MAX)
            yield from _amount_problems(amount, member(where, "amount"))
        case DidMostly(property=name, value=value):
            yield from text_problems(name, member(where, "property"), PROPERTY_CHARS_MAX)
            yield from _one_value_problems(value, member(where, "value"))
        case DidShare(property=name, value=value, percent=percent):
            yield from text_problems(name, member(where, "property"), PROPERTY_CHARS_MAX)
            yield from _one_value_problems(value, member(where, "value"))
            if not 1 <= percent <= 100:
                place = member(where, "percent")
                yield Problem(place, f"{percent} % is not possible.", "Choose 1 to 100.")
        case DidNot() | DidFirst():
            pass
        case _:
            assert_never(node)


def same_value_problems(node: SameValue, where: str) -> Iterator[Problem]:
    """Yield what is wrong with a condition about one value held across events."""
    yield from text_problems(node.property, member(where, "property"), PROPERTY_CHARS_MAX)
    did = member(where, "did")
    if all(counts(step.count, 0) for step in node.did):
        what = "No step needs an event, so there is no value to hold."
        yield Problem(did, what, "Add a step that counts once or more.")
    if len(node.did) + len(node.did_not) > STEPS_MAX:
        what = f"There are {len(node.did) + len(node.did_not)} steps; at most {STEPS_MAX} are"
        yield Problem(did, f"{what} possible.", "Leave some out.")
    for i, step in enumerate(node.did):
        yield from _deed_problems(step, item(did, i))
        yield from _count_problems(step.count, member(item(did, i), "count"))
        yield from _alias_problems(step.property, item(did, i))
    for i, step_not in enumerate(node.did_not):
        place = item(member(where, "did_not"), i)
        yield from _deed_problems(step_not, place)
        yield from _alias_problems(step_not.property, place)


def _alias_problems(name: str | None, where: str) -> Iterator[Problem]:
    if name is not None:
        yield from text_problems(name, member(where, "property"), PROPERTY_CHARS_MAX)


def _deed_problems(deed: Asked, where: str) -> Iterator[Problem]:
    yield from text_problems(deed.event, member(where, "event"), EVENT_CHARS_MAX)
    yield from filter_problems(deed.where, member(where, "where"))
    also = member(where, "also")
    if len(deed.also) > ALSO_MAX:
        what = f"There are {len(deed.also)} further events; at most {ALSO_MAX} are possible."
        yield Problem(also, what, "Leave some out.")
    for i, doing in enumerate(deed.also):
        yield from text_problems(doing.event, member(item(also, i), "event"), EVENT_CHARS_MAX)
        yield from filter_problems(doing.where, member(item(also, i), "where"))
    if len(set(doings(deed))) < len(deed.also) + 1:
        yield Problem(also, "It has the same event more than once.", "Remove the second.")
    if deed.days is not None and not 1 <= deed.days <= DAYS_MAX:
        fix = f"Choose 1 to {DAYS_MAX} days, or leave it out for ever."
        yield Problem(member(where, "days"), f"{deed.days} days are not possible.", fix)
    yield from _period_problems(deed, member(where, "period"))
    yield from _clock_problems(deed, where)


def _period_problems(deed: Asked, where: str) -> Iterator[Problem]:
    if deed.period is not None and deed.days is not None:
        yield Problem(where, "It has a period and days as well.", "Leave one of the two out.")
    match deed.period:
        case Hours(last):
            yield from _range_problems(last, HOURS_MAX, member(where, "last"))
        case Minutes(last):
            yield from _range_problems(last, MINUTES_MAX, member(where, "last"))
        case DaysAgo((first, second)):
            if not (min(first, second) >= 0 and max(first, second) <= DAYS_MAX):
                what = f"{first} and {second} days ago are not possible."
                yield Problem(member(where, "between"), what, f"Choose 0 to {DAYS_MAX}.")
        case Dates(first_day, last_day):
            yield from _dates_problems(first_day, last_day, where)
        case None:
            pass
        case _:
            assert_never(deed.period)


def _range_problems(last: int, last_max: int, where: str) -> Iterator[Problem]:
    if not 1 <= last <= last_max:
        yield Problem(where, f"{last} is not possible.", f"Choose 1 to {last_max}.")


def _dates_problems(first: str | None, last: str | None, where: str) -> Iterator[Problem]:
    if first is None and last is None:
        yield Problem(where, "It has neither a first nor a last date.", "Leave the period out.")
    days = []
    for key, text in (("first", first), ("last", last)):
        if text is None:
            continue
        day = _day(text)
        if day is None:
            what = f'"{text[:20]}" is no date from {YEAR_MIN} to {YEAR_MAX}.'
            yield Problem(member(where, key), what, 'Write it as "2026-03-29".')
        else:
            days.append(day)
    if any(later < earlier for earlier, later in pairwise(days)):
        what = "The last date is before the first."
        yield Problem(member(where, "last"), what, "Exchange the two.")


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text and YEAR_MIN <= day.year <= YEAR_MAX else None


def _clock_problems(deed: Asked, where: str) -> Iterator[Problem]:
    yield from duplicate_problems(deed.weekdays, member(where, "weekdays"))
    if deed.time_of_day is None:
        return
    place = member(where, "time_of_day")
    odd = [text for text in deed.time_of_day if not _is_time(text)]
    for text in odd:
        yield Problem(place, f'"{text[:20]}" is no time of day.', 'Write it as "21:30".')
    if not odd and deed.time_of_day[0] == deed.time_of_day[1]:
        what = "It begins and ends at the same time."
        yield Problem(place, what, "Leave it out for the whole day.")


def _is_time(text: str) -> bool:
    try:
        return f"{time.fromisoformat(text):%H:%M}" == text
    except ValueError:
        return False


def _count_problems(count: Count, where: str) -> Iterator[Problem]:
    place = member(where, "value")
    if problem := _pair_problem(count, place):
        yield problem
        return
    several = bounds(count)
    for each in several:
        if not 0 <= each <= COUNT_MAX:
            fix = f"Choose a number from 0 to {COUNT_MAX}."
            yield Problem(place, f"{each} times are not possible.", fix)
            return
    smallest = 0 if count.include_zero else 1
    largest = {
        "<": several[-1] - 1,
        "<=": several[-1],
        "=": several[-1],
        "between": several[-1],
    }.get(count.op, COUNT_MAX)
    if largest < smallest:
        shown = " and ".join(map(str, several))
        what = f'Nobody did it "{count.op} {shown}" times: this counts only users who did it.'
        yield Problem(where, what, "Use did_not, or include_zero = true, or another number.")


def _amount_problems(amount: Amount, where: str) -> Iterator[Problem]:
    place = member(where, "value")
    if problem := _pair_problem(amount, place):
        yield problem
        return
    for each in amount.value if isinstance(amount.value, tuple) else (amount.value,):
        if not (abs(each) <= AMOUNT_MAX and math.isfinite(each)):
            what = f"{each} is too large to be compared exactly."
            yield Problem(place, what, f"Choose a number of at most {AMOUNT_MAX}.")


def _pair_problem(asked: Count | Amount, where: str) -> Problem | None:
    """Return what is wrong with the number of numbers, or their order."""
    fix = "Write the lower number first: [10, 20]."
    if isinstance(asked.value, tuple):
        if asked.op != "between":
            return Problem(where, f'"{asked.op}" needs one number.', "Write one number.")
        low, high = asked.value
        return Problem(where, "The two numbers are not in order.", fix) if low > high else None
    if asked.op == "between":
        return Problem(where, '"between" needs two numbers.', fix)
    return None


def _one_value_problems(value: Scalar, where: str) -> Iterator[Problem]:
    odd = list(scalar_problems(value, where))
    yield from odd
    if not odd and single(value) is None:
        yield Problem(where, f"{value} is no value that events can have.", "Choose another.")
