import pytest

from domain.lasting import lasts_ms, told

HOUR_MS = 3_600_000


def test_no_message_takes_no_time_and_no_pace_says_nothing() -> None:
    assert lasts_ms(0, messages_per_second=10, throttles=[5]) == 0
    assert lasts_ms(100, messages_per_second=0, throttles=[]) == 0


def test_the_slowest_of_what_holds_counts() -> None:
    assert lasts_ms(1_000, messages_per_second=100, throttles=[]) == 10_000
    throttled = lasts_ms(1_000, messages_per_second=100, throttles=[300, 600])
    assert throttled == lasts_ms(1_000, messages_per_second=0, throttles=[300])
    assert 1_000_000 <= throttled < 1_030_000
    assert lasts_ms(1_000, messages_per_second=1, throttles=[30_000]) == 1_000_000


def test_a_message_of_two_events_takes_twice_as_long_at_a_pace_and_not_in_a_throttle() -> None:
    assert lasts_ms(1_000, messages_per_second=100, throttles=[], events=2) == 20_000
    once, twice = (lasts_ms(6, messages_per_second=0, throttles=[5], events=n) for n in (1, 2))
    assert once == twice


def test_what_leaves_in_slots_takes_as_many_slots() -> None:
    """5 in 5 minutes leave one by one, a minute and a second apart."""
    assert lasts_ms(6, messages_per_second=0, throttles=[5]) == 6 * 61_000


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (1, "1 s"),
        (59_001, "1 min"),
        (61_000, "1 min 1 s"),
        (HOUR_MS - 1, "1 h"),
        (9 * HOUR_MS + 39 * 60_000 + 1, "9 h 40 min"),
        (24 * HOUR_MS, "1 d"),
        (50 * HOUR_MS, "2 d 2 h"),
    ],
)
def test_it_is_told_in_two_units_and_never_too_short(ms: int, words: str) -> None:
    assert told(ms) == words
