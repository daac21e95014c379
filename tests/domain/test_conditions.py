from typing import Any

import pytest

from domain.conditions import (
    Condition,
    Differs,
    Exists,
    Missing,
    Never,
    OneOf,
    Side,
    Text,
    Within,
    predicate,
)


@pytest.mark.parametrize(
    ("condition", "meets", "fails"),
    [
        (Exists(), ["", 0, False, {}, [0]], [None, [], [None]]),
        (Missing(), [None, [], [None]], ["", 0, False, {}, [0]]),
        (Never(), [], [None, "", 0, []]),
        (OneOf(("1",), (1.0,), (True,)), ["1", 1, True, [2, 1]], ["2", 0, False, None, {}]),
        (OneOf(numbers=(1.0,)), [1, 1.0], [True, "1"]),
        (OneOf(flags=(True,)), [True], [1, "true", False]),
        (Differs("a"), ["b", ["a", "b"]], ["a", ["a"], 1, None]),
        (Differs(1.0), [2], [1, True, "2", None]),
        (Differs(True), [False], [True, 0, None]),
        (Text("contains", "pro"), ["The PRO plan", ["x", "pro"]], ["plan", 1, None]),
        (Text("lacks", "pro"), ["plan"], ["Pro", 1, None]),
        (Text("starts", "Pro"), ["Pro plan"], ["pro plan", "a Pro", 1, None]),
        (Within(1, 2), [1, 1.5, 2, [0, 2]], [0, 3, True, "1", None]),
        (Within(1, 2, ends_included=False), [1.5], [1, 2]),
        (Within(low=1), [1, 9e300], [0]),
        (Side("before", 1_000), ["1970-01-01", 0], ["1970-01-01T00:00:01Z", 1, True, None]),
        (Side("after", 1_000), ["1970-01-02", 2], ["1970-01-01T00:00:01Z", 1, True, None]),
    ],
)
def test_a_condition_is_met_by_these_and_not_by_those(
    condition: Condition, meets: list[Any], fails: list[Any]
) -> None:
    passes = predicate(condition)
    assert [passes(each) for each in meets] == [True] * len(meets)
    assert [passes(each) for each in fails] == [False] * len(fails)
