import pytest
from msgspec.structs import replace

from domain.campaign import What
from domain.lasting import events_each, lasts_ms, told
from tests.domain.definitions import PAST

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


def test_an_identify_call_beside_the_message_counts_for_the_pace_and_for_no_throttle() -> None:
    twice = replace(PAST, what=What(identify=("plan",)))
    assert [events_each(each) for each in (PAST, twice)] == [1, 2]
    assert lasts_ms(1_000, messages_per_second=100, throttles=[], events=2_000) == 20_000
    throttled = lasts_ms(1_000, messages_per_second=0, throttles=[300])
    assert lasts_ms(1_000, messages_per_second=0, throttles=[300], events=2_000) == throttled
