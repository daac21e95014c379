"""A user's traits: how a profile record changes them, and what they say about the time zone."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from domain.zones import normalise

KEYS_MAX = 256
KEY_CHARS_MAX = 120
VALUE_CHARS_MAX = 512
LIST_ITEMS_MAX = 100
ZONE_KEYS = ("timezone", "time_zone", "tz")
"""Where clients put the user's time zone, in the order in which they are believed."""


class Merged(Struct, frozen=True):
    """The traits after a change, and how many keys of it were over a limit and left out."""

    traits: dict[str, Any]
    trimmed: int = 0


def merge(traits: Mapping[str, Any], change: Mapping[str, Any]) -> Merged:
    """Return the traits with the change laid over them, key by key; null removes a key.

    A key that is over a limit is left out alone: what was known under it stays, and the rest of
    the change counts. A list keeps its newest (last) 100 items; that counts as trimmed too.
    """
    merged = {key: value for key, value in traits.items() if change.get(key, ...) is not None}
    trimmed = 0
    for key, value in change.items():
        if value is None:
            continue
        full = len(merged) >= KEYS_MAX and key not in merged
        kept = value[-LIST_ITEMS_MAX:] if isinstance(value, list) else value
        if full or len(key) > KEY_CHARS_MAX or not _fits(kept):
            trimmed += 1
            continue
        trimmed += kept != value
        merged[key] = kept
    return Merged(merged, trimmed)


def zone_of(traits: Mapping[str, Any]) -> str | None:
    """Return the normalised time zone that the traits name, or None when none is known."""
    for key in ZONE_KEYS:
        text = traits.get(key)
        if isinstance(text, str) and (zone := normalise(text)) is not None:
            return zone
    return None


def _fits(value: Any) -> bool:
    """Whether a text, or anything else as JSON, has at most 512 characters; of a list each item."""
    match value:
        case str():
            return len(value) <= VALUE_CHARS_MAX
        case list():
            return all(_fits(item) for item in value)
        case dict():
            return len(msgspec.json.encode(value).decode()) <= VALUE_CHARS_MAX
        case _:
            return True  # a number, true or false
