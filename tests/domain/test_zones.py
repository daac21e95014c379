from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.zones import (
    CHANGES_FROM_MS,
    CHANGES_UNTIL_MS,
    day_key,
    find,
    is_known,
    local_wall,
    next_change,
    normalise,
    offset_ms,
    offsets,
    resolve_local,
)
from tests.domain.clock_changes import MINUTE_MS, clock_changes, wall_minutes


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp()) * 1_000


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Kyiv", "Europe/Kyiv"),
        (" europe/kyiv ", "Europe/Kyiv"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("UTC", "UTC"),
        ("z", "UTC"),
        ("GMT", "UTC"),
        ("GMT+0", "UTC"),
        ("GMT+5:30", "UTC+05:30"),
        ("UTC-03:00", "UTC-03:00"),
        ("utc +2", "UTC+02:00"),
        ("+0545", "UTC+05:45"),
        ("\N{MINUS SIGN}09:30", "UTC-09:30"),
        ("UTC+14", "UTC+14:00"),
        ("est", "America/New_York"),
        ("IST", "Asia/Kolkata"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("pacific standard time", "America/Los_Angeles"),
        ("US/Pacific", "US/Pacific"),
        ("asia/calcutta", "Asia/Calcutta"),
        ("UTC-11", "UTC-11:00"),
        ("(UTC+05:30) Asia/Kolkata", "Asia/Kolkata"),
        ("(GMT-08:00) Pacific Standard Time", "America/Los_Angeles"),
        ("(UTC-03:00) Buenos Aires, Georgetown", "UTC-03:00"),
        ("(UTC) Somewhere", "UTC"),
        ("GMT+0530 (India Standard Time)", "Asia/Kolkata"),
        ("GMT+0200 (Central European Summer Time)", "UTC+02:00"),
        ("GMT (Somewhere)", "UTC"),
        ("UTC+15 (Nowhere)", None),
        ("(Rome)", None),
        ("UTC+15", None),
        ("GMT+5:75", None),
        ("Factory", None),
        ("localtime", None),
        ("../../etc/passwd", None),
        ("Mars/Olympus_Mons", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_a_time_zone_is_understood_or_honestly_unknown(text: str, zone: str | None) -> None:
    assert normalise(text) == zone


@given(st.one_of(st.text(max_size=12), st.from_regex(r"(GMT|UTC)?[+-]\d{1,2}:?\d{0,2}")))
def test_a_normalised_zone_is_usable_and_stays_itself(text: str) -> None:
    zone = normalise(text)
    if zone is not None:
        assert find(zone).utcoffset(datetime(2026, 1, 1)) is not None  # noqa: DTZ001  # a wall
        assert normalise(zone) == zone


@pytest.mark.parametrize("text", ["", "europe/kyiv", "EDT", "GMT+5:30", "UTC+5", "UTC+99:00"])
def test_a_name_that_was_not_normalised_never_means_some_zone(text: str) -> None:
    with pytest.raises(ValueError, match="not a normalised time zone"):
        find(text)


def test_a_fixed_offset_has_the_sign_that_people_write() -> None:
    assert local_wall(0, "UTC+05:30").isoformat() == "1970-01-01T05:30:00+05:30"
    assert local_wall(0, "UTC-03:00").isoformat() == "1969-12-31T21:00:00-03:00"
    assert resolve_local(date(1970, 1, 1), time(5, 30), "UTC+05:30") == 0


def test_the_day_is_the_local_one() -> None:
    late = ms("2026-03-28T23:30:00+00:00")
    assert day_key(late, "UTC") == "2026-03-28"
    assert day_key(late, "Europe/Berlin") == "2026-03-29"


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        ("Europe/Berlin", "2026-03-29T01:59", "2026-03-29T01:59:00+01:00"),
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T03:00:00+02:00"),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T03:00:00+02:00"),
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T03:00:00+02:00"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T03:00:00+01:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:30:00+11:00"),
        ("Africa/Cairo", "2026-04-24T00:00", "2026-04-24T01:00:00+03:00"),
        ("Pacific/Apia", "2011-12-30T09:00", "2011-12-31T00:00:00+14:00"),
    ],
)
def test_a_gap_ends_at_its_first_instant_and_a_repeated_hour_counts_once(
    zone: str, wall: str, instant: str
) -> None:
    moment = datetime.fromisoformat(wall)
    assert resolve_local(moment.date(), moment.time(), zone) == ms(instant)


def test_every_wall_around_every_clock_change_is_the_first_instant_that_shows_it_or_later() -> None:
    """The law, minute by minute in three hours on either side; 2024 to 2030, all zones."""
    wrong = []
    for zone, at_ms, _, _ in clock_changes():
        rules = ZoneInfo(zone)
        instants = range(at_ms - 180 * MINUTE_MS, at_ms + 180 * MINUTE_MS, MINUTE_MS)
        walls = [wall_minutes(instant, rules) for instant in instants]
        for wanted in range(min(walls) + 1, max(walls), 7):
            first = next(i for i, wall in zip(instants, walls, strict=True) if wall >= wanted)
            wall = datetime(1970, 1, 1) + timedelta(minutes=wanted)  # noqa: DTZ001  # a wall
            if resolve_local(wall.date(), wall.time(), zone) != first:
                wrong.append((zone, wall))
    assert wrong == []


def test_every_clock_change_is_found_to_the_millisecond() -> None:
    day_ms = 86_400_000
    wrong = [
        change
        for change in clock_changes()
        if next_change(change.at_ms - day_ms, change.at_ms + day_ms, change.zone) != change.at_ms
        or next_change(change.at_ms - day_ms, change.at_ms - 1, change.zone) is not None
        or next_change(change.at_ms, change.at_ms + day_ms, change.zone) is not None
    ]
    assert wrong == []


def test_a_fixed_offset_never_changes() -> None:
    assert next_change(0, 10**13, "UTC+05:30") is None


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "Australia/Lord_Howe", "UTC+05:30", "UTC"])
def test_the_offsets_of_a_zone_are_those_of_its_walls(zone: str) -> None:
    found = offsets(zone)
    ends = [*(at for at, _ in found[1:]), CHANGES_UNTIL_MS]
    for (start, offset), end in zip(found, ends, strict=True):
        for at in (start, (start + end) // 2, end - 1):
            wall = local_wall(at, zone)
            assert wall.utcoffset() == timedelta(milliseconds=offset_ms(at, zone))
            assert offset_ms(at, zone) == offset


def test_beyond_the_table_an_offset_is_that_of_its_ends() -> None:
    assert offset_ms(-(10**13), "Europe/Kyiv") == offset_ms(CHANGES_FROM_MS, "Europe/Kyiv")
    assert offset_ms(10**15, "Europe/Kyiv") == offset_ms(CHANGES_UNTIL_MS, "Europe/Kyiv")


@pytest.mark.parametrize("zone", ["UTC", "UTC+14:00", "UTC-12:00", "America/Los_Angeles"])
def test_an_instant_that_no_calendar_has_is_shown_at_the_calendars_end(zone: str) -> None:
    """Senders whose clocks are wrong give such times, and people look at them."""
    assert day_key(-(10**18), zone) in {"0001-01-01", "0001-01-02"}
    assert day_key(10**18, zone) in {"9999-12-30", "9999-12-31"}


def test_only_what_normalise_returns_is_a_known_zone() -> None:
    assert is_known("Europe/Kyiv")
    assert is_known("UTC+05:30")
    assert not is_known("europe/kyiv")
    assert not is_known("Mars/One")
