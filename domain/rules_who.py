"""The rules of who: conditions that make sense, of a size that people and engines can read."""

import math
from collections.abc import Iterator
from typing import assert_never

from domain import operators
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
    if isinstance(value, tuple) and len(value) > VALUES_MAX:
        what = f"The list has {len(value)} values; at most {VALUES_MAX} are possible."
        yield Problem(where, what, "Shorten it.")
    several = value if isinstance(value, tuple) else (value,)
    odd = [p for each in several if each is not None for p in _scalar_problems(each, where)]
    yield from odd or operators.problems(op, value, where)


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
