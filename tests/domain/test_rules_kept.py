"""No campaign asks for more of the past than there is, and whoever asks for all of it is told."""

import pytest

from domain.audience import (
    All,
    Amount,
    Asked,
    Count,
    Dates,
    DaysAgo,
    Did,
    DidFirst,
    DidNot,
    DidSum,
    Filter,
    Hours,
    Minutes,
    Node,
    Not,
    SameValue,
    Step,
    StepNot,
)
from domain.rules_kept import looks_back_for_ever
from domain.rules_who import Known, node_problems

KEEP = Known(keep_events_days=30)


def places(node: Node, known: Known = KEEP) -> list[str]:
    return [problem.where for problem in node_problems(node, "who", known)]


@pytest.mark.parametrize(("deed", "key"), [
    (Did("A", days=31), "days"),
    (DidNot("A", period=Hours(30 * 24 + 1)), "period"),
    (DidNot("A", period=Minutes(30 * 24 * 60 + 1)), "period"),
    (DidSum("A", period=DaysAgo((31, 2)), property="p", amount=Amount(">", 1)), "period"),
])  # fmt: skip
def test_a_condition_that_looks_back_further_than_events_are_kept_is_refused(
    deed: Node, key: str
) -> None:
    assert places(deed) == [f"who.{key}"]
    assert places(deed, Known()) == []
    assert places(deed, Known(keep_events_days=365)) == []


@pytest.mark.parametrize("deed", [
    Did("A", days=30),
    Did("A", period=Hours(30 * 24)),
    Did("A", period=DaysAgo((30, 2))),
    Did("A"),
    Did("A", period=Dates("2020-01-01", None)),
    DidFirst("A", days=400),
])  # fmt: skip
def test_one_that_does_not_is_as_good_as_it_was(deed: Node) -> None:
    assert places(deed) == []


def test_each_step_and_each_inner_condition_is_looked_at() -> None:
    same = SameValue("p", did=(Step("A"), Step("B", days=31)), did_not=(StepNot("C", days=40),))
    node = All((Not(Did("D", days=99)), same))
    assert places(node) == [
        "who.of[0].of.days",
        "who.of[1].did[1].days",
        "who.of[1].did_not[0].days",
    ]


def test_a_problem_says_how_long_events_are_kept() -> None:
    (problem,) = node_problems(Did("A", days=400), "who", KEEP)
    assert "30 days" in problem.what
    assert "at most 30 days" in problem.fix


@pytest.mark.parametrize("deed", [
    Did("A", count=Count(">=", 2)),
    Did("A", where=(Filter("p", "equals", 1),)),
    DidNot("A", where=(Filter("p", "equals", 1),)),
    DidNot("A", time_of_day=("09:00", "10:00")),
    DidNot("A", period=Dates("2020-01-01", None)),
])  # fmt: skip
def test_what_users_ever_did_is_worth_a_second_look(deed: Node) -> None:
    assert looks_back_for_ever(Not(deed))


@pytest.mark.parametrize("deed", [
    DidNot("A"), Did("A"), DidFirst("A"), Did("A", count=Count(">=", 2), days=30),
])  # fmt: skip
def test_what_the_first_event_answers_is_not(deed: Asked) -> None:
    assert not looks_back_for_ever(deed)  # type: ignore[arg-type]  # of conditions there are no steps
