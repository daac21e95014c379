from datetime import UTC, date, datetime, time

from domain.best_time import best, due_ms, histogram

DAY = date(2026, 3, 29)


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1_000)


def test_activity_is_counted_by_the_wall_of_the_user() -> None:
    times = [ms("2026-03-28T22:30+00:00"), ms("2026-03-29T01:30+00:00")]
    counts = histogram(times, "Europe/Berlin")
    assert (len(counts), counts[11], counts[1]) == (12, 1, 1)


def test_the_fullest_two_hours_win_and_the_earlier_of_equals() -> None:
    assert best([0, 3, 0, 3, 1]) == 1
    assert best([0] * 12) is None
    assert best([]) is None


def test_a_user_is_due_when_the_bucket_begins() -> None:
    assert due_ms(DAY, 9, "Europe/Berlin", otherwise=None) == ms("2026-03-29T18:00+02:00")
    assert due_ms(DAY, 1, "Europe/Berlin", otherwise=None) == ms("2026-03-29T03:00+02:00")


def test_without_history_a_user_is_due_at_the_given_time_or_after_the_day() -> None:
    assert due_ms(DAY, None, "Europe/Berlin", otherwise=time(12)) == ms("2026-03-29T12:00+02:00")
    assert due_ms(DAY, None, "Europe/Berlin", otherwise=None) == ms("2026-03-30T00:00+02:00")
