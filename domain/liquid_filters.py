"""The filters of our Liquid: which there are, and those that are measured before they are made.

The library lets three chained `replace` make megabytes of a few characters.
"""

import html
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from liquid.builtin.filters import array, math, misc, string
from liquid.exceptions import LiquidError
from liquid.limits import to_int

FILTER_CHARS_MAX = 32_768
"""Longer than any event's property, so nothing that came in is refused."""
NUMBER_MAX = 2**63 - 1

Filter = Callable[..., Any]


class LimitReached(LiquidError):  # noqa: N818  # named for what happened, as a limit is no fault
    """A render asked for more than it may have; the message quotes no value."""


def size_of(value: object) -> int:
    """Return how much a value counts, in characters; raise LimitReached for too large a number."""
    match value:
        case str():
            return len(value)
        case list() | tuple():
            return sum(len(item) if isinstance(item, str) else 1 for item in value)
        case bool():
            return 1
        case int() if abs(value) > NUMBER_MAX:
            raise LimitReached("the number grows too large", token=None)
        case float() if not isfinite(value):
            raise LimitReached("the number grows too large", token=None)
        case _:
            return 1


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def _replace(value: object, seq: object, sub: object = "") -> str:
    """Replace, after counting how long the answer will be."""
    text, old, new = _text(value), _text(seq), _text(sub)
    if len(text) + text.count(old) * (len(new) - len(old)) > FILTER_CHARS_MAX:
        raise LimitReached("the text grows too long", token=None)
    return text.replace(old, new)


def _remove(value: object, seq: object) -> str:
    return _replace(value, seq)


def _join(value: object, separator: object = " ") -> str:
    """Join a list's items, after counting how long the answer will be."""
    many = value if isinstance(value, (list, tuple, range)) else (value,)
    items = [_text(item) for item in many]
    between = _text(separator)
    if sum(map(len, items)) + len(between) * len(items) > FILTER_CHARS_MAX:
        raise LimitReached("the text grows too long", token=None)
    return between.join(items)


def _truncate(value: object, length: object = 50, mark: object = "...") -> str:
    """Truncate as Liquid does; the library takes a piece of the text where the mark is longer."""
    text, ends, most = _text(value), _text(mark), to_int(length)
    return text if len(text) <= most else text[: max(0, most - len(ends))] + ends


def _escape(value: object) -> str:
    """Escape as Liquid does: an apostrophe becomes `&#39;`, not `&#x27;`."""
    return html.escape(_text(value)).replace("&#x27;", "&#39;")


FILTERS: Mapping[str, Filter] = {
    "default": misc.default,
    "size": misc.size,
    "append": string.append,
    "prepend": string.prepend,
    "capitalize": string.capitalize,
    "upcase": string.upcase,
    "downcase": string.downcase,
    "strip": string.strip,
    "lstrip": string.lstrip,
    "rstrip": string.rstrip,
    "squish": string.squish,
    "strip_newlines": string.strip_newlines,
    "escape": _escape,
    "url_encode": string.url_encode,
    "replace": _replace,
    "remove": _remove,
    "truncate": _truncate,
    "truncatewords": string.truncatewords,
    "slice": string.slice_,
    "split": string.split,
    "join": _join,
    "first": array.first,
    "last": array.last,
    "reverse": array.reverse,
    "sort": array.sort,
    "plus": math.plus,
    "minus": math.minus,
    "times": math.times,
    "divided_by": math.divided_by,
    "modulo": math.modulo,
    "abs": math.abs_,
    "ceil": math.ceil,
    "floor": math.floor,
    "round": math.round_,
    "at_least": math.at_least,
    "at_most": math.at_most,
}
"""Left out on purpose: `date` (reads the clock and the machine's zone), `concat` (lists double in a
loop), `uniq` and `where` (quadratic), `strip_html` and base64 (of no use here)."""
