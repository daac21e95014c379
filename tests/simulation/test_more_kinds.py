"""Lives with what the older kinds lack: limits that are waited for, held runs, spans, spellings."""

from random import Random

import pytest

from tests.simulation import afar, allowances, holds, months, season, spans
from tests.simulation.invent import invent
from tests.simulation.life import judged, live
from tests.simulation.personals import VIEWED
from tests.simulation.spellings import SPELLED
from tests.simulation.trouble import DAY

SEEDS = range(60)
ALLOWED = [allowances.allowed(invent(seed), Random(seed)) for seed in SEEDS]
HELD = [holds.held(invent(seed), Random(seed)) for seed in SEEDS]
BETWEEN = [spans.between(invent(seed), Random(seed)) for seed in SEEDS]
SPELT = [afar.spelled(invent(seed), Random(seed)) for seed in SEEDS]
MONTHLY = [months.by_weekday(invent(seed), Random(seed)) for seed in SEEDS]


def test_some_wait_for_the_limits_and_some_do_not_ask_or_do_not_count() -> None:
    every = [one for life in ALLOWED for one in life.campaigns]
    assert {one.queues for one in every} == {True, False}
    assert {one.counts for one in every if not one.ignores_limits} == {True, False}
    assert any(one.control_percent and one.cap_per_run for one in every)
    assert any(one.most_per_5_minutes for one in every)
    assert all(life.frequency or life.dwell_minutes for life in ALLOWED)


def test_held_runs_stop_all_or_make_way_and_are_answered_in_every_way() -> None:
    daily = [life.campaigns[0] for life in HELD]
    assert {one.stop_on_block for one in daily if one.safety_limit} == {True, False}
    deeds = {act.deed for life in HELD for act in life.acts}
    assert deeds == {*holds.ANSWERS, "launch", "undo"}
    assert {one.campaigns[1].undo_seconds for one in HELD} == {10, 60}


def test_live_campaigns_start_end_or_both_and_events_come_around_it() -> None:
    every = [one for life in BETWEEN for one in life.campaigns]
    assert {(bool(one.starts), bool(one.ends)) for one in every} == {
        (True, True),
        (True, False),
        (False, True),
    }
    assert all(one.starts < one.ends for one in every if one.ends)


def test_zones_are_spelled_in_every_way_and_habits_are_old_and_new() -> None:
    said = {one.zone for life in SPELT for one in life.users}
    assert said >= set(SPELLED)
    days = {e.late // DAY for life in SPELT for e in life.events if e.name == VIEWED}
    assert any(day < 180 for day in days)
    assert any(day > 181 for day in days)


def test_months_have_first_and_last_weekdays() -> None:
    named = [nth for life in MONTHLY for nth in life.campaigns[0].calendar.nth]  # type: ignore[union-attr]
    assert {week for week, _ in named} == set(months.WEEKS)
    assert len({day for _, day in named}) == 7


@pytest.mark.parametrize(
    ("seed", "kind"),
    [(0, "allowed"), (1, "held"), (2, "between"), (3, "spelled"), (4, "by_weekday")],
)
def test_every_promise_holds_in_a_life_of_each_of_these_kinds(seed: int, kind: str) -> None:
    (plan,) = season.lives(seed, kind)
    assert judged(plan, live(plan)) == []
