from random import Random

import pytest

from tests.simulation import calendars, season
from tests.simulation.invent import invent
from tests.simulation.life import judged, live
from tests.simulation.trouble import DAY

LIVES = [calendars.repeating(invent(seed), Random(seed)) for seed in range(60)]
CALENDARS = [one.calendar for life in LIVES for one in life.campaigns if one.calendar]


def test_campaigns_run_again_in_every_way() -> None:
    assert {one.unit for one in CALENDARS if one.start} == {"days", "weeks", "months"}
    assert {bool(one.dates) for one in CALENDARS} == {True, False}
    assert {bool(one.end) for one in CALENDARS} == {True, False}
    assert {bool(one.cutoff) for one in CALENDARS} == {True, False}
    assert len({one.zone for one in CALENDARS}) > 3


def test_the_first_campaign_always_does_and_none_of_them_is_live() -> None:
    for life in LIVES:
        assert life.campaigns[0].calendar is not None
        assert all(one.kind == "past_behaviour" for one in life.campaigns if one.calendar)


def test_a_life_is_long_enough_for_days() -> None:
    assert all(life.span >= 2 * DAY for life in LIVES)


@pytest.mark.parametrize("seed", [5, 9, 15])
def test_every_promise_holds_in_a_life_with_runs_again(seed: int) -> None:
    (plan,) = season.lives(seed, "repeating")
    assert judged(plan, live(plan)) == []
