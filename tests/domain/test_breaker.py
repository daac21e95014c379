import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.breaker import (
    FAILURES_MAX,
    PROBE_MS,
    RAMP_MS,
    Breaker,
    Closed,
    Open,
    Ramping,
    answered,
    failed,
    percent,
    refused,
)

NOW = 5_000_000
OPEN = Open(NOW + PROBE_MS)
LAST = FAILURES_MAX - 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Closed(), Closed(1)),
        (Closed(LAST - 1), Closed(LAST)),
        (Closed(LAST), OPEN),
        (Open(NOW), OPEN),
        (Ramping(1), Ramping(1, 1)),
        (Ramping(1, LAST), OPEN),
    ],
)
def test_five_failures_in_a_row_open_it(before: Breaker, after: Breaker) -> None:
    assert failed(before, now_ms=NOW, u=0.5) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Closed(LAST), Closed()),
        (Open(NOW), Ramping(NOW)),
        (Ramping(NOW - RAMP_MS + 1, LAST), Ramping(NOW - RAMP_MS + 1)),
        (Ramping(NOW - RAMP_MS, 1), Closed()),
    ],
)
def test_an_answer_forgets_the_failures_and_ends_the_silence(
    before: Breaker, after: Breaker
) -> None:
    assert answered(before, now_ms=NOW) == after


@given(st.floats(0, 1, exclude_max=True))
def test_a_probe_comes_about_every_thirty_seconds(u: float) -> None:
    found = failed(Open(NOW), now_ms=NOW, u=u)
    assert isinstance(found, Open)
    assert 24_000 <= found.probe_ms - NOW <= 36_000
    assert 48_000 <= refused(now_ms=NOW, u=u).probe_ms - NOW <= 72_000


def test_after_a_silence_the_pace_grows_from_a_tenth_to_the_whole_in_five_minutes() -> None:
    grown = [percent(Ramping(NOW), now_ms=NOW + minute * 60_000) for minute in range(7)]
    assert grown == [10, 28, 46, 64, 82, 100, 100]
    assert percent(Ramping(NOW), now_ms=NOW - 1) == 10
    assert (percent(Closed(4), now_ms=NOW), percent(Open(0), now_ms=NOW)) == (100, 0)
