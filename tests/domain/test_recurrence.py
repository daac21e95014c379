import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import dropwhile, islice, takewhile
from pathlib import Path
from random import Random

import pytest
from croniter import croniter

from domain.recurrence import (
    WEEKDAYS,
    WEEKS,
    EveryDays,
    EveryMonths,
    EveryWeeks,
    Nth,
    Repeat,
    days,
)

HORIZON_DAYS = 900
TIMES = 10 if "CLARION_SWEEP" in os.environ else 1
RULES = 2_000 * TIMES
CRON_RULES = 1_000 * TIMES
SINCE_RULES = 500 * TIMES
A_WEDNESDAY = date(2026, 4, 1)


def first(repeat: Repeat, start: str, count: int = 4) -> list[str]:
    return [day.isoformat() for day in islice(days(repeat, date.fromisoformat(start)), count)]


def test_the_seventh_of_each_month_begins_at_the_first_seventh_from_the_start_on() -> None:
    sevenths = EveryMonths(days=(7,))
    assert first(sevenths, "2026-03-05", 2) == ["2026-03-07", "2026-04-07"]
    assert first(sevenths, "2026-03-07", 1) == ["2026-03-07"]
    assert first(sevenths, "2026-03-08", 2) == ["2026-04-07", "2026-05-07"]


def test_the_interval_counts_from_the_first_day_that_matches() -> None:
    assert first(EveryMonths(days=(7,), every=2), "2026-03-08", 2) == ["2026-04-07", "2026-06-07"]
    thursdays_start = first(EveryWeeks(weekdays=("monday",), every=2), "2026-03-05", 2)
    assert thursdays_start == ["2026-03-09", "2026-03-23"]


def test_a_week_begins_on_monday_however_far_the_interval() -> None:
    both = EveryWeeks(weekdays=("sunday", "monday"), every=2)
    assert first(both, "2026-03-08", 3) == ["2026-03-08", "2026-03-16", "2026-03-22"]


def test_day_31_is_left_out_of_short_months_or_is_their_last_day() -> None:
    assert first(EveryMonths(days=(31,)), "2026-02-01", 3) == [
        "2026-03-31",
        "2026-05-31",
        "2026-07-31",
    ]
    last = EveryMonths(days=(31,), short_month="last_day")
    assert first(last, "2028-02-01") == ["2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"]


def test_a_day_that_is_named_twice_comes_once() -> None:
    twice = EveryMonths(days=(30, 31), nth=(Nth("last", "saturday"),), short_month="last_day")
    assert first(twice, "2026-02-01", 3) == ["2026-02-28", "2026-03-28", "2026-03-30"]


def test_the_nth_weekday_of_a_month_and_the_last() -> None:
    assert first(EveryMonths(nth=(Nth("first", "monday"),)), "2026-03-03", 2) == [
        "2026-04-06",
        "2026-05-04",
    ]
    assert first(EveryMonths(nth=(Nth("last", "friday"),), every=3), "2026-03-28", 2) == [
        "2026-04-24",
        "2026-07-31",
    ]


def test_every_n_days_counts_over_months_and_leap_years() -> None:
    assert first(EveryDays(every=30), "2028-02-01", 2) == ["2028-02-01", "2028-03-02"]


def test_the_days_end_with_the_calendar_of_definitions() -> None:
    assert first(EveryMonths(days=(15,)), "2999-11-20") == ["2999-12-15"]
    assert first(EveryMonths(days=(15,)), "2999-12-20") == []


def plainly(repeat: Repeat, start: date) -> Iterator[date]:
    """The rule, said day by day: what matches, and whether its period is in turn."""
    anchor: date | None = None
    for n in range(HORIZON_DAYS):
        day = start + timedelta(days=n)
        if not matches(repeat, day):
            continue
        anchor = anchor or day
        if periods(repeat, anchor, day) % repeat.every == 0:
            yield day


def matches(repeat: Repeat, day: date) -> bool:
    match repeat:
        case EveryDays():
            return True
        case EveryWeeks():
            return WEEKDAYS[day.weekday()] in repeat.weekdays
        case EveryMonths():
            is_last = (day + timedelta(days=1)).day == 1
            short = repeat.short_month == "last_day" and is_last
            return (
                day.day in repeat.days
                or (short and any(number > day.day for number in repeat.days))
                or any(is_nth(nth, day) for nth in repeat.nth)
            )


def is_nth(nth: Nth, day: date) -> bool:
    if WEEKDAYS[day.weekday()] != nth.weekday:
        return False
    if nth.week == "last":
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 + 1 == WEEKS[nth.week]


def periods(repeat: Repeat, anchor: date, day: date) -> int:
    match repeat:
        case EveryDays():
            return (day - anchor).days
        case EveryWeeks():
            monday = anchor - timedelta(days=anchor.weekday())
            return (day - monday).days // 7
        case EveryMonths():
            return (day.year - anchor.year) * 12 + day.month - anchor.month


def any_rule(chance: Random, *, every: int) -> Repeat:
    match chance.randrange(3):
        case 0:
            return EveryDays(every=every)
        case 1:
            some = chance.sample(WEEKDAYS, chance.randint(1, 4))
            return EveryWeeks(weekdays=tuple(some), every=every)  # type: ignore[arg-type]
        case _:
            nth = tuple(
                Nth(chance.choice(list(WEEKS)), chance.choice(WEEKDAYS))  # type: ignore[arg-type]
                for _ in range(chance.randint(0, 2))
            )
            numbers = tuple(chance.sample(range(1, 32), chance.randint(0 if nth else 1, 3)))
            return EveryMonths(
                days=numbers, nth=nth, every=every, short_month=chance.choice(["skip", "last_day"])
            )


def test_thousands_of_rules_agree_with_the_rule_said_day_by_day() -> None:
    chance = Random(5)
    for _ in range(RULES):
        repeat = any_rule(chance, every=chance.choice([1, 1, 2, 3, 5, 12]))
        start = A_WEDNESDAY + timedelta(days=chance.randrange(1_000))
        end = start + timedelta(days=HORIZON_DAYS)
        found = list(takewhile(end.__gt__, days(repeat, start)))
        assert found == list(plainly(repeat, start)), (repeat, start)


def test_the_days_since_a_day_are_those_of_all_that_are_not_before_it() -> None:
    chance = Random(7)
    for _ in range(SINCE_RULES):
        repeat = any_rule(chance, every=chance.choice([1, 1, 2, 3, 5, 12]))
        start = A_WEDNESDAY + timedelta(days=chance.randrange(1_000))
        since = start + timedelta(days=chance.randrange(-30, 900))
        expected = list(islice(dropwhile(since.__gt__, days(repeat, start)), 3))
        assert list(islice(days(repeat, start, since=since), 3)) == expected, (repeat, since)


def test_the_days_of_centuries_to_come_are_found_at_once() -> None:
    far = date(2990, 6, 15)
    for repeat in (EveryDays(7), EveryWeeks(("friday",), 2), EveryMonths(days=(31,), every=5)):
        (found,) = islice(days(repeat, A_WEDNESDAY, since=far), 1)
        assert found >= far


def cron_rules(chance: Random) -> Iterator[Repeat]:
    while True:
        repeat = any_rule(chance, every=1)
        if not isinstance(repeat, EveryMonths) or repeat.short_month == "skip":
            yield repeat  # of the others cron cannot say all


def as_cron(repeat: Repeat) -> list[str]:
    match repeat:
        case EveryDays():
            return ["0 0 * * *"]
        case EveryWeeks(weekdays=names):
            return [f"0 0 * * {','.join(str((WEEKDAYS.index(n) + 1) % 7) for n in names)}"]
        case EveryMonths():
            numbers = [f"0 0 {','.join(map(str, repeat.days))} * *"] if repeat.days else []
            return numbers + [f"0 0 * * {nth_as_cron(nth)}" for nth in repeat.nth]


def nth_as_cron(nth: Nth) -> str:
    number = (WEEKDAYS.index(nth.weekday) + 1) % 7
    return f"L{number}" if nth.week == "last" else f"{number}#{WEEKS[nth.week]}"


def by_cron(repeat: Repeat, start: date, count: int) -> list[date]:
    before = datetime(start.year, start.month, start.day) - timedelta(seconds=1)  # noqa: DTZ001 - a wall has no zone
    found: set[date] = set()
    for line in as_cron(repeat):
        following = croniter(line, before)
        found |= {following.get_next(datetime).date() for _ in range(count)}
    return sorted(found)[:count]


def test_a_library_of_another_family_finds_the_same_days() -> None:
    chance = Random(6)
    for repeat in islice(cron_rules(chance), CRON_RULES):
        start = A_WEDNESDAY + timedelta(days=chance.randrange(1_000))
        assert list(islice(days(repeat, start), 12)) == by_cron(repeat, start, 12), repeat


def test_the_number_of_rules_stands_in_the_docs() -> None:
    docs = Path(__file__).parents[2] / "docs/explanation/time.md"
    told = " ".join(docs.read_text().split())
    assert (
        f"{RULES // TIMES:,} generated rules, and with cron's on {CRON_RULES // TIMES:,};"
        " `make sweep` takes ten times as many"
    ) in told


@pytest.mark.parametrize("every", [1, 2])
def test_no_day_is_before_the_start(every: int) -> None:
    rule = EveryWeeks(weekdays=("monday", "friday"), every=every)
    assert next(days(rule, A_WEDNESDAY)) == date(2026, 4, 3)
