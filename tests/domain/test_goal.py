import random

import pytest
from msgspec import Struct

from domain.goal import LATE_MS_MAX, Goal, counts_as_of_ms, credited, revenue_micros

WINDOW_MS = 60_000
ORDER = Goal("Order Completed", revenue="total")


class At(Struct, frozen=True):
    at_ms: int


def at(exposures: list[At], time_ms: int, received_ms: int | None = None) -> At | None:
    received_ms = time_ms if received_ms is None else received_ms
    return credited(exposures, time_ms=time_ms, received_ms=received_ms, window_ms=WINDOW_MS)


@pytest.mark.parametrize(("time_ms", "counts"), [(999, 0), (1_000, 1), (60_999, 1), (61_000, 0)])
def test_an_event_counts_from_the_moment_of_the_message_until_just_before_the_windows_end(
    time_ms: int, counts: int
) -> None:
    assert (at([At(1_000)], time_ms) is not None) == bool(counts)


def test_of_several_messages_the_latest_is_credited() -> None:
    assert at([At(1_000), At(3_000), At(2_000)], 2_500) == At(2_000)


@pytest.mark.parametrize(("late_ms", "counts"), [(LATE_MS_MAX - 1, 1), (LATE_MS_MAX, 0)])
def test_an_event_of_the_window_that_comes_in_late_counts_for_seven_days(
    late_ms: int, counts: int
) -> None:
    found = at([At(1_000)], 2_000, received_ms=1_000 + WINDOW_MS + late_ms)
    assert (found is not None) == bool(counts)


def test_an_event_from_the_future_counts_as_of_when_it_came() -> None:
    assert counts_as_of_ms(99, 50) == 50
    assert at([At(1_000)], 10_000_000, received_ms=2_000) == At(1_000)


def test_windows_agree_with_brute_force() -> None:
    """Every exposure is asked on its own, millisecond by millisecond as the rule is written."""
    dice = random.Random(4)
    for _ in range(2_000):
        exposures = [At(dice.randrange(300)) for _ in range(dice.randrange(6))]
        time_ms, window = dice.randrange(400), dice.randrange(1, 120)
        received_ms = time_ms + dice.choice([0, 0, -50, LATE_MS_MAX, LATE_MS_MAX + window])
        happened = min(received_ms, time_ms)
        holding = []
        for each in sorted(exposures, key=lambda one: one.at_ms):
            inside = happened in range(each.at_ms, each.at_ms + window)
            if inside and received_ms - (each.at_ms + window) < LATE_MS_MAX:
                holding.append(each)
        found = credited(exposures, time_ms=time_ms, received_ms=received_ms, window_ms=window)
        assert found == (holding[-1] if holding else None)


@pytest.mark.parametrize(
    ("value", "micros"),
    [(19.99, 19_990_000), (3, 3_000_000), (-2, -2_000_000), ("12", 0), (None, 0), (1e10, 0)],
)
def test_revenue_is_counted_in_whole_millionths_and_what_is_no_amount_brings_nothing(
    value: object, micros: int
) -> None:
    assert revenue_micros(ORDER, {"total": value}) == micros


def test_a_goal_without_revenue_brings_none() -> None:
    assert revenue_micros(Goal("Order Completed"), {"total": 5, "": 5}) == 0
