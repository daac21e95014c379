import pytest

from domain.audience import Filter
from domain.campaign import Campaign, Trigger
from domain.definition import problems
from domain.rules_filters import FILTERS_MAX, filter_problems, moving_problems
from tests.domain.definitions import NOW_MS, ZONE


def told(*filters: Filter) -> list[tuple[str, str]]:
    return [(problem.where, problem.what) for problem in filter_problems(filters, "where")]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Filter("p", "in_last_days", 30), []),
        (
            Filter("p", "in_last_days", 0),
            [("where[0].value", '"in_last_days" needs a whole number of days.')],
        ),
        (
            Filter("p", "after_next_days", "3"),
            [("where[0].value", '"after_next_days" needs a whole number of days.')],
        ),
        (Filter(" p", "exists"), [("where[0].property", "It begins or ends with a space.")]),
    ],
)
def test_a_comparison_has_a_name_and_a_value_that_suits(
    asked: Filter, expected: list[tuple[str, str]]
) -> None:
    assert told(asked) == expected


def test_there_are_only_so_many_comparisons() -> None:
    many = (Filter("p", "exists"),) * (FILTERS_MAX + 1)
    assert told(*many) == [("where", "There are 21 comparisons; at most 20 are possible.")]


def test_a_trigger_compares_with_no_today() -> None:
    moving = (Filter("p", "exists"), Filter("p", "in_last_days", 3))
    assert [problem.where for problem in moving_problems(moving, "where")] == ["where[1].op"]
    campaign = Campaign(name="a", kind="live", trigger=Trigger("A", moving))
    found = problems(campaign, now_ms=NOW_MS, zone=ZONE)
    assert [problem.where for problem in found] == ["trigger.where[1].op"]
