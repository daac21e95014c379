"""When each user is due in a run that leaves the time to the user's own wall or profile."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain import zones
from domain.books import SkipReason
from domain.facts import User
from domain.personal import (
    DAY_MINUTES,
    WAVES_MS,
    BestTime,
    Personal,
    UserProperty,
    UserZone,
    cutoff_ms,
    days_max,
    due_ms,
    first_ms,
)
from domain.slots import LATE_MS_MAX
from tests.domain.clock_changes import MINUTE_MS, clock_changes, wall_minutes

NINE = datetime.fromisoformat("2026-03-29T09:00")
MIDNIGHT = datetime.fromisoformat("2026-03-29T00:00")
OSLO = "Europe/Oslo"


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1_000)


def user(zone: str | None = OSLO, **traits: Any) -> User:
    return User("u", 1, traits, zone=zone)


def test_a_user_is_due_when_the_wall_there_shows_the_time_of_the_run() -> None:
    found = due_ms(UserZone(), NINE, user("Asia/Tokyo"), begins_ms=0, account_zone=OSLO)
    assert found == ms("2026-03-29T09:00+09:00")


def test_who_has_no_zone_counts_in_the_accounts_or_gets_nothing() -> None:
    dropped = UserZone(unknown_zone="drop")
    assert due_ms(UserZone(), NINE, user(None), begins_ms=0, account_zone=OSLO) == ms(
        "2026-03-29T09:00+02:00"
    )
    found = due_ms(dropped, NINE, user(None), begins_ms=0, account_zone=OSLO)
    assert found is SkipReason.ZONE_UNKNOWN


def test_a_time_that_is_past_is_dropped_or_that_of_the_next_day() -> None:
    begins = ms("2026-03-29T09:00+02:00") + 1
    found = due_ms(UserZone(), NINE, user(), begins_ms=begins, account_zone=OSLO)
    assert found is SkipReason.TIME_PASSED
    again = UserZone(past="next_day")
    assert due_ms(again, NINE, user(), begins_ms=begins, account_zone=OSLO) == ms(
        "2026-03-30T09:00+02:00"
    )


def cut(slot: str, cutoff: str, zone: str, days: int = 0) -> int:
    wall = datetime.fromisoformat(slot)
    day = wall.date() + timedelta(days=days)
    due = zones.resolve_local(day, wall.time(), zone)
    return cutoff_ms(wall, time.fromisoformat(cutoff), zone, due_ms=due)


def test_zones_that_agree_at_the_time_of_the_run_may_be_cut_off_at_different_moments() -> None:
    """The clocks of one are put forward in between."""
    slot = "2026-03-29T01:30"
    assert cut(slot, "04:00", OSLO) == ms("2026-03-29T02:00Z")
    assert cut(slot, "04:00", "Africa/Algiers") == ms("2026-03-29T03:00Z")


def test_who_is_due_on_a_later_day_is_cut_off_on_that_day() -> None:
    assert cut("2026-03-29T09:00", "12:00", OSLO, days=1) == ms("2026-03-30T10:00Z")
    assert cut("2026-03-29T22:00", "06:00", OSLO, days=1) == ms("2026-03-31T04:00Z")


def test_where_neither_the_time_nor_its_cutoff_exist_nothing_goes_a_day_long() -> None:
    """Cairo's clocks went from midnight to 01:00, which is past the cut-off already."""
    found = cut("2026-04-24T00:00", "00:30", "Africa/Cairo")
    assert found == ms("2026-04-24T01:00+03:00")


@pytest.mark.parametrize(
    ("value", "due"),
    [
        (0, "2026-03-29T00:00+01:00"),
        (150, "2026-03-29T03:00+02:00"),  # 02:30 is left out on that night
        (1_439, "2026-03-29T23:59+02:00"),
        (600.0, "2026-03-29T10:00+02:00"),
        (1_440, "2026-03-30T00:00+02:00"),  # none, so right after the day
        (-1, "2026-03-30T00:00+02:00"),
        (0.5, "2026-03-30T00:00+02:00"),
        (float("nan"), "2026-03-30T00:00+02:00"),
        (float("inf"), "2026-03-30T00:00+02:00"),
        (True, "2026-03-30T00:00+02:00"),
        ("600", "2026-03-30T00:00+02:00"),
        (None, "2026-03-30T00:00+02:00"),
    ],
)
def test_a_property_gives_the_minute_of_the_users_day(value: object, due: str) -> None:
    own = UserProperty("minute")
    who = user(minute=value)
    assert due_ms(own, MIDNIGHT, who, begins_ms=0, account_zone=OSLO) == ms(due)


def test_who_has_no_minute_is_due_at_the_time_that_is_given_for_them() -> None:
    own = UserProperty("minute", otherwise="18:00")
    found = due_ms(own, MIDNIGHT, user(), begins_ms=0, account_zone=OSLO)
    assert found == ms("2026-03-29T18:00+02:00")


def test_the_best_time_is_that_of_the_most_events_in_the_180_days_before_the_day() -> None:
    own = BestTime("App Opened")
    day_ms = first_ms(MIDNIGHT)
    evenings = [ms(f"2026-03-{day:02}T19:30+01:00") for day in range(1, 4)]
    old = [day_ms - 181 * DAY_MINUTES * MINUTE_MS] * 9
    later = [day_ms] * 9
    done = [*evenings, ms("2026-03-10T07:00+01:00"), *old, *later]
    found = due_ms(own, MIDNIGHT, user(), begins_ms=0, account_zone=OSLO, done_ms=done)
    assert found == ms("2026-03-29T18:00+02:00")
    found = due_ms(own, MIDNIGHT, user(), begins_ms=0, account_zone=OSLO, done_ms=old)
    assert found == ms("2026-03-30T00:00+02:00")


def test_a_run_falls_due_by_the_first_wall_and_nobody_is_due_before() -> None:
    assert first_ms(NINE) == ms("2026-03-29T09:00+14:00")
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        found = due_ms(UserZone(), NINE, user(zone), begins_ms=0, account_zone=OSLO)
        assert isinstance(found, int)
        assert 0 <= found - first_ms(NINE) <= WAVES_MS


def test_around_every_clock_change_each_is_due_once_at_the_first_instant_that_shows_the_time() -> (
    None
):
    """In every zone, for each hour, the odd minutes of the change and both ways to be late.

    By a brute force over the wall's minutes: the first minute of the day at which the wall shows
    the time or a later one.
    """
    wrong = []
    for zone, at_ms, _, _ in clock_changes():
        rules = ZoneInfo(zone)
        changing = wall_minutes(at_ms, rules)
        day = changing // DAY_MINUTES
        minutes = {hour * 60 for hour in range(24)} | {
            (changing + extra) % DAY_MINUTES for extra in (-61, -30, -1, 0, 1, 30, 61)
        }
        who = user(zone)
        for minute in minutes:
            target = day * DAY_MINUTES + minute
            wall = datetime(1970, 1, 1) + timedelta(minutes=target)  # noqa: DTZ001 - a wall has no zone
            due = due_ms(UserZone(), wall, who, begins_ms=0, account_zone="UTC")
            assert isinstance(due, int)
            if not wall_minutes(due - MINUTE_MS, rules) < target <= wall_minutes(due, rules):
                wrong.append((zone, wall, "early, late or again"))
            late = UserZone(past="next_day")
            later = due_ms(late, wall, who, begins_ms=due + 1, account_zone="UTC")
            assert isinstance(later, int)
            if not due < later <= due + 25 * 60 * MINUTE_MS + LATE_MS_MAX:
                wrong.append((zone, wall, "not on the next day"))
            if zones.local_wall(later, zone).date() <= zones.local_wall(due, zone).date():
                wrong.append((zone, wall, "the same day"))
    assert wrong == []


@pytest.mark.parametrize(
    ("personal", "days"),
    [
        (UserZone(), 3),
        (UserZone(past="next_day"), 4),
        (UserProperty("minute"), 4),
        (BestTime("App Opened", past="next_day"), 5),
    ],
)
def test_a_run_has_so_many_days_of_the_account_at_most(personal: Personal, days: int) -> None:
    assert days_max(personal) == days
