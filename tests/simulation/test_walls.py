"""The plain reckoning of walls, and that the product's own comes to the same."""

from datetime import UTC, datetime
from random import Random

import pytest

from domain import schedule
from tests.simulation import calendars, defined, months
from tests.simulation.invent import STARTS, invent
from tests.simulation.kinds import Calendar, Personal
from tests.simulation.trouble import DAY
from tests.simulation.walls import cutoff_ms, due_ms, instant, shown, slots
from tests.simulation.weather import Weather
from tests.simulation.world import World


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000


@pytest.mark.parametrize(
    ("wall", "zone", "utc"),
    [
        ("2026-03-20T12:00", "Europe/Oslo", "2026-03-20T11:00"),
        ("2026-03-29T02:30", "Europe/Oslo", "2026-03-29T01:00"),  # there is none that night
        ("2026-10-25T02:30", "Europe/Oslo", "2026-10-25T00:30"),  # there are two
    ],
)
def test_a_wall_is_an_instant_the_first_of_two_or_the_first_after_a_gap(
    wall: str, zone: str, utc: str
) -> None:
    assert instant(datetime.fromisoformat(wall), zone) == ms(utc)


def test_a_run_says_when_it_is_due() -> None:
    assert due_ms("2026-03-20T12:00[Europe/Oslo]") == ms("2026-03-20T11:00")
    assert due_ms("2026-03-20T12:00[user]") == ms("2026-03-19T22:00")


def test_a_cutoff_is_the_next_such_time() -> None:
    calendar = Calendar(start="2026-03-20T09:00", cutoff="08:30")
    assert cutoff_ms(calendar, "2026-03-20T09:00", "UTC") == ms("2026-03-21T08:30")


def test_what_a_wall_shows_has_no_zone() -> None:
    assert shown(ms("2026-10-25T01:30"), "Europe/Oslo") == datetime.fromisoformat(
        "2026-10-25T02:30"
    )


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("kind", [calendars.repeating, months.by_weekday])
def test_the_product_has_the_same_runs_for_every_calendar_that_lives_have(
    kind: Weather, seed: int
) -> None:
    r = Random(seed)
    plan = kind(invent(seed), r)
    for one in plan.campaigns:
        if one.calendar is None:
            continue
        personal = r.choice((None, Personal()))
        begins_ms = r.choice(STARTS) // 60_000 * 60_000
        when = defined.when_of(
            one.__class__(one.name, one.kind, calendar=one.calendar, personal=personal), World(plan)
        )
        ours = [
            (slot.due_ms, slot.name)
            for slot in slots(one.calendar, personal, plan.zone, upto_ms=begins_ms + 80 * DAY)
            if slot.here_ms >= begins_ms
        ]
        theirs = []
        for slot in schedule.runs(when, published_ms=begins_ms, account_zone=plan.zone):
            if slot.due_ms > begins_ms + 80 * DAY:
                break
            theirs.append((slot.due_ms, slot.name))
        assert ours == theirs


def test_a_weekday_of_a_month_is_counted_from_its_first_day_and_the_last_from_its_end() -> None:
    begins = "2026-05-01T09:00"
    named = (("first", "friday"), ("fourth", "friday"), ("last", "friday"))
    fridays = Calendar(start=begins, unit="months", nth=named)
    found = [slot.wall for slot in slots(fridays, None, "UTC", upto_ms=ms("2026-06-06T00:00"))]
    days = ["2026-05-01", "2026-05-22", "2026-05-29", "2026-06-05"]
    assert found == [f"{day}T09:00" for day in days]
