"""How a measured amount is compared with what was asked for; in memory and in SQL alike.

Sums and averages are counted in whole millionths: adding decimals as binary fractions would give
another sum in another order, and 0.1 + 0.2 would not be 0.3.
"""

import math
import operator
from collections.abc import Callable
from typing import Any

from domain.behaviour import Amount, Comparison, Count
from domain.values import number

MILLION = 1_000_000
AMOUNT_MAX = 10**15
"""A larger number is no amount: it counts as missing. So a sum fits 128 bits."""

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


def related(op: Comparison, actual: Any, bounds: tuple[Any, ...]) -> Any:
    """Return whether the actual number is so related to the bound (between: the two bounds).

    Works on columns too: then the answer is a condition in SQL. With another number of bounds,
    which the rules refuse, nothing is.
    """
    if len(bounds) != (2 if op == "between" else 1):
        return (actual < 0) & (actual > 0)
    if op == "between":
        low, high = bounds
        return (actual >= low) & (actual <= high)
    return _COMPARE[op](actual, bounds[0])


def bounds(count: Count) -> tuple[int, ...]:
    """Return the numbers that a count is compared with."""
    return count.value if isinstance(count.value, tuple) else (count.value,)


def micro_bounds(amount: Amount) -> tuple[int, ...]:
    """Return the numbers that an amount is compared with, in millionths."""
    several = amount.value if isinstance(amount.value, tuple) else (amount.value,)
    return tuple(found for each in several if (found := micros(each)) is not None)


def micros(item: Any) -> int | None:
    """Return a number in whole millionths, or None for what is no amount."""
    found = number(item)
    if found is None or abs(found) > AMOUNT_MAX:
        return None
    return math.floor(found * MILLION + 0.5)


def counts(count: Count, times: int) -> bool:
    """Whether so many times are as many as were asked for. Zero counts by `include_zero` only."""
    return (times > 0 or count.include_zero) and bool(related(count.op, times, bounds(count)))
