"""The filters of our Liquid: which there are, and those that are measured before they are made.

The library lets three chained `replace` make megabytes of a few characters; it also writes flags as
Python does, rounds halves to the even neighbour and tens to 0, and cuts words that are few enough.
"""

import html
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import wraps
from math import isfinite
from typing import Any

from liquid.builtin.filters import array, math, misc, string
from liquid.exceptions import LiquidError
from liquid.filter import math_filter, num_arg
from liquid.limits import to_int

from domain.liquid_text import written

FILTER_CHARS_MAX = 32_768
"""Longer than any event's property, so nothing that came in is refused."""
NUMBER_MAX = 2**63 - 1
PLACES_MAX = 15
"""A double has no more digits behind its point that mean anything."""
TENS_MAX = 19
"""No number that is allowed has more digits before it."""
_EXACT = Context(prec=350)
"""Room for every digit of the largest double, and for those behind its point."""

Filter = Callable[..., Any]


class LimitReached(LiquidError):  # noqa: N818  # named for what happened, as a limit is no fault
    """A render asked for more than it may have; the message quotes no value."""


def size_of(value: object) -> int:
    """Return how much a value counts, in characters; raise LimitReached for too large a number.

    An item of a list costs one beside its text: to go through many empty ones takes time, too.
    """
    match value:
        case str():
            return len(value)
        case list() | tuple():
            return len(value) + _text_of(value)
        case bool():
            return 1
        case int() if abs(value) > NUMBER_MAX:
            raise LimitReached("the number grows too large", token=None)
        case float() if not isfinite(value):
            raise LimitReached("the number grows too large", token=None)
        case _:
            return 1


def _text_of(items: Sequence[object]) -> int:
    try:
        return len("".join(items))  # type: ignore[arg-type]  # fast where all are text, as of a split
    except TypeError:
        return sum(len(item) for item in items if isinstance(item, str))


def _replace(value: object, seq: object, sub: object = "") -> str:
    """Replace, after counting how long the answer will be."""
    text, old, new = written(value), written(seq), written(sub)
    if len(text) + text.count(old) * (len(new) - len(old)) > FILTER_CHARS_MAX:
        raise LimitReached("the text grows too long", token=None)
    return text.replace(old, new)


def _remove(value: object, seq: object) -> str:
    return _replace(value, seq)


def _join(value: object, separator: object = " ") -> str:
    """Join a list's items, after counting how long the answer will be."""
    many = value if isinstance(value, (list, tuple, range)) else (value,)
    items = [written(item) for item in many]
    between = written(separator)
    if sum(map(len, items)) + len(between) * len(items) > FILTER_CHARS_MAX:
        raise LimitReached("the text grows too long", token=None)
    return between.join(items)


def _truncate(value: object, length: object = 50, mark: object = "...") -> str:
    """Truncate as Liquid does; the library takes a piece of the text where the mark is longer."""
    text, ends, most = written(value), written(mark), to_int(length)
    return text if len(text) <= most else text[: max(0, most - len(ends))] + ends


def _truncatewords(value: object, count: object = 15, mark: object = "...") -> str:
    """Keep so many words; the library adds its mark also where there were no more than these."""
    text, most = written(value), max(1, to_int(count))
    words = text.split()
    return text if len(words) <= most else " ".join(words[:most]) + written(mark)


def _split(value: object, separator: object) -> list[str]:
    """Split as Liquid does: nothing behind the last separator is no item; the library makes one."""
    parts: list[str] = string.split(written(value), written(separator))
    while parts and not parts[-1]:
        parts.pop()
    return parts


def _slice(value: object, *arguments: object) -> Any:
    """Take a part of a list, or of what is written."""
    whole = value if isinstance(value, (list, tuple, range)) else written(value)
    return string.slice_(whole, *arguments)


@math_filter
def _round(number: float, places: object = 0) -> float:
    """Round halves away from zero, by the decimals that are read; below 0 places to tens."""
    digits = int(num_arg(places, default=0))
    if digits > PLACES_MAX or (digits >= 0 and isinstance(number, int)):
        return number
    if digits < -TENS_MAX:
        return 0
    unit = Decimal(1).scaleb(-digits)
    found = Decimal(str(number)).quantize(unit, ROUND_HALF_UP, _EXACT)
    return float(found) if digits > 0 else int(found)


@math_filter
def _modulo(number: float, by: object) -> Any:
    """Return the rest with the divisor's sign; the library's has that of the number."""
    rest, other = math.modulo(number, by), num_arg(by, default=0)
    return rest + other if rest and (rest < 0) != (other < 0) else rest


def _sort(value: object, key: object = None) -> list[object]:
    """Sort, with what is not there at the end; the library fails where numbers are sorted."""
    items = list(value) if isinstance(value, (list, tuple, range)) else [value]
    name = None if key is None or key == "" else written(key)
    lacks = [
        (item.get(name) if isinstance(item, Mapping) and name else item) is None for item in items
    ]
    there = [item for item, gone in zip(items, lacks, strict=True) if not gone]
    rest = [item for item, gone in zip(items, lacks, strict=True) if gone]
    return [*array.sort(there, *(() if name is None else (name,))), *rest]


def _of_text(function: Filter) -> Filter:
    """Give a filter of the library's its value and its arguments as Liquid writes them."""

    @wraps(function)
    def of_text(value: object, *arguments: object, **more: object) -> Any:
        return function(written(value), *map(written, arguments), **more)

    return of_text


def _escape(value: object) -> str:
    """Escape as Liquid does: an apostrophe becomes `&#39;`, not `&#x27;`."""
    return html.escape(written(value)).replace("&#x27;", "&#39;")


FILTERS: Mapping[str, Filter] = {
    "default": misc.default,
    "size": misc.size,
    "append": _of_text(string.append),
    "prepend": _of_text(string.prepend),
    "capitalize": _of_text(string.capitalize),
    "upcase": _of_text(string.upcase),
    "downcase": _of_text(string.downcase),
    "strip": _of_text(string.strip),
    "lstrip": _of_text(string.lstrip),
    "rstrip": _of_text(string.rstrip),
    "squish": _of_text(string.squish),
    "strip_newlines": _of_text(string.strip_newlines),
    "escape": _escape,
    "url_encode": _of_text(string.url_encode),
    "replace": _replace,
    "remove": _remove,
    "truncate": _truncate,
    "truncatewords": _truncatewords,
    "slice": _slice,
    "split": _split,
    "join": _join,
    "first": array.first,
    "last": array.last,
    "reverse": array.reverse,
    "sort": _sort,
    "plus": math.plus,
    "minus": math.minus,
    "times": math.times,
    "divided_by": math.divided_by,
    "modulo": _modulo,
    "abs": math.abs_,
    "ceil": math.ceil,
    "floor": math.floor,
    "round": _round,
    "at_least": math.at_least,
    "at_most": math.at_most,
}
"""Left out on purpose: `date` (reads the clock and the machine's zone), `concat` (lists double in a
loop), `uniq` and `where` (quadratic), `strip_html` and base64 (of no use here)."""
