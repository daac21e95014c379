"""Lives with variants, dates and users' own times: that they have all there is, and hold."""

from random import Random

import pytest

from tests.simulation import contents, dates, personals, season
from tests.simulation.invent import invent
from tests.simulation.life import judged, live

SEEDS = range(60)
TESTED = [contents.tested(invent(seed), Random(seed)) for seed in SEEDS]
DATED = [dates.dated(invent(seed), Random(seed)) for seed in SEEDS]
OWN = [personals.each_in_time(invent(seed), Random(seed)) for seed in SEEDS]


def test_every_campaign_of_a_life_with_variants_has_some_and_every_way_is_there() -> None:
    every = [one for life in TESTED for one in life.campaigns]
    assert all(one.split or one.by_group or one.test for one in every)
    tests = [one for one in every if one.test is not None]
    assert {one.kind for one in tests} == {"live", "past_behaviour"}
    assert all(one.goal for one in tests)
    assert any(one.calendar for one in tests)
    assert {bool(one.test.percent) for one in tests if one.test} == {True, False}


def test_events_carry_dates_of_every_kind() -> None:
    said = [event.date for life in DATED for event in life.events if event.date]
    assert any(text.endswith("Z") for text in said)
    assert any("T" in text and not text.endswith("Z") for text in said)
    assert "soon" in said
    asked = [one.date for life in DATED for one in life.campaigns if one.date]
    assert {bool(one.cancel) for one in asked} == {one.same_cart for one in asked} == {True, False}
    assert any(one.minutes < 0 for one in asked)
    assert any(one.minutes > 0 for one in asked)


def test_users_have_times_of_their_own_in_every_way() -> None:
    own = [life.campaigns[0].personal for life in OWN]
    assert {one.by for one in own if one} == {"user_zone", "user_property", "best_time"}
    assert {one.past for one in own if one} == {"drop", "next_day"}
    assert {one.unknown_zone for one in own if one} == {"account", "drop"}
    assert all(life.campaigns[0].calendar and not life.campaigns[0].test for life in OWN)


@pytest.mark.parametrize(
    ("seed", "kind"),
    [(0, "tested"), (5, "tested"), (3, "dated"), (8, "dated"), (2, "each_in_time")],
)
def test_every_promise_holds_in_a_life_of_each_kind(seed: int, kind: str) -> None:
    (plan,) = season.lives(seed, kind)
    assert judged(plan, live(plan)) == []
