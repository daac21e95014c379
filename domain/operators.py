"""The table of operators: what each makes of its value, for memory and for the audience alike.

An operator and its value become one Condition. `check` asks it of a value in memory; the store's
compiler asks it of columns. A value that does not fit its operator becomes a condition that
nothing meets, and `problems` says so beforehand.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from domain import zones
from domain.behaviour import Operator, Scalar
from domain.conditions import (
    Condition,
    Differs,
    During,
    Exists,
    Missing,
    Never,
    OneOf,
    Relative,
    Side,
    Text,
    Within,
    predicate,
)
from domain.periods import day_starts_ms
from domain.problem import Problem
from domain.values import fold, iso_moment, number

Value: TypeAlias = Scalar | tuple[Scalar, ...] | None

DAYS_MAX = 3_650
"""How far from today a relative date may lie."""


class _Rule(Struct, frozen=True):
    """What an operator makes of its value (None: it does not fit), and what it needs."""

    condition: Callable[[Value], Condition | None]
    needs: str
    fix: str


def condition(op: Operator, value: Value) -> Condition:
    """Return what an operator asks with this value; Never if they do not fit."""
    return OPERATORS[op].condition(value) or Never()


def resolve(asked: Condition, *, now_ms: int, zone: str) -> Condition:
    """Return what a condition asks now; only those about days from today change.

    Of "the last 3 days" the first starts at 00:00 of (today - 3) in the zone, and the last ends
    now. The four relative operators of one number share out all moments between them.
    """
    if not isinstance(asked, Relative):
        return asked
    today = zones.local_wall(now_ms, zone).date()
    now = now_ms + 1
    match asked.how:
        case "in_last":
            return During(day_starts_ms(today - timedelta(days=asked.days), zone), now)
        case "before_last":
            return During(None, day_starts_ms(today - timedelta(days=asked.days), zone))
        case "in_next":
            return During(now, day_starts_ms(today + timedelta(days=asked.days + 1), zone))
        case "after_next":
            return During(day_starts_ms(today + timedelta(days=asked.days + 1), zone), None)


def problems(op: Operator, value: Value, where: str = "value") -> list[Problem]:
    """Return what is wrong with an operator's value; `where` is its place in the definition."""
    rule = OPERATORS[op]
    if rule.condition(value) is not None:
        return []
    return [Problem(where, f'"{op}" {rule.needs}.', rule.fix)]


def check(op: Operator, actual: Any, value: Value, *, now_ms: int = 0, zone: str = "UTC") -> bool:
    """Whether the property's actual value (None: missing) passes the operator with this value."""
    return predicate(resolve(condition(op, value), now_ms=now_ms, zone=zone))(actual)


def _equals(value: Value) -> Condition | None:
    return None if value is None or isinstance(value, list | tuple) else _one_of_these((value,))


def _one_of_these(values: tuple[Scalar, ...]) -> OneOf | None:
    texts = tuple(each for each in values if isinstance(each, str))
    flags = tuple(each for each in values if isinstance(each, bool))
    numbers = tuple(found for each in values if (found := number(each)) is not None)
    if not values or len(texts) + len(flags) + len(numbers) < len(values):
        return None
    return OneOf(texts, numbers, flags)


def _in(value: Value) -> Condition | None:
    return _one_of_these(tuple(value)) if isinstance(value, list | tuple) else None


def _not_equals(value: Value) -> Condition | None:
    if isinstance(value, str | bool):
        return Differs(value)
    found = number(value)
    return None if found is None else Differs(found)


def _text(how: Literal["contains", "lacks", "starts"]) -> Callable[[Value], Condition | None]:
    def text(value: Value) -> Condition | None:
        if not isinstance(value, str) or not value:
            return None
        return Text(how, value if how == "starts" else fold(value))

    return text


def _bound(
    side: Literal["low", "high"], *, ends_included: bool
) -> Callable[[Value], Condition | None]:
    def bound(value: Value) -> Condition | None:
        found = number(value)
        if found is None:
            return None
        if side == "low":
            return Within(low=found, ends_included=ends_included)
        return Within(high=found, ends_included=ends_included)

    return bound


def _between(value: Value) -> Condition | None:
    match value:
        case (first, second):
            low, high = number(first), number(second)
            if low is None or high is None or low > high:
                return None
            return Within(low, high)
        case _:
            return None


def _side(how: Literal["before", "after"]) -> Callable[[Value], Condition | None]:
    def side(value: Value) -> Condition | None:
        ms = iso_moment(value) if isinstance(value, str) else None
        return None if ms is None else Side(how, ms)

    return side


def _days(
    how: Literal["in_last", "before_last", "in_next", "after_next"],
) -> Callable[[Value], Condition | None]:
    def days(value: Value) -> Condition | None:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= DAYS_MAX:
            return None
        return Relative(how, value)

    return days


def _nothing(found: Condition) -> Callable[[Value], Condition | None]:
    return lambda value: found if value is None else None


_WRITE_ONE = 'Write one text, number, true or false; for several use op = "in".'
_WRITE_TEXT = "Write the text in quotes."
_WRITE_NUMBER = 'Write a number without quotes; for dates use "before" or "after".'
_WRITE_DATE = 'Write it as "2026-03-29" or "2026-03-29T09:00:00Z".'

_NEEDS_DAYS = "needs a whole number of days"
_WRITE_DAYS = f"Write 1 to {DAYS_MAX} without quotes."

OPERATORS: dict[Operator, _Rule] = {
    "equals": _Rule(_equals, "needs one value", _WRITE_ONE),
    "not_equals": _Rule(_not_equals, "needs one value", _WRITE_ONE),
    "in": _Rule(_in, "needs a list of values", "Write one or more in square brackets."),
    "contains": _Rule(_text("contains"), "needs a text", _WRITE_TEXT),
    "does_not_contain": _Rule(_text("lacks"), "needs a text", _WRITE_TEXT),
    "starts_with": _Rule(_text("starts"), "needs a text", _WRITE_TEXT),
    "exists": _Rule(_nothing(Exists()), "compares with nothing", "Leave the value out."),
    "does_not_exist": _Rule(_nothing(Missing()), "compares with nothing", "Leave the value out."),
    "<": _Rule(_bound("high", ends_included=False), "needs a number", _WRITE_NUMBER),
    "<=": _Rule(_bound("high", ends_included=True), "needs a number", _WRITE_NUMBER),
    ">": _Rule(_bound("low", ends_included=False), "needs a number", _WRITE_NUMBER),
    ">=": _Rule(_bound("low", ends_included=True), "needs a number", _WRITE_NUMBER),
    "between": _Rule(
        _between, "needs two numbers in order", "Write the lower number first: [10, 20]."
    ),
    "before": _Rule(_side("before"), "needs a date or a date and time", _WRITE_DATE),
    "after": _Rule(_side("after"), "needs a date or a date and time", _WRITE_DATE),
    "in_last_days": _Rule(_days("in_last"), _NEEDS_DAYS, _WRITE_DAYS),
    "before_last_days": _Rule(_days("before_last"), _NEEDS_DAYS, _WRITE_DAYS),
    "in_next_days": _Rule(_days("in_next"), _NEEDS_DAYS, _WRITE_DAYS),
    "after_next_days": _Rule(_days("after_next"), _NEEDS_DAYS, _WRITE_DAYS),
}
