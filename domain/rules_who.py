"""The rules of who: conditions that make sense, of a size that people and engines can read."""

import math
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeAlias, assert_never

from domain.audience import (
    All,
    AnyOf,
    Count,
    Did,
    DidNot,
    Filter,
    Node,
    Not,
    Operator,
    Property,
    Scalar,
)
from domain.place import item, member
from domain.problem import Problem
from domain.rules_text import text_problems

NODES_MAX = 100
NODE_DEPTH_MAX = 8
FILTERS_MAX = 20
VALUES_MAX = 500
DAYS_MAX = 3_650
COUNT_MAX = 1_000_000_000
EVENT_CHARS_MAX = 200
PROPERTY_CHARS_MAX = 120
VALUE_CHARS_MAX = 1_000
WHOLE_NUMBER_MAX = 2**53 - 1
"""JSON numbers are exact up to here, in every language that may have sent the event."""

_DATE_CHARS = 10


def node_problems(node: Node, where: str) -> Iterator[Problem]:
    """Yield what is wrong with an audience."""
    count = sum(1 for _ in _walk(node))
    if count > NODES_MAX:
        what = f"There are {count} conditions; at most {NODES_MAX} are possible."
        yield Problem(where, what, "Leave some out, or split the campaign.")
    yield from _node_problems(node, where, 1)


def _walk(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case All(of) | AnyOf(of):
            for inner in of:
                yield from _walk(inner)
        case Not(of):
            yield from _walk(of)
        case _:
            return


def _node_problems(node: Node, where: str, depth: int) -> Iterator[Problem]:
    if depth > NODE_DEPTH_MAX:
        what = f"Conditions are nested deeper than {NODE_DEPTH_MAX} levels."
        yield Problem(where, what, "Join conditions of the same kind into one list.")
        return
    of_place = member(where, "of")
    match node:
        case All(of) | AnyOf(of):
            if isinstance(node, AnyOf) and not of:
                fix = 'Add a condition; everyone is type = "all" with an empty list.'
                yield Problem(of_place, "Any of nothing is nobody.", fix)
            for i, inner in enumerate(of):
                yield from _node_problems(inner, item(of_place, i), depth + 1)
        case Not(of):
            yield from _node_problems(of, of_place, depth + 1)
        case Property(name, op, value):
            yield from text_problems(name, member(where, "name"), PROPERTY_CHARS_MAX)
            yield from value_problems(op, value, member(where, "value"))
        case Did(event, filters, count, days):
            yield from text_problems(event, member(where, "event"), EVENT_CHARS_MAX)
            yield from filter_problems(filters, member(where, "where"))
            yield from _count_problems(count, member(where, "count"))
            yield from _days_problems(days, member(where, "days"))
        case DidNot(event, filters, days):
            yield from text_problems(event, member(where, "event"), EVENT_CHARS_MAX)
            yield from filter_problems(filters, member(where, "where"))
            yield from _days_problems(days, member(where, "days"))
        case _:
            assert_never(node)


def filter_problems(filters: tuple[Filter, ...], where: str) -> Iterator[Problem]:
    """Yield what is wrong with the comparisons of an event's properties."""
    if len(filters) > FILTERS_MAX:
        what = f"There are {len(filters)} comparisons; at most {FILTERS_MAX} are possible."
        yield Problem(where, what, "Leave some out.")
    for i, each in enumerate(filters):
        place = item(where, i)
        yield from text_problems(each.property, member(place, "property"), PROPERTY_CHARS_MAX)
        yield from value_problems(each.op, each.value, member(place, "value"))


def _days_problems(days: int | None, where: str) -> Iterator[Problem]:
    if days is not None and not 1 <= days <= DAYS_MAX:
        fix = f"Choose 1 to {DAYS_MAX} days, or leave it out for ever."
        yield Problem(where, f"{days} days are not possible.", fix)


def _count_problems(count: Count, where: str) -> Iterator[Problem]:
    if not 0 <= count.value <= COUNT_MAX:
        fix = f"Choose a number from 0 to {COUNT_MAX}."
        yield Problem(member(where, "value"), f"{count.value} times are not possible.", fix)
        return
    smallest = 0 if count.include_zero else 1
    largest = {"<": count.value - 1, "<=": count.value, "=": count.value}.get(count.op, COUNT_MAX)
    if largest < smallest:
        what = f'Nobody did it "{count.op} {count.value}" times: this counts only users who did it.'
        yield Problem(where, what, "Use did_not, or include_zero = true, or another number.")


def value_problems(
    op: Operator, value: Scalar | tuple[Scalar, ...] | None, where: str
) -> Iterator[Problem]:
    """Yield what keeps a value from being compared so."""
    fits, needs, fix = _NEEDS[op]
    if not fits(value):
        yield Problem(where, f'"{op}" {needs}.', fix)
    for each in value if isinstance(value, tuple) else (value,):
        if each is not None:
            yield from _scalar_problems(each, where)


def _scalar_problems(value: Scalar, where: str) -> Iterator[Problem]:
    if isinstance(value, str):
        if len(value) > VALUE_CHARS_MAX:
            what = f"The text has {len(value)} characters; at most {VALUE_CHARS_MAX} are possible."
            yield Problem(where, what, "Shorten it.")
    elif isinstance(value, float) and not math.isfinite(value):
        yield Problem(where, f"{value} is not a number that events can have.", "Choose another.")
    elif isinstance(value, int) and abs(value) > WHOLE_NUMBER_MAX:
        what = f"{value} is too large to be compared exactly."
        yield Problem(where, what, "If it is an id, write it in quotes.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_range(value: object) -> bool:
    match value:
        case (int() | float() as low, int() | float() as high):
            return _is_number(low) and _is_number(high) and low <= high
        case _:
            return False


def is_iso(text: str) -> bool:
    """Tell whether it is an ISO 8601 date (`2026-03-29`) or date-time (`2026-03-29T09:00:00Z`)."""
    if len(text) != _DATE_CHARS and text[_DATE_CHARS : _DATE_CHARS + 1] not in ("T", " "):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return text[4] == "-"


_Need: TypeAlias = tuple[Callable[[object], bool], str, str]

_NOTHING: _Need = (lambda value: value is None, "compares with nothing", "Leave the value out.")
_ONE: _Need = (
    lambda value: isinstance(value, str | int | float),
    "needs one value",
    'Write one value; for several use op = "in".',
)
_LIST: _Need = (
    lambda value: isinstance(value, tuple) and 1 <= len(value) <= VALUES_MAX,
    "needs a list of values",
    f"Write 1 to {VALUES_MAX} values in square brackets.",
)
_TEXT: _Need = (
    lambda value: isinstance(value, str) and value != "",
    "needs a text",
    "Write it in quotes.",
)
_NUMBER: _Need = (
    _is_number,
    "needs a number",
    'Write a number without quotes; for dates use "before" or "after".',
)
_RANGE: _Need = (
    _is_range,
    "needs two numbers in order",
    "Write the lower number first: [10, 20].",
)
_DATE: _Need = (
    lambda value: isinstance(value, str) and is_iso(value),
    "needs a date or a date and time",
    'Write it as "2026-03-29" or "2026-03-29T09:00:00Z".',
)
_NEEDS: dict[Operator, _Need] = {
    "equals": _ONE,
    "not_equals": _ONE,
    "in": _LIST,
    "contains": _TEXT,
    "does_not_contain": _TEXT,
    "starts_with": _TEXT,
    "exists": _NOTHING,
    "does_not_exist": _NOTHING,
    "<": _NUMBER,
    "<=": _NUMBER,
    ">": _NUMBER,
    ">=": _NUMBER,
    "between": _RANGE,
    "before": _DATE,
    "after": _DATE,
}
"""What each operator compares with: the test, what to say if it fails, and the remedy."""
