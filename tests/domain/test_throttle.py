from itertools import cycle, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.throttle import MARGIN_MS, MESSAGES_MAX, WINDOW_MS, Throttle

MOST = st.one_of(st.integers(1, 10), st.integers(1, 1_000), st.integers(1, MESSAGES_MAX))


def test_few_messages_leave_one_by_one() -> None:
    throttle = Throttle.after_start(5, 0)
    assert (throttle.size, throttle.length_ms) == (1, (WINDOW_MS + MARGIN_MS) // 5)


def test_many_messages_leave_in_slots_of_a_second() -> None:
    throttle = Throttle.after_start(60_000, 0)
    assert (throttle.size, throttle.length_ms) == (200, 1_017)


def test_after_a_start_one_slot_is_silent() -> None:
    throttle = Throttle.after_start(5, 1_000)
    assert throttle.room(1_000) == 0
    wait = throttle.wait_ms(1_000)
    assert wait == throttle.length_ms
    assert throttle.room(1_000 + wait) == 1


@pytest.mark.parametrize("most", [0, -1, MESSAGES_MAX + 1])
def test_a_throttle_of_nothing_is_none(most: int) -> None:
    with pytest.raises(ValueError, match="no throttle"):
        Throttle.after_start(most, 0)


@given(
    MOST,
    st.lists(st.integers(0, 400_000) | st.integers(0, 3_000), min_size=1, max_size=60),
    st.lists(st.integers(1, 3), min_size=1),
)
@example(1, [609_999, 1], [1])
@example(600, [1_016, 1_000, 17], [1, 1, 2])
def test_no_5_minutes_hold_more_than_allowed_however_long_each_takes_to_begin(
    most: int, pauses_ms: list[int], wishes: list[int]
) -> None:
    throttle, now = Throttle.after_start(most, 0), 0
    spent: list[tuple[int, int]] = []
    for pause_ms, wish in zip(pauses_ms, cycle(wishes), strict=False):
        now += pause_ms
        if room := throttle.room(now) if wish == 3 else min(throttle.room(now), wish):
            throttle = throttle.spend(now, room)
            spent.append((now, room))
    for first, _ in spent:
        window = sum(n for at, n in spent if 0 <= at - first < WINDOW_MS + MARGIN_MS)
        assert window <= most


@given(MOST)
def test_a_sender_who_waits_as_told_gets_nearly_all_of_it_and_evenly(most: int) -> None:
    throttle, now = Throttle.after_start(most, 0), 0
    times: list[int] = []
    for _ in range(700):
        now += throttle.wait_ms(now)
        throttle = throttle.spend(now, throttle.room(now))
        times.append(now)
    assert all(later - at == throttle.length_ms for at, later in pairwise(times))
    per_5_minutes = throttle.size * WINDOW_MS / throttle.length_ms
    assert per_5_minutes >= min(most * 0.48, most - 1) * 0.97
