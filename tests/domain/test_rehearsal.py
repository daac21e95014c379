from typing import Any

import msgspec
import pytest

from domain.audience import Did, DidNot
from domain.campaign import Campaign, Delivery, Limits, Trigger, What, When
from domain.frequency import GlobalLimits
from domain.goal import Goal
from domain.periods import HOUR_MS
from domain.personal import BestTime, UserZone
from domain.recurrence import EveryDays
from domain.rehearsal import (
    GROUPS_MAX,
    event_names,
    fullest,
    grain_ms,
    hour_max,
    rehearsed,
    shared_max,
    trigger_names,
)
from domain.spans import Span
from tests.domain.definitions import LIVE, PAST

UNTIL_MS = 1_774_000_000_000  # 2026-03-20T09:46:40Z
FROM_MS = UNTIL_MS - 30 * 24 * 3_600_000


def start_of(campaign: Campaign, **when: Any) -> str:
    changed = msgspec.structs.replace(campaign, when=When(**when))
    return rehearsed(changed, from_ms=FROM_MS, until_ms=UNTIL_MS, account_zone="UTC").when.start


def test_a_live_campaign_listens_all_the_time() -> None:
    later = msgspec.structs.replace(LIVE, when=When("2027-01-01T09:00", "2027-02-01T09:00"))
    moved = rehearsed(later, from_ms=FROM_MS, until_ms=UNTIL_MS, account_zone="UTC")
    assert moved.when == When()


@pytest.mark.parametrize(
    ("when", "start"),
    [
        ({}, "2026-03-20T09:46"),
        ({"start": "2027-05-05T08:00"}, "2026-03-20T08:00"),
        ({"start": "2027-05-05T11:00"}, "2026-03-19T11:00"),
        ({"start": "2027-05-05T11:00", "zone": "Europe/Kyiv"}, "2026-03-20T11:00"),
    ],
)
def test_what_runs_once_runs_the_last_time_that_it_could_have(
    when: dict[str, Any], start: str
) -> None:
    assert start_of(PAST, **when) == start


def test_every_event_that_a_definition_may_mean_is_asked_for() -> None:
    campaign = Campaign(
        name="A",
        kind="live",
        trigger=Trigger("Added"),
        who=DidNot("Bought", also=()),
        goal=Goal("Paid"),
    )
    assert {"Added", "Bought", "Paid"} <= event_names(campaign)
    assert "Added" in trigger_names(campaign)
    assert "Bought" not in trigger_names(campaign)
    assert trigger_names(msgspec.structs.replace(PAST, who=Did("X"))) == frozenset()


def test_much_is_played_in_grains_so_that_it_ends() -> None:
    month_ms = 30 * 24 * 3_600_000
    assert grain_ms(GROUPS_MAX, stretch_ms=month_ms) == 1
    assert month_ms // grain_ms(10**7, stretch_ms=month_ms) <= GROUPS_MAX


def test_of_several_dates_the_last_falls_into_the_stretch_however_short_it_is() -> None:
    dates = When(dates=("2027-05-01T08:00", "2027-05-05T11:00"))
    changed = msgspec.structs.replace(PAST, when=dates)
    for days in (1, 3, 6, 30):
        from_ms = UNTIL_MS - days * 24 * 3_600_000
        when = rehearsed(changed, from_ms=from_ms, until_ms=UNTIL_MS, account_zone="UTC").when
        assert when.dates
        assert when.dates[-1][11:] == "11:00"


def test_what_repeats_ends_with_the_stretch() -> None:
    daily = msgspec.structs.replace(PAST, when=When("2027-05-05T08:00", repeat=EveryDays()))
    when = rehearsed(daily, from_ms=FROM_MS, until_ms=UNTIL_MS, account_zone="UTC").when
    assert (when.start, when.end) == ("2026-02-19T08:00", "2026-03-20T09:46")


def test_a_run_at_everyones_wall_is_over_by_the_end_where_the_stretch_has_room() -> None:
    days = {"2026-03-18T00:00": BestTime("Viewed"), "2026-03-19T00:00": UserZone()}
    for start, how in days.items():
        assert start_of(PAST, start="2027-05-05T00:00", personal=how) == start
    once = msgspec.structs.replace(PAST, when=When("2027-05-05T00:00", personal=UserZone()))
    day_ms = 24 * 3_600_000
    moved = rehearsed(once, from_ms=UNTIL_MS - day_ms, until_ms=UNTIL_MS, account_zone="UTC")
    assert moved.when.start == "2026-03-20T00:00"


def test_the_event_of_a_best_time_is_asked_for() -> None:
    best = msgspec.structs.replace(PAST, when=When(personal=BestTime("Opened App")))
    assert "Opened App" in event_names(best)


@pytest.mark.parametrize(
    ("own", "house", "most"),
    [(None, 0, 36_000), (50, 0, 600), (None, 20, 240), (50, 20, 240), (10**6, 0, 36_000)],
)
def test_what_may_go_in_an_hour_is_the_least_of_pace_and_throttles(
    own: int | None, house: int, most: int
) -> None:
    campaign = msgspec.structs.replace(LIVE, delivery=Delivery(messages_per_5_minutes=own))
    limits = GlobalLimits(messages_per_5_minutes=house)
    assert hour_max(campaign, limits, messages_per_second=10) == most
    free = msgspec.structs.replace(campaign, limits=Limits(ignore_global=True))
    alone = hour_max(campaign, GlobalLimits(), messages_per_second=10)
    assert hour_max(free, limits, messages_per_second=10) == alone


def test_a_message_with_an_identify_call_takes_two_places_in_the_pace() -> None:
    twice = msgspec.structs.replace(LIVE, what=What(identify=("plan",)))
    assert hour_max(twice, GlobalLimits(), messages_per_second=10) == 18_000
    throttled = GlobalLimits(messages_per_5_minutes=20)
    assert hour_max(twice, throttled, messages_per_second=10) == 240


def test_a_campaigns_own_throttle_takes_nothing_from_the_others() -> None:
    limits = GlobalLimits(messages_per_5_minutes=100)
    own = msgspec.structs.replace(LIVE, delivery=Delivery(messages_per_5_minutes=5))
    free = msgspec.structs.replace(own, limits=Limits(ignore_global=True))
    assert hour_max(own, limits, messages_per_second=10) == 60
    assert shared_max(own, limits, messages_per_second=10) == 1_200
    assert shared_max(free, limits, messages_per_second=10) == 36_000


def test_the_fullest_hour_is_that_of_all_campaigns_together() -> None:
    hours = [Span(0, 50), Span(HOUR_MS, 20), Span(2 * HOUR_MS, 0)]
    others = [(HOUR_MS - 1, 1), (HOUR_MS, 30), (2 * HOUR_MS - 1, 9), (2 * HOUR_MS, 900)]
    assert fullest(hours, others) == (Span(HOUR_MS, 20), 39)
    assert fullest(hours, []) is None
    assert fullest([], others) is None
