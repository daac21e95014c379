from datetime import UTC, datetime

import pytest

from domain.audience import Dates, DaysAgo, Did, Hours, Minutes, Period
from domain.periods import (
    DAY_MS,
    HOUR_MS,
    clock_test,
    day_of,
    day_ranges,
    day_starts_ms,
    has_clock,
    local_ms,
    window,
)
from domain.zones import local_wall, next_change
from tests.domain.test_matching import EVENTFUL_ZONES

NOW_MS = 1_774_800_000_000  # 2026-03-29T16:00:00Z, the day of Kyiv's change
KYIV = "Europe/Kyiv"


def iso(at_ms: int | None) -> str | None:
    return None if at_ms is None else local_wall(at_ms, KYIV).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("days", "period", "since", "until"),
    [
        (None, None, None, "2026-03-29T19:00+03:00"),
        (0, None, "2026-03-29T00:00+02:00", "2026-03-29T19:00+03:00"),
        (1, None, "2026-03-28T00:00+02:00", "2026-03-29T19:00+03:00"),
        (None, Hours(17), "2026-03-29T01:00+02:00", "2026-03-29T19:00+03:00"),
        (None, Minutes(30), "2026-03-29T18:30+03:00", "2026-03-29T19:00+03:00"),
        (None, DaysAgo((0, 1)), "2026-03-28T00:00+02:00", "2026-03-29T19:00+03:00"),
        (None, DaysAgo((2, 1)), "2026-03-27T00:00+02:00", "2026-03-29T00:00+02:00"),
        (
            None,
            Dates("2026-03-28", "2026-03-28"),
            "2026-03-28T00:00+02:00",
            "2026-03-29T00:00+02:00",
        ),
        (
            None,
            Dates("2026-03-28", "2026-03-30"),
            "2026-03-28T00:00+02:00",
            "2026-03-29T19:00+03:00",
        ),
        (None, Dates(None, "2026-03-27"), None, "2026-03-28T00:00+02:00"),
    ],
)
def test_a_range_is_a_window_in_the_accounts_zone(
    days: int | None, period: Period | None, since: str | None, until: str
) -> None:
    found = window(Did("A", days=days, period=period), now_ms=NOW_MS, zone=KYIV)
    assert (iso(found.since_ms), iso(found.until_ms)) == (since, until)


@pytest.mark.parametrize("zone", EVENTFUL_ZONES)
def test_days_follow_each_other_without_a_gap_over_every_change(zone: str) -> None:
    at = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)
    end = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp() * 1000)
    while (change := next_change(at, end, zone)) is not None:
        for now_ms in range(change - DAY_MS, change + 2 * DAY_MS, 7 * HOUR_MS):
            older = window(Did("A", period=DaysAgo((2, 2))), now_ms=now_ms, zone=zone)
            newer = window(Did("A", period=DaysAgo((1, 1))), now_ms=now_ms, zone=zone)
            assert older.until_ms == newer.since_ms
        at = change


def test_a_day_is_counted_on_the_wall() -> None:
    midnight = day_starts_ms(local_wall(NOW_MS, KYIV).date(), KYIV)
    assert day_of(midnight, KYIV) - day_of(midnight - 1, KYIV) == 1
    assert day_of(-1, "UTC") == -1


def test_a_wall_is_told_before_2000_and_after_2050_as_at_these_ends() -> None:
    long_ago, far_off = -(10**13), 10**14
    assert local_ms(long_ago, KYIV) - long_ago == 2 * HOUR_MS
    assert local_ms(far_off, KYIV) - far_off == 2 * HOUR_MS


@pytest.mark.parametrize(
    ("time_of_day", "ranges"),
    [
        (None, [(0, 24)]),
        (("09:00", "17:00"), [(9, 17)]),
        (("22:00", "06:00"), [(22, 24), (0, 6)]),
        (("22:00", "00:00"), [(22, 24), (0, 0)]),
    ],
)
def test_times_of_day_may_cross_midnight(
    time_of_day: tuple[str, str] | None, ranges: list[tuple[int, int]]
) -> None:
    found = day_ranges(Did("A", time_of_day=time_of_day))
    assert [(start // HOUR_MS, end // HOUR_MS) for start, end in found] == ranges


def test_a_week_begins_on_monday_and_a_day_at_its_first_millisecond() -> None:
    passes = clock_test(Did("A", time_of_day=("00:00", "01:00"), weekdays=("sunday",)))
    sunday = 3 * DAY_MS  # 4 January 1970
    assert [passes(sunday + at) for at in (-1, 0, HOUR_MS - 1, HOUR_MS)] == [
        False,
        True,
        True,
        False,
    ]
    assert passes(sunday - 7 * DAY_MS)


def test_a_deed_has_a_clock_if_it_asks_for_one() -> None:
    assert not has_clock(Did("A", days=3, period=None))
    assert has_clock(Did("A", weekdays=("monday",)))
    assert has_clock(Did("A", time_of_day=("01:00", "02:00")))


def test_now_is_part_of_its_own_window() -> None:
    assert window(Did("A"), now_ms=NOW_MS, zone=KYIV).until_ms == NOW_MS + 1
