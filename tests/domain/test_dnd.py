from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dnd import Window, ends_after, problems
from tests.domain.clock_changes import MINUTE_MS, clock_changes, wall_minutes

NIGHT = Window("22:00", "08:00")
LUNCH = Window("12:00", "13:30")
DAY_MINUTES = 1_440
WEEK_MINUTES = 7 * DAY_MINUTES
MONDAY_MINUTES = 4 * DAY_MINUTES  # 1970-01-05 was a Monday

TIMES = st.times().map(lambda at: at.strftime("%H:%M"))
WINDOWS = st.builds(
    Window, TIMES, TIMES, st.sets(st.integers(1, 7), min_size=1).map(lambda d: tuple(sorted(d)))
)
TABLES = st.lists(WINDOWS, max_size=4).map(tuple).filter(lambda table: not problems(table))


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1_000)


def inside(windows: tuple[Window, ...], wall: int) -> bool:
    """The rule, said plainly; `wall` in minutes since 1970."""
    day, minute = divmod(wall, DAY_MINUTES)
    today, yesterday = (day + 3) % 7 + 1, (day + 2) % 7 + 1
    at = f"{minute // 60:02}:{minute % 60:02}"
    return any(
        (window.start <= at < window.end and today in window.days)
        if window.start < window.end
        else (at >= window.start and today in window.days)
        or (at < window.end and yesterday in window.days)
        for window in windows
    )


@pytest.mark.parametrize(
    ("window", "now", "allowed"),
    [
        (NIGHT, "2026-01-15T21:59:59.999+01:00", None),
        (NIGHT, "2026-01-15T22:00:00+01:00", "2026-01-16T08:00:00+01:00"),
        (NIGHT, "2026-01-15T23:59:59.999+01:00", "2026-01-16T08:00:00+01:00"),
        (NIGHT, "2026-01-16T00:00:00+01:00", "2026-01-16T08:00:00+01:00"),
        (NIGHT, "2026-01-16T07:59:59.999+01:00", "2026-01-16T08:00:00+01:00"),
        (NIGHT, "2026-01-16T08:00:00+01:00", None),
        (LUNCH, "2026-01-16T12:30:15+01:00", "2026-01-16T13:30:00+01:00"),
        (LUNCH, "2026-01-16T23:00:00+01:00", None),
        (Window("22:00", "00:00"), "2026-01-16T23:00:00+01:00", "2026-01-17T00:00:00+01:00"),
        # Spring: 02:00 becomes 03:00.
        (NIGHT, "2026-03-28T22:00:00+01:00", "2026-03-29T08:00:00+02:00"),
        (Window("23:00", "02:30"), "2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00"),
        # Autumn: 02:00 to 03:00 comes twice.
        (NIGHT, "2026-10-24T22:00:00+02:00", "2026-10-25T08:00:00+01:00"),
        (Window("23:00", "02:30"), "2026-10-25T01:00:00+02:00", "2026-10-25T02:30:00+02:00"),
        (Window("23:00", "02:30"), "2026-10-25T02:10:00+01:00", "2026-10-25T02:30:00+01:00"),
        (Window("02:15", "03:00"), "2026-10-25T02:20:00+02:00", "2026-10-25T02:00:00+01:00"),
        (Window("01:00", "03:00"), "2026-10-25T01:20:00+02:00", "2026-10-25T03:00:00+01:00"),
    ],
)
def test_the_window_ends_when_the_wall_says_so(
    window: Window, now: str, allowed: str | None
) -> None:
    expected = None if allowed is None else ms(allowed)
    assert ends_after(window, ms(now), "Europe/Berlin") == expected


def test_a_weekly_table_joins_its_windows() -> None:
    table = (
        Window("22:00", "08:00", days=(1, 2, 3, 4, 5, 6, 7)),
        Window("08:00", "20:00", days=(7,)),
        Window("20:00", "22:00", days=(7,)),
    )
    saturday = ms("2026-01-17T23:00:00+01:00")
    assert ends_after(table, saturday, "Europe/Berlin") == ms("2026-01-19T08:00:00+01:00")
    assert ends_after(table, ms("2026-01-17T12:00:00+01:00"), "Europe/Berlin") is None


def test_a_window_starts_on_its_days_only() -> None:
    table = (Window("22:00", "08:00", days=(5,)),)
    assert ends_after(table, ms("2026-01-17T07:00:00+00:00"), "UTC") is not None  # Saturday
    assert ends_after(table, ms("2026-01-16T07:00:00+00:00"), "UTC") is None  # Friday


def test_no_windows_disturb_nobody() -> None:
    assert ends_after((), 0, "UTC") is None


def test_an_unknown_zone_never_means_send_now() -> None:
    with pytest.raises(ValueError, match="not a normalised time zone"):
        ends_after(NIGHT, ms("2026-01-16T12:00:00+01:00"), "Mars/Olympus_Mons")


def test_every_problem_of_a_table_is_told_at_once() -> None:
    table = (Window("8:00", "24:01"), Window("09:00", "09:00"), Window("01:00", "02:00", days=(0,)))
    assert len(problems(table)) == 4
    with pytest.raises(ValueError, match="HH:MM"):
        ends_after(table, 0, "UTC")


def test_the_whole_week_is_refused_and_a_minute_less_is_not() -> None:
    assert (
        "nothing could ever be sent"
        in problems((Window("00:00", "12:00"), Window("12:00", "00:00")))[0]
    )
    assert problems((Window("00:00", "12:00"), Window("12:01", "00:00"))) == ()
    assert problems(tuple(Window("00:00", "01:00") for _ in range(51)))


@given(TABLES, st.integers(0, WEEK_MINUTES - 1), st.integers(0, 59_999))
def test_without_clock_changes_the_end_is_the_first_free_minute(
    table: tuple[Window, ...], minute: int, into_ms: int
) -> None:
    start = MONDAY_MINUTES + minute
    free = next(wall for wall in range(start, start + WEEK_MINUTES + 1) if not inside(table, wall))
    expected = None if free == start else free * MINUTE_MS
    assert ends_after(table, start * MINUTE_MS + into_ms, "UTC") == expected


@cache
def every_minute(window: Window) -> tuple[bool, ...]:
    """The rule for each minute of the day; right for windows of every day."""
    return tuple(inside((window,), wall) for wall in range(DAY_MINUTES))


def around(wall: int) -> list[Window]:
    """Windows whose edges lie on, before and after a wall time, over midnight or not."""

    def at(minutes: int) -> str:
        minutes %= DAY_MINUTES
        return f"{minutes // 60:02}:{minutes % 60:02}"

    edges = [(-60, 30), (-10, 20), (-90, 75), (-600, -30), (-600, 0), (0, 45), (-30, 500), (15, 60)]
    return [NIGHT, *(Window(at(wall + first), at(wall + last)) for first, last in edges)]


def test_on_every_clock_change_night_of_every_zone_the_law_holds() -> None:
    """Inside if and only if the wall is in the window; the end is the first instant outside."""
    wrong = []
    for zone, at_ms, before, after in clock_changes():
        rules = ZoneInfo(zone)
        first, count = at_ms - 720 * MINUTE_MS, 2_160
        low, high = wall_minutes(first, rules), wall_minutes(at_ms, rules)
        walls = [*range(low, low + 720), *range(high, high + count - 720)]
        assert high - low - 720 == after - before
        assert walls[-1] == wall_minutes(first + (count - 1) * MINUTE_MS, rules)
        for window in {*around(high), *around(low + 720)}:
            rule = every_minute(window)
            is_inside = [rule[wall % DAY_MINUTES] for wall in walls]
            for n in (0, 300, 640, 665, 699, 719, 720, 721, 745, 779, 780, 801, 900):
                free = is_inside.index(False, n)
                expected = None if free == n else first + free * MINUTE_MS
                if ends_after(window, first + n * MINUTE_MS, zone) != expected:
                    wrong.append((zone, window, first + n * MINUTE_MS))
    assert wrong == []


def test_the_sweep_knows_its_nights() -> None:
    """Otherwise an empty list of changes would pass for a proof."""
    changes = clock_changes()
    sizes = {abs(change.after - change.before) for change in changes}
    assert len(changes) > 200
    assert {30, 60} <= sizes
    berlin = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert any(change.at_ms == ms(berlin.isoformat()) for change in changes)
    assert timedelta(milliseconds=max(c.at_ms for c in changes)) > timedelta(days=365 * 60)
