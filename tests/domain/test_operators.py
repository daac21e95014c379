from typing import Any, get_args

import pytest

from domain.audience import Operator
from domain.operators import OPERATORS, Value, check, problems

EXAMPLES: list[tuple[Operator, Value, list[Any], list[Any]]] = [
    # operator, value, what passes, what does not
    ("equals", "Pro", ["Pro", ["Free", "Pro"]], ["pro", "Pro ", 1, None, []]),
    ("equals", 5, [5, 5.0], ["5", 6, None]),
    ("equals", 1, [1], [True, "1"]),
    ("equals", True, [True], [1, "true", False]),
    ("equals", "", [""], [None, [], " "]),
    ("not_equals", "Pro", ["Free", "", ["Pro", "Free"]], ["Pro", 5, None, []]),
    ("not_equals", 5, [6], [5, "6", True, None]),
    ("in", ("a", 1, True), ["a", 1, True, ["b", "a"]], ["b", 2, False, "1", None]),
    ("contains", "SHOE", ["Red shoes", ["x", "Shoe"]], ["sho", 1, None]),
    ("contains", "100%", ["100% wool"], ["1000 wool"]),
    ("does_not_contain", "shoe", ["boots", ""], ["SHOES", 1, None, []]),
    ("starts_with", "Re", ["Red"], ["red", "A Red", None]),
    ("exists", None, ["", 0, False, {}, ["a"]], [None, [], [None]]),
    ("does_not_exist", None, [None, [], [None]], ["", 0, False, {}, ["a"]]),
    ("<", 5, [4.9, [9, 4]], [5, 6, "4", True, None]),
    ("<=", 5, [5, 4], [5.1, False, None]),
    (">", 5, [5.1], [5, "6", None]),
    (">=", 5, [5], [4.9, True, None]),
    ("between", (1, 2), [1, 1.5, 2], [0.9, 2.1, True, "1", None]),
    ("before", "2026-03-29", ["2026-03-28", 1_700_000_000], ["2026-03-29", "later", True, None]),
    ("after", "2026-03-29T09:00:00Z", ["2026-03-29T09:00:00.001Z"], ["2026-03-29T09:00Z", None]),
    ("after", "2026-03-29", [1_774_800_000, 1_774_800_000_000], [1_700_000_000, 1_700_000_000_000]),
    ("in_last_days", 3, ["1970-01-01", "1969-12-29", 0], ["1969-12-28", "1970-01-02", None, True]),
    ("before_last_days", 3, ["1969-12-28T23:59:59Z"], ["1969-12-29", "1970-01-02", "soon", None]),
    ("in_next_days", 2, ["1970-01-01T00:00:01Z", "1970-01-03"], ["1970-01-01", "1970-01-04"]),
    ("after_next_days", 2, ["1970-01-04", 1_774_800_000], ["1970-01-03T23:59:59Z", None, False]),
    ("after", "2026-03-29T09:00:00+02:00", ["2026-03-29T07:00:01Z"], ["2026-03-29T06:59:59Z"]),
]

MISFITS: list[tuple[Operator, Value]] = [
    ("equals", None),
    ("equals", ("a", "b")),
    ("equals", float("nan")),
    ("not_equals", None),
    ("not_equals", ("a",)),
    ("in", "a"),
    ("in", ()),
    ("in", (float("inf"),)),
    ("contains", 5),
    ("contains", ""),
    ("does_not_contain", None),
    ("starts_with", True),
    ("exists", "a"),
    ("does_not_exist", False),
    ("<", "5"),
    ("<=", True),
    (">", None),
    (">=", (1, 2)),
    ("between", 1),
    ("between", (1,)),
    ("between", (2, 1)),
    ("between", ("a", "b")),
    ("before", "tomorrow"),
    ("before", 5),
    ("after", "2026-02-30"),
    ("in_last_days", 0),
    ("in_last_days", True),
    ("before_last_days", 3.0),
    ("in_next_days", 3_651),
    ("after_next_days", "3"),
]


@pytest.mark.parametrize(("op", "value", "passes", "fails"), EXAMPLES)
def test_an_operator_passes_these_and_fails_those(
    op: Operator, value: Value, passes: list[Any], fails: list[Any]
) -> None:
    assert [check(op, each, value) for each in passes] == [True] * len(passes)
    assert [check(op, each, value) for each in fails] == [False] * len(fails)


@pytest.mark.parametrize(("op", "value"), [(op, value) for op, value, _, _ in EXAMPLES])
def test_a_value_that_fits_its_operator_is_no_problem(op: Operator, value: Value) -> None:
    assert problems(op, value) == []


@pytest.mark.parametrize(("op", "value"), MISFITS)
def test_a_value_that_does_not_fit_its_operator_is_one_problem(op: Operator, value: Value) -> None:
    (problem,) = problems(op, value, "who.value")
    assert (problem.where, op in problem.what, bool(problem.fix)) == ("who.value", True, True)


@pytest.mark.parametrize(("op", "value"), MISFITS)
def test_a_value_that_does_not_fit_its_operator_selects_nobody(op: Operator, value: Value) -> None:
    actuals: list[Any] = [None, "a", "", 5, True, [1], {}]
    assert not any(check(op, actual, value) for actual in actuals)


def test_every_operator_stands_in_the_table_and_in_the_examples() -> None:
    names = set(get_args(Operator))
    assert set(OPERATORS) == names
    assert {op for op, *_ in EXAMPLES} == names


@pytest.mark.parametrize("op", [op for op in get_args(Operator) if op != "does_not_exist"])
def test_a_missing_property_fails_every_operator_but_does_not_exist(op: Operator) -> None:
    values = [value for name, value, _, _ in EXAMPLES if name == op]
    assert not any(check(op, None, value) for value in values)
