import msgspec
import pytest

from domain.behaviour import Filter
from domain.campaign import Campaign
from domain.goal import Goal
from domain.rules_goal import goal_problems
from domain.variants import AbTest, Variant
from tests.domain.definitions import LIVE


def with_goal(goal: Goal | None) -> Campaign:
    return msgspec.structs.replace(LIVE, goal=goal)


@pytest.mark.parametrize(
    ("goal", "where", "what"),
    [
        (Goal(""), "goal.event", "It is empty."),
        (Goal("A", window_minutes=4), "goal.window_minutes", "4 minutes are not possible."),
        (
            Goal("A", window_minutes=43_201),
            "goal.window_minutes",
            "43201 minutes are not possible.",
        ),
        (Goal("A", revenue=" x"), "goal.revenue", "It begins or ends with a space."),
        (Goal("A", (Filter("p", "in", 1),)), "goal.where[0].value", '"in" needs a list of values.'),
        (
            Goal("A", (Filter("p", "in_last_days", 3),)),
            "goal.where[0].op",
            'A goal cannot compare with today, as "in_last_days" does.',
        ),
    ],
)
def test_what_is_wrong_with_a_goal_is_said_where_it_is(goal: Goal, where: str, what: str) -> None:
    assert [(p.where, p.what) for p in goal_problems(with_goal(goal))] == [(where, what)]


@pytest.mark.parametrize("minutes", [5, 43_200])
def test_the_ends_of_the_window_are_possible(minutes: int) -> None:
    assert list(goal_problems(with_goal(Goal("A", window_minutes=minutes, revenue="total")))) == []


def test_a_test_of_variants_needs_a_goal() -> None:
    """Without one the first variant would win each time, and nobody would know why."""
    test = AbTest((Variant("A"), Variant("B")), test_users=10)
    without = msgspec.structs.replace(with_goal(None), variants=test)
    assert [p.where for p in goal_problems(without)] == ["goal"]
    assert list(goal_problems(msgspec.structs.replace(without, goal=Goal("Paid")))) == []
    assert list(goal_problems(with_goal(None))) == []
