from random import Random

import pytest

from tests.simulation import plan as plans
from tests.simulation import season, waits, weather
from tests.simulation.invent import invent

SEEDS = range(30)


def test_the_first_life_of_a_seed_is_as_it_was_invented() -> None:
    assert next(season.lives(7)) == waits.added(invent(7))


def test_a_seed_has_the_same_lives_every_time() -> None:
    assert list(season.lives(3)) == list(season.lives(3))


def test_every_third_seed_of_many_is_lived_in_rough_weather_each_kind_in_its_turn() -> None:
    kinds = len(season.WEATHERS) + 1  # and most of them at once
    seeds = range(0, kinds * season.ROUGH_EVERY, season.ROUGH_EVERY)
    assert [list(season.lives(seed)).index(season.life(seed)) for seed in seeds] == [
        1 + seed // season.ROUGH_EVERY for seed in seeds
    ]
    as_invented = [waits.added(invent(seed)) for seed in (1, 4)]
    assert [season.life(seed) for seed in (1, 4)] == as_invented


def test_every_third_seed_of_many_has_campaigns_of_a_kind_each_kind_in_its_turn() -> None:
    seeds = range(season.KINDS_AT, 40, season.ROUGH_EVERY)
    assert all(season.life(seed) == season.of_a_kind(seed) != invent(seed) for seed in seeds)
    shown = {seed: season.of_a_kind(seed, crashes=False) for seed in seeds}
    assert not any(plan.crashes or plan.restores for plan in shown.values())


def test_one_weather_may_be_asked_for_alone() -> None:
    (alone,) = season.lives(3, "nights")
    assert alone in list(season.lives(3))


@pytest.mark.parametrize("rough", [*season.WEATHERS, *season.KINDS])
def test_every_weather_gives_a_plan_that_can_be_kept(rough: weather.Weather) -> None:
    for seed in SEEDS:
        plan = rough(invent(seed), Random(seed))
        assert plans.load(plans.dump(plan)) == plan
        assert all(0 <= event.at <= plan.span for event in plan.events)
        assert all(0 <= act.at <= plan.span for act in plan.acts)


def test_a_long_outage_ends_within_the_life() -> None:
    for seed in SEEDS:
        plan = weather.doubt(invent(seed), Random(seed))
        ends = [f.at + float(f.settings["seconds"]) * 1000 for f in plan.faults if f.name == "down"]
        assert ends[-1] < plan.span
