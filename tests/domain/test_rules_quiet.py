from typing import Any

import pytest

from domain.campaign import DoNotDisturb, QuietWindow
from domain.dnd import WINDOWS_MAX
from domain.rules_quiet import quiet_problems

NIGHT = DoNotDisturb("22:00", "08:00")


def wheres(quiet: DoNotDisturb | None) -> list[str]:
    return [problem.where for problem in quiet_problems(quiet, "do_not_disturb")]


@pytest.mark.parametrize(
    ("start", "end", "places"),
    [
        ("21:30", "08:00", []),
        ("00:00", "23:59", []),
        ("24:00", "8:00", ["do_not_disturb.start", "do_not_disturb.end"]),
        ("09:00", "09:00", ["do_not_disturb"]),
        ("٠٩:00", "10:00", ["do_not_disturb.start"]),
        ("00:00", "24:00", ["do_not_disturb"]),
    ],
)
def test_a_daily_window_is_two_different_times_of_day(
    start: str, end: str, places: list[str]
) -> None:
    assert wheres(DoNotDisturb(start, end)) == places


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"also": (QuietWindow("00:00", "24:00", ("sunday",)),)}, []),
        ({"also": (QuietWindow("08:00", "22:00"),)}, ["do_not_disturb"]),
        ({"also": (QuietWindow("x", "24:00"),)}, ["do_not_disturb.also[0].start"]),
        ({"also": (QuietWindow("09:00", "09:00"),)}, ["do_not_disturb.also[0]"]),
        ({"days": ("sunday", "sunday")}, ["do_not_disturb.days"]),
        ({"also": (QuietWindow("12:00", "13:00"),) * WINDOWS_MAX}, ["do_not_disturb"]),
    ],
)
def test_a_table_of_the_week_leaves_a_part_of_it_free(
    changes: dict[str, Any], places: list[str]
) -> None:
    assert wheres(DoNotDisturb(NIGHT.start, NIGHT.end, **changes)) == places


def test_every_problem_of_a_table_is_told_at_once() -> None:
    table = DoNotDisturb(
        "x", "y", also=(QuietWindow("1:00", "2:00"), QuietWindow("03:00", "03:00"))
    )
    assert len(wheres(table)) == 5


def test_without_do_not_disturb_nothing_is_wrong() -> None:
    assert wheres(None) == []
