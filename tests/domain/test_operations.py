from typing import Any

import pytest

from domain.operations import can_count, operation_of


@pytest.mark.parametrize("value", [1, "x", ["$add"], {}, {"plan": 1}, {"$add": 1, "$set": 2}])
def test_what_is_no_operation_is_a_value(value: Any) -> None:
    assert operation_of(value) is None


def test_an_operation_is_told_from_its_operand() -> None:
    assert operation_of({"$add": ["a"]}) == ("$add", ["a"])


@pytest.mark.parametrize(
    ("operation", "operand", "can"),
    [
        ("$incr", 2, True),
        ("$decr", 2.5, True),
        ("$incr", "2", False),
        ("$decr", True, False),
        ("$incr", None, False),
        ("$add", "x", True),
    ],
)
def test_counting_needs_a_number(operation: str, operand: Any, can: bool) -> None:
    assert can_count(operation, operand) is can
