import zoneinfo
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import process_time

import pytest
from msgspec import structs

from domain import schedule, zones
from domain.campaign import Campaign, When
from domain.personal import UserZone
from domain.recurrence import EveryDays, EveryMonths, EveryWeeks
from domain.schedule import (
    Slot,
    cutoff_ms,
    ends_ms,
    following,
    if_published,
    moment,
    passes_ms,
    runs,
    starts_ms,
)
from tests.domain.clock_changes import EPOCH, clock_changes

PUBLISHED_MS = 1_774_000_000_000  # 2026-03-20T09:46:40Z
ACCOUNT = "Europe/Kyiv"


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000)


@pytest.mark.parametrize(
    ("local", "zone", "instant"),
    [
        ("2026-03-20T09:00", "Europe/Kyiv", "2026-03-20T07:00"),
        ("2026-07-20T09:00", "Europe/Kyiv", "2026-07-20T06:00"),
        ("2026-03-20T09:00", "Asia/Kolkata", "2026-03-20T03:30"),
        ("2026-03-20T09:00", "UTC+05:45", "2026-03-20T03:15"),
        ("2026-03-29T03:30", "Europe/Kyiv", "2026-03-29T01:00"),  # no such time: 04:00 is next
        ("2026-03-29T02:30", "Europe/Oslo", "2026-03-29T01:00"),
        ("2026-10-25T03:30", "Europe/Kyiv", "2026-10-25T00:30"),  # twice: the first
        ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:30"),  # half an hour is missing
        ("2011-12-30T12:00", "Pacific/Apia", "2011-12-30T10:00"),  # a day is missing
    ],
)
def test_a_wall_time_is_one_instant(local: str, zone: str, instant: str) -> None:
    assert moment(local, zone) == utc(instant)


@pytest.mark.parametrize("text", ["", "soon", "now", "2026-02-30T09:00", "2026-03-20T24:30"])
def test_what_is_no_date_and_time_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"Invalid isoformat|day is out of range|hour must be"):
        moment(text, ACCOUNT)


@pytest.mark.parametrize("text", ["2026-03-20T09:00+02:00", "2026-03-20T09:00Z"])
def test_an_offset_beside_the_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no local time"):
        moment(text, ACCOUNT)
    with pytest.raises(ValueError, match="no local time"):
        list(runs(When(start=text), published_ms=1, account_zone=ACCOUNT))


def test_an_unknown_zone_never_quietly_means_another() -> None:
    with pytest.raises(ValueError, match="not a normalised time zone"):
        starts_ms(
            When(start="2026-03-29T09:00", zone="Mars/Base"), published_ms=1, account_zone=ACCOUNT
        )


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (When(), PUBLISHED_MS),
        (When(zone="Asia/Tokyo"), PUBLISHED_MS),
        (When(start="2026-03-29T09:00"), utc("2026-03-29T06:00")),
        (When(start="2026-03-29T09:00", zone="Asia/Tokyo"), utc("2026-03-29T00:00")),
    ],
)
def test_a_campaign_starts_at_its_time_or_when_it_is_published(when: When, expected: int) -> None:
    assert starts_ms(when, published_ms=PUBLISHED_MS, account_zone=ACCOUNT) == expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (When(), None),
        (When(end="2026-03-29T09:00"), utc("2026-03-29T06:00")),
        (When(end="2026-03-29T09:00", zone="Asia/Tokyo"), utc("2026-03-29T00:00")),
    ],
)
def test_a_campaign_ends_at_its_time_or_not_by_itself(when: When, expected: int | None) -> None:
    assert ends_ms(when, account_zone=ACCOUNT) == expected


@pytest.mark.parametrize(
    ("when", "name"),
    [
        (When(), "2026-03-20T11:46[Europe/Kyiv]"),
        (When(zone="Asia/Tokyo"), "2026-03-20T18:46[Asia/Tokyo]"),
        (When(start="2026-03-29T09:00"), "2026-03-29T09:00[Europe/Kyiv]"),
        (When(start="2026-03-29T03:30"), "2026-03-29T03:30[Europe/Kyiv]"),  # in the gap: as written
        (When(start="2026-03-29T09:00", zone="UTC+05:45"), "2026-03-29T09:00[UTC+05:45]"),
    ],
)
def test_a_run_is_named_by_the_wall_and_its_zone(when: When, name: str) -> None:
    (found,) = runs(when, published_ms=PUBLISHED_MS, account_zone=ACCOUNT)
    assert found.name == name


def test_a_run_at_a_time_has_one_name_whenever_it_was_published() -> None:
    when = When(start="2026-10-25T03:30")
    names = {
        found.name
        for ms in (1, PUBLISHED_MS)
        for found in runs(when, published_ms=ms, account_zone=ACCOUNT)
    }
    assert len(names) == 1


EVERY_7TH = When(start="2026-03-05T09:00", repeat=EveryMonths(days=(7,)))


@pytest.mark.parametrize(
    ("published", "first"),
    [
        ("2026-03-05T00:00", "2026-03-07T09:00"),  # the seed: created on the 5th, for the 7th
        ("2026-03-08T00:00", "2026-04-07T09:00"),  # on the 8th: next month
        ("2026-03-07T06:59", "2026-03-07T09:00"),  # on the 7th before nine in Kyiv
        ("2026-03-07T07:01", "2026-04-07T09:00"),  # and after it
    ],
)
def test_the_first_run_is_the_first_that_is_still_to_come(published: str, first: str) -> None:
    found = next(runs(EVERY_7TH, published_ms=utc(published), account_zone=ACCOUNT))
    assert found.name == f"{first}[{ACCOUNT}]"


def test_several_dates_are_as_many_runs_and_those_that_are_past_are_none() -> None:
    when = When(dates=("2026-04-01T09:00", "2026-03-01T09:00", "2026-03-25T09:00"))
    found = [slot.name for slot in runs(when, published_ms=PUBLISHED_MS, account_zone=ACCOUNT)]
    assert found == [f"2026-03-25T09:00[{ACCOUNT}]", f"2026-04-01T09:00[{ACCOUNT}]"]


def test_the_next_five_runs_are_those_after_now() -> None:
    weekly = When(start="2026-01-05T09:00", repeat=EveryWeeks(("monday", "friday")))
    found = following(weekly, published_ms=1, account_zone=ACCOUNT, after_ms=PUBLISHED_MS)
    days = [slot.name[5:10] for slot in found]
    assert days == ["03-23", "03-27", "03-30", "04-03", "04-06"]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (When(), None),
        (When(start="2026-03-29T09:00"), utc("2026-03-29T06:00")),
        (EVERY_7TH, None),
        (
            When(start="2026-03-05T09:00", end="2026-06-01T00:00", repeat=EveryMonths(days=(7,))),
            utc("2026-05-31T21:00"),
        ),
        (When(dates=("2026-04-01T09:00", "2026-03-25T09:00")), utc("2026-04-01T06:00")),
    ],
)
def test_it_is_known_when_it_is_too_late_for_any_run(when: When, expected: int | None) -> None:
    assert passes_ms(when, account_zone=ACCOUNT) == expected


def test_a_campaign_that_repeats_for_centuries_is_judged_at_once() -> None:
    """Neither its first days nor its last are walked over: a desk waits for the answer."""
    daily = When(start="2000-01-01T09:00", end="2999-12-31T09:00", repeat=EveryDays())
    began = process_time()
    assert passes_ms(daily, account_zone=ACCOUNT) == moment("2999-12-31T09:00", ACCOUNT)
    after = moment("2998-06-01T12:00", ACCOUNT)
    found = following(daily, published_ms=1, account_zone=ACCOUNT, after_ms=after)
    assert found[0].name == f"2998-06-02T09:00[{ACCOUNT}]"
    assert process_time() - began < 0.5  # it took seconds


def test_what_would_run_if_it_were_published_now() -> None:
    for campaign in (
        Campaign(name="L", kind="live", when=When(start="2026-04-01T09:00")),
        Campaign(name="Now", kind="past_behaviour"),
    ):
        assert if_published(campaign, now_ms=PUBLISHED_MS, account_zone=ACCOUNT) == []
    campaign = Campaign(name="P", kind="past_behaviour", when=EVERY_7TH)
    found = if_published(campaign, now_ms=utc("2026-03-08T00:00"), account_zone=ACCOUNT)
    assert [slot.name[5:7] for slot in found] == ["04", "05", "06", "07", "08"]


def test_around_every_clock_change_a_wall_time_is_its_first_instant_or_the_first_after() -> None:
    """The law: the wall then shows this time and did not before, or the time does not exist."""
    for change in clock_changes():
        for minutes in (-61, -30, 0, 29, 30, 61):
            wall = EPOCH + timedelta(milliseconds=change.at_ms, minutes=change.before + minutes)
            text = f"{wall:%Y-%m-%dT%H:%M}"
            found = moment(text, change.zone)
            shown = zones.local_wall(found, change.zone)
            if f"{shown:%Y-%m-%dT%H:%M}" == text:
                assert shown.fold == 0, (change, text)
            else:
                assert 0 <= minutes < change.after - change.before, (change, text)
                assert found == change.at_ms, (change, text)


def test_every_zone_of_the_data_can_carry_a_schedule() -> None:
    for zone in sorted(zoneinfo.available_timezones() - {"Factory", "localtime", "posixrules"}):
        at = moment("2027-06-15T09:00", zone)
        assert f"{zones.local_wall(at, zone):%Y-%m-%dT%H:%M}" == "2027-06-15T09:00"


def test_a_run_may_be_two_hours_late() -> None:
    assert schedule.LATE_MS_MAX == 2 * 60 * 60 * 1_000


@pytest.mark.parametrize(
    ("run", "zone", "cutoff", "instant"),
    [
        ("2026-03-20T09:00[Europe/Kyiv]", None, "18:00", "2026-03-20T16:00"),
        ("2026-03-20T19:00[Europe/Kyiv]", None, "18:00", "2026-03-21T16:00"),
        ("2026-03-28T22:00[Europe/Kyiv]", None, "03:30", "2026-03-29T01:00"),  # the gap's end
        ("2026-03-20T09:00[UTC+05:45]", "UTC+05:45", "09:00", "2026-03-21T03:15"),
    ],
)
def test_a_run_is_cut_off_at_the_first_such_time_after_it_in_its_own_zone(
    run: str, zone: str | None, cutoff: str, instant: str
) -> None:
    cut = When(cutoff=cutoff, zone=zone)
    assert schedule.cutoff_ms(cut, run, account_zone=ACCOUNT) == utc(instant)
    assert schedule.cutoff_ms(When(), run, account_zone=ACCOUNT) is None


BY_USER = When(start="2026-03-25T09:00", personal=UserZone())


def test_a_run_at_each_users_time_begins_with_the_first_wall_and_is_past_by_the_accounts() -> None:
    (found,) = runs(BY_USER, published_ms=PUBLISHED_MS, account_zone=ACCOUNT)
    assert found == Slot(utc("2026-03-24T19:00"), "2026-03-25T09:00[user]")
    assert passes_ms(BY_USER, account_zone=ACCOUNT) == utc("2026-03-25T07:00")
    late = utc("2026-03-25T06:59")
    assert list(runs(BY_USER, published_ms=late, account_zone=ACCOUNT)) == [found]
    assert list(runs(BY_USER, published_ms=late + 120_000, account_zone=ACCOUNT)) == []


def test_runs_at_each_users_time_follow_each_other_once() -> None:
    daily = structs.replace(BY_USER, repeat=EveryDays())
    first, second = islice(runs(daily, published_ms=PUBLISHED_MS, account_zone=ACCOUNT), 2)
    assert second.due_ms - first.due_ms == 86_400_000
    (found,) = following(
        daily, published_ms=PUBLISHED_MS, account_zone=ACCOUNT, after_ms=first.due_ms, count=1
    )
    assert found == second
    campaign = Campaign(name="P", kind="past_behaviour", when=daily)
    foreseen = if_published(campaign, now_ms=first.due_ms + 1, account_zone=ACCOUNT)
    assert foreseen[0] == first, "it has begun in the first zone, and would run"


def test_a_run_at_each_users_time_has_no_cut_off_of_its_own() -> None:
    when = structs.replace(BY_USER, cutoff="18:00")
    assert cutoff_ms(when, "2026-03-25T09:00[user]", account_zone="Asia/Tokyo") is None


def test_how_long_a_run_has_until_its_cut_off_is_that_of_the_shortest_night() -> None:
    """Clocks in Kyiv go from 03:00 to 04:00 on 29 March."""
    hour_ms = 3_600_000
    nightly = When("2026-03-27T01:00", repeat=EveryDays(), cutoff="05:00")
    own = When("2026-03-27T01:00", cutoff="05:00", personal=UserZone())
    found = [
        schedule.cut_off_after_ms(
            Campaign("a", "past_behaviour", when=when), now_ms=PUBLISHED_MS, account_zone=ACCOUNT
        )
        for when in (nightly, When(cutoff="12:00"), When(), own)
    ]
    assert found == [3 * hour_ms, 800_000, None, None]
