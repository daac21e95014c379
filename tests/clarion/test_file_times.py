import pytest

from clarion.file_times import AHEAD_MS_MAX, FIRST_MS, is_recent, iso, wrong
from store.log import Incoming, Kind

NOW = 1_774_861_200_000  # 2026-03-30T09:00:00Z
MINUTE_MS = 60_000


@pytest.mark.parametrize("text", ["9999999999999999", "-9999999999999999", "soon", ""])
def test_what_is_no_time_of_any_calendar_is_none(text: str) -> None:
    assert iso(text) is None


def test_digits_that_are_a_date_are_told_as_what_they_would_mean() -> None:
    found = wrong("20261101", 20_261_101_000, NOW)
    assert found is not None
    assert found[0].startswith("'20261101', read as a number since 1970, is 1970-08-23, which is")
    assert "2026-03-29T09:00:00Z" in found[1]


@pytest.mark.parametrize(
    ("at", "may_be"),
    [
        (FIRST_MS - 1, False),
        (FIRST_MS, True),
        (NOW + AHEAD_MS_MAX, True),
        (NOW + AHEAD_MS_MAX + 1, False),
    ],
)
def test_an_event_happened_between_1990_and_tomorrow(at: int, may_be: bool) -> None:
    assert (wrong("x", at, NOW) is None) == may_be


@pytest.mark.parametrize(
    ("kind", "ago_minutes", "recent"),
    [
        ("event", 120, True),
        ("event", 121, False),
        ("event", -2, True),
        ("event", -3, False),
        ("profile", 1, False),
    ],
)
def test_what_may_trigger_a_campaign_is_an_event_of_the_last_two_hours(
    kind: Kind, ago_minutes: int, recent: bool
) -> None:
    record = Incoming(kind, "m", "u1", "A", NOW - ago_minutes * MINUTE_MS, b"{}")
    assert is_recent(record, NOW) == recent
