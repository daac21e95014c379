from typing import Any

import pytest

from domain.audience import (
    EVERYONE,
    All,
    AnyOf,
    Count,
    Did,
    DidNot,
    Filter,
    Node,
    Not,
    Property,
    Saved,
)
from domain.rules_filters import filter_problems
from domain.rules_who import (
    NODE_DEPTH_MAX,
    NODES_JUDGED_MAX,
    NODES_MAX,
    Known,
    node_problems,
)


def told(node: Node) -> list[tuple[str, str]]:
    return [(problem.where, problem.what) for problem in node_problems(node, "who")]


@pytest.mark.parametrize(
    ("op", "value"),
    [
        ("equals", 1),
        ("equals", False),
        ("not_equals", "a"),
        ("in", ("a", 1)),
        ("contains", "a"),
        ("exists", None),
        ("does_not_exist", None),
        ("<", 1.5),
        (">=", -1),
        ("between", (1, 1)),
        ("between", (1, 2.5)),
        ("before", "2026-03-29"),
        ("after", "2026-03-29T09:00:00Z"),
        ("after", "2026-03-29T09:00+02:00"),
    ],
)
def test_a_value_that_suits_its_operator_is_accepted(op: Any, value: Any) -> None:
    assert told(Property("a", op, value)) == []


@pytest.mark.parametrize(
    ("op", "value", "what"),
    [
        ("equals", None, '"equals" needs one value.'),
        ("equals", ("a",), '"equals" needs one value.'),
        ("in", "a", '"in" needs a list of values.'),
        ("in", (), '"in" needs a list of values.'),
        ("contains", 5, '"contains" needs a text.'),
        ("starts_with", "", '"starts_with" needs a text.'),
        ("exists", "a", '"exists" compares with nothing.'),
        ("<", "5", '"<" needs a number.'),
        ("<", True, '"<" needs a number.'),
        ("between", (2, 1), '"between" needs two numbers in order.'),
        ("between", (1, 2, 3), '"between" needs two numbers in order.'),
        ("between", ("a", "b"), '"between" needs two numbers in order.'),
        ("before", "29.03.2026", '"before" needs a date or a date and time.'),
        ("before", "2026-02-30", '"before" needs a date or a date and time.'),
        ("after", 1_774_000_000, '"after" needs a date or a date and time.'),
        ("equals", float("inf"), "inf is not a number that events can have."),
        ("equals", 2**53, "9007199254740992 is too large to be compared exactly."),
        ("equals", "x" * 1_001, "The text has 1001 characters; at most 1000 are possible."),
    ],
)
def test_a_value_that_does_not_suit_its_operator_is_refused(op: Any, value: Any, what: str) -> None:
    assert told(Property("a", op, value)) == [("who.value", what)]
    (problem,) = filter_problems((Filter("a", op, value),), "trigger.where")
    assert (problem.where, problem.what) == ("trigger.where[0].value", what)


@pytest.mark.parametrize("days", [0, -1, 3_651])
def test_days_have_a_range(days: int) -> None:
    what = f"{days} days are not possible."
    assert told(Did("A", days=days)) == [("who.days", what)]
    assert told(DidNot("A", days=days)) == [("who.days", what)]


@pytest.mark.parametrize(
    "count", [Count("<", 1), Count("<=", 0), Count("=", 0), Count("<", 0, include_zero=True)]
)
def test_a_count_that_nobody_can_have_is_refused(count: Count) -> None:
    ((where, what),) = told(Did("A", count=count))
    assert where == "who.count"
    assert what.startswith("Nobody did it")


@pytest.mark.parametrize(
    "count",
    [Count(), Count("<", 2), Count("=", 0, include_zero=True), Count(">=", 0), Count("!=", 0)],
)
def test_a_count_that_somebody_can_have_is_accepted(count: Count) -> None:
    assert told(Did("A", count=count)) == []


def test_a_negative_count_is_refused() -> None:
    assert told(Did("A", count=Count(">=", -1))) == [
        ("who.count.value", "-1 times are not possible.")
    ]


def test_everyone_is_an_audience_and_any_of_nothing_is_not() -> None:
    assert told(EVERYONE) == []
    assert told(AnyOf(())) == [("who.of", "Any of nothing is nobody.")]


def test_problems_deep_inside_name_their_place() -> None:
    node = All((Property("a", "exists"), Not(AnyOf((DidNot("", (Filter("", "exists"),)),)))))
    assert told(node) == [
        ("who.of[1].of.of[0].event", "It is empty."),
        ("who.of[1].of.of[0].where[0].property", "It is empty."),
    ]


def test_conditions_may_not_be_nested_too_deeply() -> None:
    node: Node = EVERYONE
    for _ in range(NODE_DEPTH_MAX - 1):
        node = Not(node)
    assert told(node) == []
    place = "who" + ".of" * NODE_DEPTH_MAX
    assert told(Not(node)) == [(place, "Conditions are nested deeper than 8 levels.")]


def test_there_may_not_be_too_many_conditions() -> None:
    node = All((Property("a", "exists"),) * NODES_MAX)
    assert told(node) == [("who", "There are 101 conditions; at most 100 are possible.")]


def test_of_far_too_many_conditions_nothing_else_is_said() -> None:
    """To judge each of them would keep everybody waiting."""
    node = All((Property("", "exists"),) * NODES_JUDGED_MAX)
    assert [where for where, _ in told(node)] == ["who"]
    fewer = All((Property("", "exists"),) * NODES_MAX)
    assert len(told(fewer)) == 1 + NODES_MAX


def test_there_may_not_be_too_many_comparisons() -> None:
    node = DidNot("A", (Filter("a", "exists"),) * 21)
    assert told(node) == [("who.where", "There are 21 comparisons; at most 20 are possible.")]


def test_the_audience_that_is_being_saved_is_offered_to_nobody() -> None:
    known = Known(saved=frozenset({"Runners"}), itself="Walkers")
    (problem,) = node_problems(Saved("Walker"), "who", known)
    assert "Walkers" not in problem.fix
    assert list(node_problems(Saved("Walkers"), "who", known)) == []
