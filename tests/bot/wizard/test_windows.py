import pytest

from bot.wizard.bounds import LimitsValues
from bot.wizard.reading import Reading
from bot.wizard.windows import fill_quiet, say_quiet
from domain.campaign import DoNotDisturb, QuietWindow

SUNDAY = QuietWindow("00:00", "24:00", ("sunday",))


@pytest.mark.parametrize(
    "quiet",
    [
        None,
        DoNotDisturb("22:00", "08:00"),
        DoNotDisturb("22:00", "08:00", "discard", ("saturday", "sunday")),
        DoNotDisturb("22:00", "08:00", also=(SUNDAY, QuietWindow("12:00", "13:00"))),
        DoNotDisturb("00:00", "24:00", days=("sunday",)),
        DoNotDisturb("00:00", "24:00", days=("sunday",), also=(QuietWindow("12:00", "13:00"),)),
    ],
)
def test_a_whole_week_is_asked_for_and_said_again(quiet: DoNotDisturb | None) -> None:
    part = fill_quiet(LimitsValues(), quiet)
    assert part.kept_quiet == ""
    reading = Reading()
    assert say_quiet(part, reading) == quiet
    assert reading.errors == {}


def test_what_answers_would_say_otherwise_is_kept() -> None:
    quiet = DoNotDisturb("22:00", "08:00", days=("sunday", "saturday"))
    part = fill_quiet(LimitsValues(), quiet)
    assert part.kept_quiet
    assert say_quiet(part, Reading()) == quiet


@pytest.mark.parametrize(
    "line",
    [
        "sunday 00:00-24:00",
        "Sun 00:00 to 24:00",
        "su 00:00 \N{EN DASH} 24:00",
        "  sunday 00:00 until 24:00",
    ],
)
def test_a_line_is_read_as_people_write_it(line: str) -> None:
    part = LimitsValues(quiet="delay", quiet_from="", quiet_to="", windows=line)
    assert say_quiet(part, Reading()) == DoNotDisturb("00:00", "24:00", days=("sunday",))


@pytest.mark.parametrize("line", ["sunday", "s 00:00-24:00", "funday 00:00-24:00", "9-17"])
def test_what_is_no_window_is_said(line: str) -> None:
    reading = Reading()
    say_quiet(LimitsValues(quiet="delay", windows=line), reading)
    assert list(reading.errors) == ["limits.windows"]


def test_a_window_needs_both_its_times() -> None:
    reading = Reading()
    say_quiet(LimitsValues(quiet="delay", quiet_to=""), reading)
    assert list(reading.errors) == ["limits.quiet_to"]
