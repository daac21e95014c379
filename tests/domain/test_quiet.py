from datetime import UTC, datetime

from domain.campaign import DoNotDisturb, QuietWindow
from domain.dnd import Window
from domain.quiet import ends_after, table

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
