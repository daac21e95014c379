from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.behaviour import Amount, Count
from domain.comparing import AMOUNT_MAX, bounds, counts, micro_bounds, micros, related


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (5, 5_000_000),
        (0.1, 100_000),
        (1.005, 1_005_000),  # as a binary fraction a little less
        (-0.3, -300_000),
        (0.000_000_4, 0),
        (AMOUNT_MAX, AMOUNT_MAX * 1_000_000),
        (AMOUNT_MAX * 2, None),
        (True, None),
        ("5", None),
        (None, None),
        ([5], None),
        (float("inf"), None),
    ],
)
def test_an_amount_is_counted_in_whole_millionths(item: Any, expected: int | None) -> None:
    assert micros(item) == expected


@given(st.lists(st.decimals(-10_000, 10_000, places=4), max_size=20))
def test_decimals_of_any_order_have_one_sum(parts: list[Any]) -> None:
    found = sum(micros(float(part)) or 0 for part in parts)
    assert found == int(sum(parts) * 1_000_000)


@pytest.mark.parametrize(
    ("op", "held", "passing"),
    [
        ("<", (3,), [2]),
        ("<=", (3,), [2, 3]),
        ("=", (3,), [3]),
        ("!=", (3,), [2, 4]),
        (">=", (3,), [3, 4]),
        (">", (3,), [4]),
        ("between", (3, 4), [3, 4]),
        ("between", (3,), []),  # the rules refuse it
        ("<", (3, 4), []),
    ],
)
def test_a_number_is_related_to_its_bounds(op: Any, held: tuple[int, ...], passing: Any) -> None:
    assert [n for n in (2, 3, 4) if related(op, n, held)] == passing


def test_bounds_are_one_number_or_two() -> None:
    assert bounds(Count("=", 5)) == (5,)
    assert bounds(Count("between", (1, 5))) == (1, 5)
    assert micro_bounds(Amount("between", (0.5, 2))) == (500_000, 2_000_000)


def test_zero_times_count_by_include_zero_only() -> None:
    assert not counts(Count("<", 3), 0)
    assert counts(Count("<", 3, include_zero=True), 0)
