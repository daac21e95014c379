import pytest

from domain.audience import (
    All,
    Amount,
    Did,
    DidSum,
    Doing,
    Filter,
    Node,
    Not,
    Property,
    SameValue,
    Step,
)
from domain.goal import Goal
from domain.mismatch import Mismatch, Question, of_goal, questions


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Property("plan", "equals", "pro"), [(None, "plan", {"text"})]),
        (Property("plan", "in", ("pro", 1, True)), [(None, "plan", {"text", "number", "flag"})]),
        (Property("plan", "not_equals", True), [(None, "plan", {"flag"})]),
        (Property("plan", "contains", "p"), [(None, "plan", {"text"})]),
        (Property("renews", "in_next_days", 3), [(None, "renews", {"number", "time"})]),
        (Property("plan", "exists"), []),
        (Property("plan", "<", "not a number"), []),
        (
            Did("A", (Filter("p", ">", 1),), also=(Doing("B", (Filter("q", "equals", "x"),)),)),
            [("A", "p", {"number"}), ("B", "q", {"text"})],
        ),
        (DidSum("A", "p", Amount(">", 1)), [("A", "p", {"number"})]),
        (SameValue("p", (Step("A", (Filter("q", "<", 5),)),)), [("A", "q", {"number"})]),
        (All((Property("a", "<", 1), Not(Property("a", ">", 9)))), [(None, "a", {"number"})]),
    ],
)
def test_a_comparison_asks_for_types(node: Node, expected: list[tuple[str, str, set[str]]]) -> None:
    found = [(each.event, each.name, set(each.types)) for each in questions(node)]
    assert found == expected


def test_a_line_says_how_many_and_quotes_no_value() -> None:
    plan = Question(None, "plan", frozenset({"text"}))
    assert str(Mismatch(plan, 12)) == (
        '12 users have a "plan" that is no text: they do not match what is asked of it'
    )
    price = Question("Bought", "price", frozenset({"number", "time"}))
    assert str(Mismatch(price, 3)).startswith(
        '3 events "Bought" have a "price" that is no number or time'
    )


def test_a_goal_asks_for_numbers_of_its_revenue_and_for_what_its_filters_compare() -> None:
    goal = Goal("Bought", (Filter("item", "contains", "tea"),), revenue="total")
    asked = [(each.event, each.name, set(each.types)) for each in of_goal(goal)]
    assert asked == [("Bought", "item", {"text"}), ("Bought", "total", {"number"})]
    assert of_goal(Goal("Bought")) == []
    (_, total) = of_goal(goal)
    assert str(Mismatch(total, 3)) == (
        '3 events "Bought" have a "total" that is no number: they do not count as revenue'
    )
