"""What an operator asks of a value, as a closed set of conditions, and their meaning in memory.

The store's compiler asks the same conditions of columns. A missing property fails every condition
but Missing, and so does a value of another type: nobody is "not equal to 5" by having a text
there. A list meets a condition if any of its items does. What depends on the present (Relative)
is resolved to a During before it is asked.
"""

import operator
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, assert_never

from msgspec import Struct

from domain import versions
from domain.values import fold, items, moment, number

Test: TypeAlias = Callable[[Any], bool]


class Exists(Struct, frozen=True):
    """There is an item, of whatever type."""


class Missing(Struct, frozen=True):
    """There is none."""


class Never(Struct, frozen=True):
    """Nothing meets it: what becomes of a value that does not fit its operator."""


class OneOf(Struct, frozen=True):
    """The item is one of these, by value and type."""

    texts: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
    flags: tuple[bool, ...] = ()


class Differs(Struct, frozen=True):
    """The item has the type of the value, but is another."""

    value: str | float | bool


class Text(Struct, frozen=True):
    """The item is a text that contains, lacks (both in folded case) or starts with another."""

    how: Literal["contains", "lacks", "starts"]
    text: str


class Within(Struct, frozen=True):
    """The item is a number between two bounds; None leaves a side open."""

    low: float | None = None
    high: float | None = None
    ends_included: bool = True


class Side(Struct, frozen=True):
    """The item is a moment before or after another (epoch milliseconds), which is in neither."""

    how: Literal["before", "after"]
    ms: int


class During(Struct, frozen=True):
    """The item is a moment from `since_ms` until just before `until_ms`; None: an open side."""

    since_ms: int | None = None
    until_ms: int | None = None


class Alike(Struct, frozen=True):
    """The item is one of these texts, which are in folded case."""

    texts: tuple[str, ...]


class Version(Struct, frozen=True):
    """The item is a version between two others; None leaves a side open.

    Dotted numbers compare by their numbers (5.9 < 5.10), anything else as text.
    """

    low: str | None = None
    high: str | None = None
    ends_included: bool = True


class Relative(Struct, frozen=True):
    """The item is a moment that lies so from today, whole days of the account's zone."""

    how: Literal["in_last", "before_last", "in_next", "after_next"]
    days: int


Simple: TypeAlias = (
    Exists | Never | OneOf | Differs | Text | Within | Side | During | Alike | Version
)
Condition: TypeAlias = Simple | Missing | Relative


def predicate(condition: Condition) -> Test:
    """Return the condition as a function of a property's actual value, to be asked often."""
    assert not isinstance(condition, Relative), "it was resolved: see domain.operators"
    if isinstance(condition, Missing):
        return lambda actual: not items(actual)
    of_item = _item_test(condition)

    def any_item(actual: Any) -> bool:
        if isinstance(actual, list | tuple):
            return any(of_item(item) for item in items(actual))
        return actual is not None and of_item(actual)

    return any_item


def _item_test(condition: Simple) -> Test:
    match condition:
        case Exists() | Never():
            exists = isinstance(condition, Exists)
            return lambda _: exists
        case OneOf(texts, numbers, flags):
            return _one_of(frozenset(texts), frozenset(numbers), frozenset(flags))
        case Differs(value):
            return _differs(value)
        case Text(how, text):
            return _text_test(how, text)
        case Alike(texts):
            return lambda item: isinstance(item, str) and fold(item) in texts
        case Within():
            return _within(condition)
        case Version():
            return _version(condition)
        case During():
            return _during(condition)
        case Side(how, ms):
            passes = operator.lt if how == "before" else operator.gt
            return lambda item: (found := moment(item)) is not None and passes(found, ms)
        case _:
            assert_never(condition)


def _text_test(how: Literal["contains", "lacks", "starts"], text: str) -> Test:
    match how:
        case "contains":
            return lambda item: isinstance(item, str) and text in fold(item)
        case "lacks":
            return lambda item: isinstance(item, str) and text not in fold(item)
        case "starts":
            return lambda item: isinstance(item, str) and item.startswith(text)
        case _:
            assert_never(how)


def _one_of(texts: frozenset[str], numbers: frozenset[float], flags: frozenset[bool]) -> Test:
    def one_of(item: Any) -> bool:
        if isinstance(item, str):
            return item in texts
        if isinstance(item, bool):
            return item in flags
        return number(item) in numbers  # None, for what is no number, is in no such set

    return one_of


def _differs(value: str | float | bool) -> Test:
    if isinstance(value, str):
        return lambda item: isinstance(item, str) and item != value
    if isinstance(value, bool):
        return lambda item: isinstance(item, bool) and item != value
    return lambda item: (found := number(item)) is not None and found != value


def _within(condition: Within) -> Test:
    low = float("-inf") if condition.low is None else condition.low
    high = float("inf") if condition.high is None else condition.high
    if condition.ends_included:
        return lambda item: (found := number(item)) is not None and low <= found <= high
    return lambda item: (found := number(item)) is not None and low < found < high


def _during(condition: During) -> Test:
    low = float("-inf") if condition.since_ms is None else condition.since_ms
    high = float("inf") if condition.until_ms is None else condition.until_ms
    return lambda item: (found := moment(item)) is not None and low <= found < high


def _version(condition: Version) -> Test:
    low, high = condition.low, condition.high
    least = 0 if condition.ends_included else 1

    def passes(item: Any) -> bool:
        return (
            isinstance(item, str)
            and (low is None or versions.compare(item, low) >= least)
            and (high is None or versions.compare(high, item) >= least)
        )

    return passes
