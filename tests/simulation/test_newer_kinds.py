"""Lives that choose in every way, in which events leave, and that change while they run.

Such lives are lived in `test_planted.py`, with a bug and without.
"""

from random import Random

import pytest

from tests.simulation import asks, changing, choices, long_kept
from tests.simulation import plan as plans
from tests.simulation.invent import invent
from tests.simulation.trouble import DAY

SEEDS = range(60)
CHOSEN = [choices.chosen(invent(seed), Random(seed)) for seed in SEEDS]
KEPT = [long_kept.long_kept(invent(seed), Random(seed)) for seed in SEEDS]
CHANGING = [changing.changing(invent(seed), Random(seed)) for seed in SEEDS]


def test_audiences_have_every_condition_and_brackets_in_brackets() -> None:
    trees = [one.chosen.who for life in CHOSEN for one in life.campaigns if one.chosen.who]
    assert {type(part) for tree in trees for part in asks.parts(tree)} == {
        asks.OfGroup,
        asks.AtLeast,
        asks.DidIt,
        asks.NeverDid,
        asks.BeganTo,
        asks.Listed,
        asks.Named,
        asks.Every,
        asks.Either,
        asks.Other,
    }
    assert any(isinstance(part, asks.DidIt) and part.n for t in trees for part in asks.parts(t))


def test_the_operators_groups_are_kept_out_and_treated() -> None:
    every = [one.chosen for life in CHOSEN if life.house.system for one in life.campaigns]
    assert {one.system for one in every} == {True, False}
    assert {one.groups for one in every} == {(), *((name,) for name in choices.GROUPS)}


def test_nights_begin_on_some_days_triggers_filter_and_variants_say_their_own() -> None:
    every = [one for life in CHOSEN for one in life.campaigns]
    assert any(one.dnd and one.chosen.dnd_days for one in every)
    assert {bool(one.chosen.trigger_n) for one in every if one.kind == "live"} == {True, False}
    own = [one for one in every if one.chosen.own_words]
    assert all(one.split or one.by_group or one.test for one in own)
    assert {bool(one.split) for one in own} == {bool(one.test) for one in own} == {True, False}


def test_events_are_kept_for_a_month_or_for_days_and_some_come_when_they_have_left() -> None:
    assert {life.house.keep_days for life in KEPT} == {long_kept.MONTH, long_kept.SHORT}
    for life in KEPT:
        old = [one for one in life.events if one.late > life.house.keep_days * DAY]
        assert old
        assert life.span > (life.house.keep_days + 3) * DAY
        assert not any(one.without or one.calendar is None for one in life.campaigns[2:])


def test_what_runs_is_amended_and_each_kind_of_cap_is_lowered() -> None:
    acts = [act for life in CHANGING for act in life.acts]
    assert {act.cap for act in acts if act.deed == "lower"} == {"total", "day", "run"}
    amended = [sum(act.deed == "amend" for act in life.acts) for life in CHANGING]
    assert min(amended) >= 4
    assert {len(life.campaigns) for life in CHANGING} == {2, 3, 4}


@pytest.mark.parametrize("life", [CHOSEN[0], KEPT[0], CHANGING[0]])
def test_a_plan_with_trees_in_it_survives_its_file(life: plans.Plan) -> None:
    assert plans.load(plans.dump(life)) == life
