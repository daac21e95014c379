"""Trouble is added to some lives, and to each the same one every time."""

from collections.abc import Callable
from random import Random

import pytest

from tests.simulation import trouble
from tests.simulation.invent import invent
from tests.simulation.plan import Plan


def _last_fault(plan: Plan) -> str:
    return plan.faults[-1].name if plan.faults else ""


KINDS: dict[str, tuple[Callable[[Plan, Random], Plan], Callable[[Plan], object]]] = {
    "templates": (trouble.templates, lambda plan: plan.campaigns[0].template),
    "rot": (trouble.rot, lambda plan: plan.rots),
    "farewells": (trouble.farewells, lambda plan: plan.suppressions),
    "late comers": (trouble.late_comers, lambda plan: any(one.comes for one in plan.users)),
    "refusals": (trouble.refused, lambda plan: "reject_containing" in _last_fault(plan)),
    "throttles": (trouble.throttled, lambda plan: "throttle" in _last_fault(plan)),
    "restores": (trouble.put_back, lambda plan: plan.backups and plan.restores),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_trouble_comes_to_some_lives_and_not_to_all(kind: str) -> None:
    add, has = KINDS[kind]
    lives = [invent(seed) for seed in range(150)]
    assert 3 < sum(bool(has(plan)) for plan in lives) < 120
    assert has(add(lives[0], Random(1)))
    assert add(lives[0], Random(1)) == add(lives[0], Random(1))


def test_a_life_without_crashes_has_no_restores() -> None:
    assert not any(invent(seed, crashes=False).restores for seed in range(100))


def test_everything_happens_within_the_life() -> None:
    for seed in range(150):
        plan = invent(seed)
        for kind in ("rots", "suppressions", "profiles", "backups", "restores"):
            assert all(0 <= one.at < plan.span for one in getattr(plan, kind))
        assert all(one.comes < plan.span for one in plan.users)
