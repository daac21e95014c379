"""Why an item that was posted cannot be read: where in it, in words that a sender can act on."""

import json
import math
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are not what was asked for."""
PLACE_CHARS_MAX = 120
NUMBER_WHAT = "It is no number that JSON can hold: NaN, infinite, or larger than 1.7e308."
NUMBER_FIX = "Send a number, or leave it out."


class Reason(Struct, frozen=True):
    """What is wrong; `place` is the path within the item, empty for the item itself."""

    place: str
    what: str
    fix: str


def reason(raw: bytes, error: Exception) -> Reason:
    """Say why this item could not be read as an object, after the attempt ended in an error."""
    if isinstance(error, UnicodeDecodeError):
        return Reason("", "It is not UTF-8.", "Send text as UTF-8.")
    if isinstance(error, RecursionError):
        return Reason("", "Its lists and objects nest too deep.", "Send it flatter.")
    if not raw.lstrip().startswith(b"{"):
        return Reason("", "It is not an object.", "Send a JSON object.")
    places = _overflowing(raw)
    if not places:
        return Reason("", f"It is not readable: {error}.", "Send a JSON object.")
    others = len(places) - 1
    more = f" So are {others:,} more of its numbers." if others > 1 else ""
    more = " So is 1 more of its numbers." if others == 1 else more
    return Reason(places[0][:PLACE_CHARS_MAX], NUMBER_WHAT + more, NUMBER_FIX)


def _overflowing(raw: bytes) -> list[str]:
    """Return the paths of all numbers that no double holds; the standard library reads them."""
    try:
        return list(_walk(json.loads(raw), ""))
    except (ValueError, RecursionError):  # not JSON even so
        return []


def _walk(value: Any, place: str) -> Iterator[str]:
    match value:
        case dict():
            for key, each in value.items():
                yield from _walk(each, f"{place}.{key}" if place else key)
        case list():
            for index, each in enumerate(value):
                yield from _walk(each, f"{place}[{index}]")
        case float() if not math.isfinite(value):
            yield place
        case _:
            pass
