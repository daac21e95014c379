from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pace import (
    BACKOFF_MS_MAX,
    BATCH_BYTES_MAX,
    EVENT_BYTES_MAX,
    RETRY_AFTER_MS_MAX,
    Bucket,
    Granted,
    Wait,
    backoff,
    pack,
    reset_ms,
    retry_after_ms,
)

NOON_MS = 1_774_785_600_000  # Sun, 29 Mar 2026 12:00:00 UTC


def busiest_second(grants: list[tuple[float, int]]) -> int:
    """Return the most tokens in any second, of times in true (not whole) milliseconds."""
    return max(
        sum(count for at, count in grants if first <= at < first + 1_000) for first, _ in grants
    )


@given(
    st.integers(1, 50),
    st.lists(st.tuples(st.floats(0, 700), st.integers(1, 50)), min_size=1, max_size=40),
)
def test_no_second_ever_exceeds_the_rate(rate: int, asks: list[tuple[float, int]]) -> None:
    bucket = Bucket(rate=rate)
    now, granted = 0.0, [(0.0, 0)]
    for pause, wanted in asks:
        now += pause
        bucket, answer = bucket.take(int(now), min(wanted, rate))
        if isinstance(answer, Granted):
            granted.append((now, answer.count))
    assert busiest_second(granted) <= rate


@given(st.integers(1, 50), st.lists(st.integers(1, 50), min_size=1, max_size=40))
def test_waiting_as_told_always_succeeds_and_never_sooner(rate: int, asks: list[int]) -> None:
    bucket, now = Bucket.after_start(rate, 5), 5
    for wanted in asks:
        n = min(wanted, rate)
        bucket, answer = bucket.take(now, n)
        if isinstance(answer, Wait):
            assert isinstance(bucket.take(now + answer.ms - 1, n)[1], Wait)
            now += answer.ms
            bucket, answer = bucket.take(now, n)
        assert answer == Granted(n)


def test_the_full_rate_is_used() -> None:
    """A bucket that halves its rate to be safe is no use either."""
    bucket, now, sent = Bucket(rate=1_000), 0, 0
    while now < 10_000:
        bucket, answer = bucket.take(now, 100)
        if isinstance(answer, Wait):
            now += answer.ms
        else:
            sent += answer.count
    assert sent >= 9_900


def test_after_a_restart_the_first_second_is_silent() -> None:
    bucket = Bucket.after_start(10, now_ms=7_003)
    assert bucket.room(7_003) == bucket.room(8_003) == 0
    assert bucket.take(7_003, 1)[1] == Wait(ms=1_007)
    assert bucket.room(8_010) == 10


def test_a_wait_leaves_the_bucket_as_it_was() -> None:
    bucket, _ = Bucket(rate=2).take(0, 2)
    assert bucket.take(1, 1)[0] is bucket


def test_a_bucket_remembers_about_a_second_and_no_more() -> None:
    bucket = Bucket(rate=1_000_000)
    for now in range(5_000):
        bucket, _ = bucket.take(now, 1)
    assert len(bucket.grants) <= 102


def test_more_than_a_second_s_worth_is_refused_loudly() -> None:
    with pytest.raises(ValueError, match="1 to 10 tokens at once, not 11"):
        Bucket(rate=10).take(0, 11)
    with pytest.raises(ValueError, match="at least 1 a second"):
        Bucket.after_start(0, 0)


def wire_bytes(sizes: list[int], envelope_bytes: int) -> int:
    return envelope_bytes + len(b",".join(b"x" * size for size in sizes))


@given(
    st.lists(st.integers(1, 40), max_size=60),
    st.integers(0, 20),
    st.integers(60, 120),
    st.integers(1, 9),
)
def test_batches_keep_order_and_limits_and_are_full(
    sizes: list[int], envelope: int, max_bytes: int, max_events: int
) -> None:
    cuts = pack(sizes, envelope_bytes=envelope, max_bytes=max_bytes, max_events=max_events)
    batches = [sizes[cut] for cut in cuts]
    assert [size for batch in batches for size in batch] == sizes
    assert all(batches)
    assert all(wire_bytes(batch, envelope) <= max_bytes for batch in batches)
    assert all(len(batch) <= max_events for batch in batches)
    for batch, following in pairwise(batches):
        fuller = [*batch, following[0]]
        assert len(fuller) > max_events or wire_bytes(fuller, envelope) > max_bytes


def test_an_empty_queue_makes_no_batch() -> None:
    assert pack([], envelope_bytes=30) == []


def test_the_limits_are_segment_s_own() -> None:
    assert pack([1] * 5_001, envelope_bytes=30) == [
        slice(0, 2_500),
        slice(2_500, 5_000),
        slice(5_000, 5_001),
    ]
    full = [EVENT_BYTES_MAX] * 15
    assert [len(full[cut]) for cut in pack(full, envelope_bytes=30)] == [14, 1]


def test_a_batch_may_be_full_to_the_last_byte_and_not_one_more() -> None:
    sizes = [31_665] * 15  # 15 events and 14 commas
    envelope = BATCH_BYTES_MAX - sum(sizes) - 14
    assert len(pack(sizes, envelope_bytes=envelope)) == 1
    assert len(pack(sizes, envelope_bytes=envelope + 1)) == 2


@pytest.mark.parametrize(("size", "envelope"), [(EVENT_BYTES_MAX + 1, 30), (100, BATCH_BYTES_MAX)])
def test_an_event_that_no_batch_can_hold_is_a_broken_promise(size: int, envelope: int) -> None:
    with pytest.raises(ValueError, match="no batch can hold it"):
        pack([size], envelope_bytes=envelope)


def test_the_back_off_doubles_up_to_a_minute() -> None:
    longest = [backoff(attempt, 0.999_999_999) for attempt in range(9)]
    assert longest == [999, 1_999, 3_999, 7_999, 15_999, 31_999, 59_999, 59_999, 59_999]
    assert backoff(10**9, 0.5) == BACKOFF_MS_MAX // 2
    assert backoff(-1, 0.5) == 500
    assert backoff(5, 0.0) == 0


@pytest.mark.parametrize(
    ("header", "wait_ms"),
    [
        ("0", 0),
        (" 120 ", 120_000),
        ("Sun, 29 Mar 2026 12:00:30 GMT", 30_000),
        ("Sun, 29 Mar 2026 14:00:30 +0200", 30_000),
        ("Sunday, 29-Mar-26 12:00:30 GMT", 30_000),
        ("Sun Mar 29 12:00:30 2026", 30_000),
        ("Sun, 29 Mar 2026 11:00:00 GMT", 0),
        ("99999", RETRY_AFTER_MS_MAX),
        ("9" * 5_000, RETRY_AFTER_MS_MAX),
        ("Sun, 29 Mar 2099 12:00:30 GMT", RETRY_AFTER_MS_MAX),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("\u0663", None),
        ("Sun, 99 Mar 2026 12:00:30 GMT", None),
        ("1.5", 2_000),
        ("2.0", 2_000),
        ("0.001", 1_000),
        ("1.5s", None),
        ("1e3", None),
        (".5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, wait_ms: int | None) -> None:
    assert retry_after_ms(header, NOON_MS) == wait_ms


@given(st.text())
def test_no_retry_after_breaks_the_reader(header: str) -> None:
    wait_ms = retry_after_ms(header, NOON_MS)
    assert wait_ms is None or 0 <= wait_ms <= RETRY_AFTER_MS_MAX


@pytest.mark.parametrize(
    ("header", "wait_ms"),
    [
        ("30", 30_000),
        (str(NOON_MS // 1_000 + 30), 30_000),
        (str(NOON_MS // 1_000 - 30), 0),
        (str(NOON_MS // 1_000 + 10**6), RETRY_AFTER_MS_MAX),
        ("9" * 5_000, RETRY_AFTER_MS_MAX),
        ("Sun, 29 Mar 2026 12:00:30 GMT", 30_000),
        ("-5", None),
        ("", None),
        ("soon", None),
    ],
)
def test_a_reset_is_seconds_or_a_moment(header: str, wait_ms: int | None) -> None:
    assert reset_ms(header, NOON_MS) == wait_ms


def test_a_bucket_at_another_rate_remembers_what_was_taken() -> None:
    bucket = Bucket(rate=100).spend(0, 60)
    assert (bucket.at(100).room(1), bucket.at(10).room(1)) == (40, -50)
    assert bucket.at(10).wait_ms(1, 5) > 0 == bucket.at(100).wait_ms(1, 40)
    assert bucket.at(0).rate == 1


def test_what_leaves_is_counted_even_beyond_the_rate() -> None:
    bucket = Bucket(rate=2).spend(0, 2).spend(0, 2)
    assert bucket.room(0) == -2
    assert bucket.room(1_010) == 2


def test_events_that_stay_together_count_each_and_are_not_cut() -> None:
    sizes, counts = [4] * 5, [2] * 5
    assert pack(sizes, envelope_bytes=30, max_events=5, counts=counts) == [
        slice(0, 2),
        slice(2, 4),
        slice(4, 5),
    ]
    pair = 2 * EVENT_BYTES_MAX + 1
    assert pack([pair], envelope_bytes=30, counts=[2]) == [slice(0, 1)]
    with pytest.raises(ValueError, match="no batch can hold it"):
        pack([pair + 1], envelope_bytes=30, counts=[2])
