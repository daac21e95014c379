import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.campaign import DoNotDisturb, QuietWindow
from domain.dnd import Window
from domain.quiet import ends_after, table
from tests.domain.clock_changes import MINUTE_MS, Change, clock_changes, every_change

WEEK = DoNotDisturb(
    "22:00",
    "08:00",
    days=("friday",),
    also=(QuietWindow("00:00", "24:00", ("sunday",)), QuietWindow("12:00", "13:00")),
)


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1_000)


def test_the_windows_of_a_campaign_begin_on_their_days_or_on_all() -> None:
    assert table(WEEK) == (
        Window("22:00", "08:00", (5,)),
        Window("00:00", "24:00", (7,)),
        Window("12:00", "13:00"),
    )


def test_a_whole_day_ends_with_the_day() -> None:
    sunday = ms("2026-03-22T00:00+01:00")
    assert ends_after(WEEK, sunday - 1, "Europe/Oslo") is None
    assert ends_after(WEEK, sunday, "Europe/Oslo") == ms("2026-03-23T00:00+01:00")


def test_the_night_of_one_day_is_no_other_days() -> None:
    assert ends_after(WEEK, ms("2026-03-20T23:00+01:00"), "Europe/Oslo") == ms(
        "2026-03-21T08:00+01:00"
    )
    assert ends_after(WEEK, ms("2026-03-19T23:00+01:00"), "Europe/Oslo") is None


def test_without_do_not_disturb_every_moment_is_allowed() -> None:
    assert ends_after(None, 0, "UTC") is None


WEEK_MINUTES = 7 * 1_440
BEFORE, AFTER = 720, 5_760
"""So many minutes are walked before a change of the clock, and after it."""
HOURS = range(24)
MINUTES = (0, 210, 600, 659, 690, 719, 720, 721, 750, 780, 835, 1_000, 1_440)
"""So many minutes after the walk begins it is asked; the change is at 720."""


def week_of(quiet: DoNotDisturb) -> bytes:
    """Say the rule plainly for each minute of a week from Monday on; three weeks in a row."""
    inside = bytearray(WEEK_MINUTES)
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for window in quiet.windows:
        for number, name in enumerate(names):
            if window.days and name not in window.days:
                continue
            start, end = at(window.start), at(window.end)
            for minute in range(start, end if end > start else end + 1_440):
                inside[(number * 1_440 + minute) % WEEK_MINUTES] = 1
    return bytes(inside) * 3


def at(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def beginning_at(hour: int) -> DoNotDisturb:
    """A table of the week with a window that begins in this hour: over midnight, if it is late."""
    start, end = f"{hour:02}:30", f"{(hour + 1 + hour % 9) % 24:02}:{15 * (hour % 4):02}"
    also = (
        QuietWindow("00:00", "24:00", ("sunday",)),
        QuietWindow(f"{hour:02}:00", f"{(hour + 1) % 24:02}:10", ("saturday", "monday")),
    )
    return DoNotDisturb(start, end, also=also)


TABLES = {hour: beginning_at(hour) for hour in HOURS}


def test_over_every_clock_change_a_table_of_the_week_ends_at_the_first_free_minute() -> None:
    """The law: a delay ends, at the first allowed instant at or after the moment asked about.

    Every change of the clock of every zone from 2024 to 2030, with a table for each hour of start.
    """
    assert wrong_ends(clock_changes(), MINUTES) == []


EVERY_HALF_HOUR = sorted({*MINUTES, *range(0, BEFORE + 1_440, 30)})


@pytest.mark.skipif("CLARION_SWEEP" not in os.environ, reason="make sweep: it takes minutes")
def test_over_every_change_of_every_zone_by_its_own_name_and_every_half_hour_too() -> None:
    assert wrong_ends(every_change(), EVERY_HALF_HOUR) == []


def wrong_ends(changes: Sequence[Change], minutes: Sequence[int]) -> list[tuple[str, int, int]]:
    """Return where the product and the walk over minutes do not agree."""
    weeks = {hour: week_of(quiet) for hour, quiet in TABLES.items()}
    wrong = []
    for zone, change_ms, before, after in changes:
        low = change_ms // MINUTE_MS + before - BEFORE
        high = change_ms // MINUTE_MS + after
        first_ms = change_ms - BEFORE * MINUTE_MS
        for hour, week in weeks.items():
            a, b = (low + 3 * 1_440) % WEEK_MINUTES, (high + 3 * 1_440) % WEEK_MINUTES
            walls = week[a : a + BEFORE] + week[b : b + AFTER]
            for n in minutes:
                free = walls.index(0, n)
                expected = None if free == n else first_ms + free * MINUTE_MS
                if ends_after(TABLES[hour], first_ms + n * MINUTE_MS, zone) != expected:
                    wrong.append((zone, hour, n))
    return wrong


def test_the_sweep_is_as_large_as_the_docs_say() -> None:
    changes = clock_changes()
    told = " ".join((Path(__file__).parents[2] / "docs/explanation/time.md").read_text().split())
    assert (
        f"{len(changes):,} changes of the clock x {len(TABLES)} hours of start x {len(MINUTES)}"
        " moments"
    ) in told
    every = len(every_change())
    assert f"all {every:,} changes of every zone by its own name" in told
    assert f"{every * len(TABLES) * len(EVERY_HALF_HOUR):,} questions" in told
