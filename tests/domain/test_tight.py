import pytest

from domain.campaign import Campaign, Limits, Trigger, When
from domain.recurrence import EveryDays, EveryWeeks, Repeat
from domain.tight import tight

START = "2030-01-01T09:00"
HOUR, DAY = 60, 24 * 60


def told(minutes: int | None, when: When) -> list[str]:
    return list(
        tight(Campaign("C", "past_behaviour", when=when, limits=Limits(per_user_minutes=minutes)))
    )


def test_once_a_day_in_a_daily_run_leaves_out_who_got_it_a_little_late() -> None:
    (found,) = told(DAY, When(START, repeat=EveryDays()))
    assert found == (
        "It runs again after 24 hours, and a user gets it again after 24 hours at the earliest: who"
        " got it a little late is left out of that run. Allow it after 22 hours if all should get"
        " both."
    )


@pytest.mark.parametrize(
    ("minutes", "repeat", "is_tight"),
    [
        (22 * HOUR, EveryDays(), False),
        (22 * HOUR + 1, EveryDays(), True),
        (DAY + 1, EveryDays(), False),  # every second day, and meant so
        (7 * DAY, EveryDays(), True),  # as well the seventh run, or the eighth
        (30 * DAY, EveryDays(), True),
        (None, EveryDays(), False),
        (2 * DAY, EveryWeeks(("monday", "wednesday")), True),
        (4 * DAY, EveryWeeks(("monday", "wednesday")), False),
        (5 * DAY, EveryWeeks(("monday", "wednesday")), True),
    ],
)
def test_an_interval_is_tight_if_a_run_comes_less_than_two_hours_after_it(
    minutes: int | None, repeat: Repeat, is_tight: bool
) -> None:
    assert bool(told(minutes, When(START, repeat=repeat))) == is_tight


def test_dates_are_compared_in_their_order_and_what_is_no_date_is_not() -> None:
    dates = ("2030-01-02T09:30", "x", "2030-01-01T09:00")
    assert "after 24 hours at the earliest" in told(DAY, When(dates=dates))[0]
    assert told(DAY, When(dates=dates[:2])) == []
    assert "Leave the interval out if" in told(5, When(dates=("2030-01-01T09:05", dates[2])))[0]
    assert told(5, When("x", repeat=EveryDays())) == []


def test_a_live_campaign_has_no_runs_to_compare() -> None:
    live = Campaign("L", "live", trigger=Trigger("A"), limits=Limits(per_user_minutes=DAY))
    assert list(tight(live)) == []
