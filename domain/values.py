"""How a JSON value is read when it is compared: as items, each a text, a number or a flag.

Memory and the audience's columns both read values through this module, so that they agree.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH_SECONDS_MAX = 100_000_000_000
"""A number of smaller size is epoch seconds (up to the year 5138), else epoch milliseconds."""
EXACT_MAX = 2.0**53
"""From this size on a double does not tell a whole number from the next one."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DATE_CHARS = 10
_DOTTED_I = "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"
_SIGMA = "\N{GREEK CAPITAL LETTER SIGMA}"
_SMALL_SIGMA = "\N{GREEK SMALL LETTER SIGMA}"


def items(value: Any) -> Sequence[Any]:
    """Return what a value consists of: a list's items, else itself; null is nothing at all.

    So a property that is null, missing, or a list of nothing are one and the same.
    """
    if isinstance(value, list | tuple):
        return [each for each in value if each is not None]
    return () if value is None else (value,)


def number(item: Any) -> float | None:
    """Return the item as a number, or None if it is none. A boolean is not a number.

    Numbers are IEEE doubles, as in JavaScript: whole numbers are exact up to 2**53.
    """
    if isinstance(item, bool) or not isinstance(item, int | float):
        return None
    try:
        found = float(item)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def single(value: Any) -> str | float | bool | None:
    """Return the one text, number or flag that a value is; None for lists, objects and null."""
    return value if isinstance(value, str | bool) else number(value)


def moment(item: Any) -> float | None:
    """Return the epoch milliseconds that the item means, or None.

    Reads ISO 8601 dates and date-times, and epoch seconds or milliseconds. A date means its
    first instant; what names no offset is UTC.
    """
    if isinstance(item, str):
        return iso_moment(item)
    found = number(item)
    if found is None:
        return None
    return found * 1000 if abs(found) < EPOCH_SECONDS_MAX else found


def iso_moment(text: str) -> int | None:
    """Return the epoch milliseconds of an ISO 8601 date or date-time, or None."""
    if text[4:5] != "-" or text[_DATE_CHARS : _DATE_CHARS + 1] not in ("", "T", " "):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _MILLISECOND


def fold(text: str) -> str:
    """Return the text in lower case, one character for one, as DuckDB's `lower` does.

    Python alone would make two characters of a dotted capital I, and choose between the two small
    sigmas by the end of the word.
    """
    if text.isascii():
        return text.lower()
    return text.replace(_DOTTED_I, "i").replace(_SIGMA, _SMALL_SIGMA).lower()
