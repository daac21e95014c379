"""The rules of a comparison: a property with a name, and a value that suits the operator."""

import math
from collections.abc import Iterator

from domain import operators
from domain.behaviour import Filter, Operator, Scalar
from domain.conditions import Relative
from domain.place import item, member
from domain.problem import Problem
from domain.profile_limits import KEY_CHARS_MAX
from domain.rules_text import text_problems

FILTERS_MAX = 20
VALUES_MAX = 500
PROPERTY_CHARS_MAX = KEY_CHARS_MAX
"""As long as a key may be that comes in."""
VALUE_CHARS_MAX = 1_000
WHOLE_NUMBER_MAX = 2**53 - 1
"""JSON numbers are exact up to here, in every language that may have sent the event."""


def filter_problems(filters: tuple[Filter, ...], where: str) -> Iterator[Problem]:
    """Yield what is wrong with the comparisons of an event's properties."""
    yield from number_problems(filters, where)
    for i, each in enumerate(filters):
        place = item(where, i)
        yield from text_problems(each.property, member(place, "property"), PROPERTY_CHARS_MAX)
        yield from value_problems(each.op, each.value, member(place, "value"))


def moving_problems(filters: tuple[Filter, ...], where: str) -> Iterator[Problem]:
    """Yield the comparisons with today, for a trigger: its event is judged once, as it comes."""
    for i, each in enumerate(filters):
        if isinstance(operators.condition(each.op, each.value), Relative):
            what = f'A trigger cannot compare with today, as "{each.op}" does.'
            fix = 'Use "before" or "after", or ask it in [who].'
            yield Problem(member(item(where, i), "op"), what, fix)


def number_problems(filters: tuple[Filter, ...], where: str) -> Iterator[Problem]:
    """Yield that there are too many comparisons."""
    if len(filters) > FILTERS_MAX:
        what = f"There are {len(filters)} comparisons; at most {FILTERS_MAX} are possible."
        yield Problem(where, what, "Leave some out.")


def value_problems(
    op: Operator, value: Scalar | tuple[Scalar, ...] | None, where: str
) -> Iterator[Problem]:
    """Yield what keeps a value from being compared so."""
    if isinstance(value, tuple) and len(value) > VALUES_MAX:
        what = f"The list has {len(value)} values; at most {VALUES_MAX} are possible."
        yield Problem(where, what, "Shorten it.")
    several = value if isinstance(value, tuple) else (value,)
    odd = [p for each in several if each is not None for p in scalar_problems(each, where)]
    yield from odd or operators.problems(op, value, where)


def scalar_problems(value: Scalar, where: str) -> Iterator[Problem]:
    """Yield what keeps one value from being compared with anything."""
    if isinstance(value, str):
        if len(value) > VALUE_CHARS_MAX:
            what = f"The text has {len(value)} characters; at most {VALUE_CHARS_MAX} are possible."
            yield Problem(where, what, "Shorten it.")
    elif isinstance(value, float) and not math.isfinite(value):
        yield Problem(where, f"{value} is not a number that events can have.", "Choose another.")
    elif isinstance(value, int) and abs(value) > WHOLE_NUMBER_MAX:
        what = f"{value} is too large to be compared exactly."
        yield Problem(where, what, "If it is an id, write it in quotes.")
