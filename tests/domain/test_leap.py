from random import Random

import pytest

from domain.leap import DRIFT_PPM_MAX, TOLERANCE_MS, Leap, Timeline, begin, believe, look

T0 = 1_774_000_000_000
SECOND, HOUR, DAY = 1_000, 3_600_000, 86_400_000
YEAR = 365 * DAY
JUMPS = [
    sign * size
    for size in (SECOND, 1_900, 2_500, 60 * SECOND, HOUR, 20 * HOUR, DAY, 30 * DAY, YEAR)
    for sign in (1, -1)
]


@pytest.mark.parametrize("jump", JUMPS)
def test_after_any_jump_nobody_is_told_a_time_that_is_early_by_more_than_the_tolerance(
    jump: int,
) -> None:
    line = believe(T0, 0)
    for steady in range(0, 4 * HOUR, 7 * SECOND):
        true = T0 + steady
        line = look(line, true + (jump if steady > HOUR else 0), steady)
        assert line.now_ms <= true + TOLERANCE_MS
        assert (line.leap is not None) == (steady > HOUR and abs(jump) > TOLERANCE_MS)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_comes_back_is_believed_again_by_itself(jump: int) -> None:
    line = look(believe(T0, 0), T0 + SECOND + jump, SECOND)
    line = look(line, T0 + 30 * SECOND, 30 * SECOND)
    assert (line.leap, line.now_ms >= T0 + 30 * SECOND) == (None, True)


def test_time_never_goes_back_while_a_small_step_back_is_followed() -> None:
    line = believe(T0, 0)
    told = []
    for steady in range(0, 10 * SECOND, 100):
        step = -1_500 if steady >= 2 * SECOND else 0
        line = look(line, T0 + steady + step, steady)
        told.append(line.now_ms)
    assert told == sorted(told)
    assert line.now_ms == T0 + 10 * SECOND - 100 - 1_500


@pytest.mark.parametrize("ppm", [200, -200, DRIFT_PPM_MAX - 1, 1 - DRIFT_PPM_MAX])
def test_a_slow_drift_over_weeks_is_no_leap(ppm: int) -> None:
    line = believe(T0, 0)
    for steady in range(0, 30 * DAY, 60 * SECOND):
        wall = T0 + steady + steady * ppm // 1_000_000
        line = look(line, wall, steady)
        assert line.leap is None, steady


def test_many_small_steps_do_not_lead_far_astray() -> None:
    """A step each minute, each within the tolerance, is no drift: the second is a leap."""
    line, off = believe(T0, 0), 0
    for minute in range(1, 60):
        off += 1_800
        line = look(line, T0 + minute * 60 * SECOND + off, minute * 60 * SECOND)
    assert line.leap is not None
    assert line.now_ms <= T0 + 59 * 60 * SECOND + TOLERANCE_MS


@pytest.mark.parametrize("asleep", [60 * SECOND, DAY, YEAR])
def test_a_suspension_that_the_steady_clock_counts_is_no_leap(asleep: int) -> None:
    assert look(believe(T0, 0), T0 + asleep, asleep).leap is None


def test_looking_more_often_changes_nothing() -> None:
    seldom, often, chance = believe(T0, 0), believe(T0, 0), Random(1)
    for steady in range(0, HOUR, 60 * SECOND):
        for extra in sorted(chance.randrange(60 * SECOND) for _ in range(5)):
            often = look(often, T0 + steady + extra, steady + extra)
        seldom = look(seldom, T0 + steady + 60 * SECOND, steady + 60 * SECOND)
        often = look(often, T0 + steady + 60 * SECOND, steady + 60 * SECOND)
        assert often.now_ms == seldom.now_ms


def test_a_start_before_the_high_water_mark_is_held_there_until_the_clock_is_past_it() -> None:
    line = begin(T0 - HOUR, 0, high_water_ms=T0)
    assert line.leap == Leap(-HOUR, T0)
    line = look(line, T0 - HOUR + SECOND, SECOND)
    assert line.now_ms == T0 + SECOND
    line = look(line, T0 + 5 * HOUR, 2 * SECOND)  # the network has set it: the daemon was down
    assert (line.leap, line.now_ms) == (None, T0 + 5 * HOUR)


@pytest.mark.parametrize("high_water", [None, T0, T0 - YEAR, T0 + TOLERANCE_MS])
def test_a_start_at_or_after_the_high_water_mark_is_believed(high_water: int | None) -> None:
    assert begin(T0, 0, high_water_ms=high_water) == Timeline(T0, 0, T0)


def test_a_restart_does_not_make_a_leap_right() -> None:
    noted = Leap(YEAR, T0)
    line = begin(T0 + YEAR + 5 * 60 * SECOND, 0, high_water_ms=T0, noted=noted)
    assert line.leap == noted
    assert line.now_ms == T0 + 5 * 60 * SECOND  # the five minutes that it was down


def test_a_clock_that_was_set_right_while_the_daemon_was_down_is_believed() -> None:
    line = begin(T0 + 60 * SECOND, 0, high_water_ms=T0, noted=Leap(YEAR, T0))
    assert line == Timeline(T0 + 60 * SECOND, 0, T0 + 60 * SECOND)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_a_person_believes_is_the_time_from_then_on(jump: int) -> None:
    line = look(believe(T0 + jump, 1), T0 + jump + SECOND, 1 + SECOND)
    assert (line.leap, line.now_ms) == (None, T0 + jump + SECOND)
