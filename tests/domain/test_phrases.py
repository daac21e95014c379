from typing import get_args

import pytest

from domain.audience import (
    Amount,
    Count,
    Dates,
    DaysAgo,
    Did,
    Filter,
    Hours,
    Minutes,
    Operator,
)
from domain.phrases import amounts, describe_filters, duration, phrase, quoted, range_of, times


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (Count(), "at least once"),
        (Count("<", 1), "less than once"),
        (Count("=", 2), "exactly twice"),
        (Count("between", (2, 5)), "from 2 to 5 times"),
        (Count("<", 3, include_zero=True), "fewer than 3 times, or never,"),
    ],
)
def test_how_often_is_said_as_people_do(count: Count, said: str) -> None:
    assert times(count) == said


def test_days_are_counted_as_days() -> None:
    assert times(Count(">=", 1), noun="day") == "at least 1 day"
    assert times(Count("<", 3), noun="day") == "fewer than 3 days"


def test_how_much_is_said_as_people_do() -> None:
    assert amounts(Amount(">=", 99.5)) == "of at least 99.5"
    assert amounts(Amount("between", (1, 2), include_zero=True)) == "from 1 to 2, or never,"


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (Did("A"), ""),
        (Did("A", days=1), " in the last day"),
        (Did("A", period=Hours(6)), " in the last 6 hours"),
        (Did("A", period=Minutes(1)), " in the last minute"),
        (Did("A", period=DaysAgo((30, 7))), " between 7 and 30 days ago"),
        (Did("A", period=Dates("2026-01-01", "2026-03-31")), " from 2026-01-01 until 2026-03-31"),
        (Did("A", period=Dates(None, "2026-03-31")), " until 2026-03-31"),
        (
            Did("A", days=2, time_of_day=("22:00", "06:00"), weekdays=("saturday", "sunday")),
            " in the last 2 days on Saturday, Sunday between 22:00 and 06:00 (where the user is)",
        ),
    ],
)
def test_when_is_said_behind_the_deed(deed: Did, said: str) -> None:
    assert range_of(deed) == said


def test_every_operator_has_a_phrase() -> None:
    assert all(phrase(op, 3) for op in get_args(Operator))
    assert phrase("in_next_days", 14) == "in the next 14 days"


def test_long_texts_are_shortened_and_comparisons_end_a_sentence() -> None:
    assert len(quoted("x" * 500)) == 202
    where = (Filter("price", ">", 50), Filter("currency", "equals", "EUR"))
    assert describe_filters(where) == ', with price over 50 and currency is "EUR"'


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (1, "a minute"),
        (60, "an hour"),
        (90, "90 minutes"),
        (121, "2 hours and 1 minute"),
        (1_470, "24 hours and 30 minutes"),
        (4_320, "72 hours"),
        (5_760, "4 days"),
    ],
)
def test_a_duration_is_said_in_units_that_one_can_picture(minutes: int, said: str) -> None:
    assert duration(minutes) == said
