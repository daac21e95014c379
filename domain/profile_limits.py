"""How much a profile may hold, and what to tell a sender whose record is over a limit.

What is over a limit is left out alone, key by key: a long biography is no reason to lose an
email address. Of an event only the keys have one: so long as a condition may name.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from domain.operations import can_count, operation_of

KEYS_MAX = 256
KEY_CHARS_MAX = 120
VALUE_CHARS_MAX = 512
"""Of a text, or of an object as JSON; of a list each item."""
LIST_ITEMS_MAX = 100


class Over(Struct, frozen=True):
    """A key that is left out, with the limit, what was found and the cure; a list is only `cut`."""

    key: str
    what: str
    fix: str
    cut: bool = False


def over_limits(traits: Mapping[str, Any]) -> Iterator[Over]:
    """Yield what of a profile record is over a limit of its own; how many keys is asked later."""
    for key, change in traits.items():
        operation, value = operation_of(change) or ("", change)
        if len(key) > KEY_CHARS_MAX:
            yield _long_key(key)
        elif not can_count(operation, value):
            what = f"{operation} has no number, so nothing was counted."
            yield Over(key, what, f'Send {{"{operation}": 1}}, without quotes around the number.')
        elif not fits(value):
            what = (
                f"The value has {_longest(value):,} characters; at most {VALUE_CHARS_MAX} are kept."
            )
            yield Over(key, what, "Shorten it; the rest of the profile is kept.")
        elif not operation and isinstance(value, list) and len(value) > LIST_ITEMS_MAX:
            what = f"The list has {len(value):,} items; the last {LIST_ITEMS_MAX} are kept."
            yield Over(key, what, "Send the newest only.", cut=True)


def within(traits: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Over, ...]]:
    """Return what of a profile record is kept, and what is not: lists are cut, keys left out."""
    over = tuple(over_limits(traits))
    gone = {each.key for each in over if not each.cut}
    kept = {
        key: value[-LIST_ITEMS_MAX:] if isinstance(value, list) else value
        for key, value in traits.items()
        if key not in gone
    }
    return kept, over


def named(properties: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Over, ...]]:
    """Return what of an event's properties is kept, and those whose keys are too long."""
    over = tuple(_long_key(key) for key in properties if len(key) > KEY_CHARS_MAX)
    return {key: properties[key] for key in properties if len(key) <= KEY_CHARS_MAX}, over


def _long_key(key: str) -> Over:
    what = f"The key has {len(key):,} characters; at most {KEY_CHARS_MAX} are kept."
    return Over(key, what, "Give it a shorter name.")


def is_kept(key: str, value: Any) -> bool:
    """Whether a trait is within the limits of one key; a list is cut to its newest items first."""
    return len(key) <= KEY_CHARS_MAX and fits(value)


def fits(value: Any) -> bool:
    """Whether a text, or anything else as JSON, has at most 512 characters; of a list each item."""
    return _longest(value) <= VALUE_CHARS_MAX


def _longest(value: Any) -> int:
    match value:
        case str():
            return len(value)
        case list():
            return max(map(_longest, value), default=0)
        case dict():
            return len(msgspec.json.encode(value).decode())
        case _:
            return 0  # a number, true or false
