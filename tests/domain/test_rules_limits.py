from typing import Any

import pytest
from msgspec.structs import replace

from domain.campaign import Campaign, Limits, When
from domain.personal import BestTime, Personal, UserProperty, UserZone
from domain.recurrence import EveryDays
from domain.rules_limits import limit_problems
from tests.domain.definitions import LIVE, PAST

DAILY = replace(PAST, when=When("2027-01-01T09:00", repeat=EveryDays()))
DATES = replace(PAST, when=When(dates=("2027-01-01T09:00", "2027-01-02T09:00")))


def wheres(campaign: Campaign, **limits: Any) -> list[str]:
    changed = replace(campaign, limits=Limits(**limits))
    return [problem.where.removeprefix("limits.") for problem in limit_problems(changed)]


@pytest.mark.parametrize(
    ("name", "least", "most", "campaign"),
    [
        ("cap_total", 1, 10**9, PAST),
        ("cap_per_day", 1, 10**9, LIVE),
        ("cap_per_run", 1, 10**9, PAST),
        ("portion_percent", 1, 100, PAST),
        ("safety_limit", 1, 10**9, PAST),
        ("safety_per_hour", 1, 10**9, LIVE),
        ("per_user_max", 1, 250, LIVE),
        ("per_user_minutes", 5, 43_200, LIVE),
    ],
)
def test_a_number_lies_between_its_bounds(
    name: str, least: int, most: int, campaign: Campaign
) -> None:
    assert wheres(campaign, **{name: least}) == wheres(campaign, **{name: most}) == []
    assert wheres(campaign, **{name: least - 1}) == [name]
    assert wheres(campaign, **{name: most + 1}) == [name]


@pytest.mark.parametrize("name", ["cap_per_day", "safety_per_hour"])
def test_what_only_a_live_campaign_has_is_refused_to_others(name: str) -> None:
    assert wheres(PAST, **{name: 5}) == [name]


@pytest.mark.parametrize("own", [UserZone(), BestTime("A"), UserProperty("minute")])
def test_a_run_has_days_to_cap_where_each_user_has_a_time_of_their_own(own: Personal) -> None:
    day = When("2030-01-01T00:00", personal=own)
    assert wheres(replace(PAST, when=day), cap_per_day=5) == []


@pytest.mark.parametrize("name", ["cap_per_run", "safety_limit"])
def test_what_only_a_run_has_is_refused_to_live_campaigns(name: str) -> None:
    assert wheres(LIVE, **{name: 5}) == [name]


@pytest.mark.parametrize("name", ["per_user_max", "per_user_minutes"])
def test_how_often_a_user_gets_it_is_asked_of_campaigns_that_can_come_twice(name: str) -> None:
    assert wheres(PAST, **{name: 5}) == [name]
    assert wheres(DAILY, **{name: 5}) == wheres(DATES, **{name: 5}) == []


def test_a_campaign_that_runs_once_has_no_later_runs_to_stop() -> None:
    assert wheres(PAST, stop_on_block=True, safety_limit=5) == ["stop_on_block"]
    assert wheres(DAILY, stop_on_block=True, safety_limit=5) == []
    assert wheres(DAILY, stop_on_block=True) == ["stop_on_block"], "no run is ever held"


def test_what_ignores_the_limits_has_nothing_to_queue() -> None:
    assert wheres(LIVE, ignore_global=True, over_global="queue") == ["over_global"]
    assert wheres(LIVE, over_global="queue") == wheres(LIVE, ignore_global=True) == []


def test_all_problems_are_told_at_once() -> None:
    found = wheres(PAST, cap_total=0, portion_percent=0, safety_per_hour=0, per_user_max=0)
    assert found == [
        "cap_total",
        "safety_per_hour",
        "per_user_max",
        "portion_percent",
        "safety_per_hour",
        "per_user_max",
    ]
