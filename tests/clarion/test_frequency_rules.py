from typing import Any

import pytest

from clarion.config import Frequency
from clarion.frequency_rules import frequency_problems
from domain.frequency import RULES_MAX, Calendar, Rolling, Rule


def wheres(**frequency: Any) -> list[str]:
    return [problem.where for problem in frequency_problems(Frequency(**frequency))]


@pytest.mark.parametrize("rule", [Rolling(1, 5), Rolling(250, 43_200), Calendar(1, "week")])
def test_a_rule_within_its_bounds_is_right(rule: Rule) -> None:
    assert wheres(rules=(rule,)) == []


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        (Rolling(0, 5), "max"),
        (Rolling(251, 5), "max"),
        (Rolling(1, 4), "minutes"),
        (Rolling(1, 43_201), "minutes"),
        (Calendar(0, "day"), "max"),
    ],
)
def test_a_number_out_of_its_bounds_is_told_with_its_place(rule: Rule, place: str) -> None:
    assert wheres(rules=(Calendar(1, "day"), rule)) == [f"frequency.rules[1].{place}"]


def test_a_rule_that_is_there_twice_is_told() -> None:
    assert wheres(rules=(Calendar(1, "day"),) * 2) == ["frequency.rules[1]"]


def test_too_many_rules_are_told() -> None:
    rules = tuple(Rolling(1, 5 + n) for n in range(RULES_MAX + 1))
    assert wheres(rules=rules) == ["frequency.rules"]
    assert wheres(rules=rules[1:]) == []


@pytest.mark.parametrize("name", ["dwell_minutes", "messages_per_5_minutes"])
def test_0_is_no_limit_and_less_is_refused(name: str) -> None:
    assert wheres(**{name: 0}) == []
    assert wheres(**{name: -1}) == wheres(**{name: 10**9}) == [f"frequency.{name}"]
