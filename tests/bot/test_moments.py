import pytest

from bot.moments import date, readable

OSLO = "Europe/Oslo"


@pytest.mark.parametrize(
    ("written", "second", "shown"),
    [
        ("2026-03-20 10:46:40 CET", 1_774_000_000, "time_secs"),
        ("2026-03-20 10:46 CET", 1_773_999_960, "time"),
        ("2026-03-20 09:46:40 UTC", 1_774_000_000, "time_secs"),
        ("2026-03-20 10:46 (Europe/Oslo)", 1_773_999_960, "time"),
        ("2026-10-25 02:30:00 CEST", 1_792_888_200, "time_secs"),
        ("2026-10-25 02:30:00 CET", 1_792_891_800, "time_secs"),
    ],
)
def test_a_moment_by_the_accounts_wall_is_shown_by_the_readers(
    written: str, second: int, shown: str
) -> None:
    token = f"<!date^{second}^{{date_short_pretty}} at {{{shown}}}|{written}>"
    assert readable(f"held until {written}: quiet", OSLO) == f"held until {token}: quiet"


def test_a_zone_without_a_name_of_its_own_is_known_by_its_offset() -> None:
    assert "<!date^1774000000^" in readable("at 2026-03-20 15:31:40 +0545", "Asia/Kathmandu")


@pytest.mark.parametrize(
    "text",
    [
        "it is the user's turn at 2026-03-20 12:00:00 in America/New_York.",
        "at 2026-03-20 10:46 (Asia/Tokyo)",
        "at 2026-03-20 10:46:40 EDT",
        "the run of 2026-03-20 09:00 Europe/Oslo",
        "on 2026-03-20",
    ],
)
def test_what_another_wall_shows_stays_as_it_is(text: str) -> None:
    assert readable(text, OSLO) == text


def test_several_moments_in_a_sentence_are_all_shown() -> None:
    text = "it waits until 2026-03-20 10:47:40 CET. It is tried until 2026-03-20 11:46:40 CET."
    assert readable(text, OSLO).count("<!date^") == 2


def test_a_client_that_knows_no_dates_shows_the_fallback() -> None:
    assert date(1_774_000_000_999, "then") == (
        "<!date^1774000000^{date_short_pretty} at {time}|then>"
    )
