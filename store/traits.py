"""A user's traits: how a profile record changes them, and what they say about the time zone."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from domain.profile import ZONE_KEYS
from domain.profile_limits import KEYS_MAX, LIST_ITEMS_MAX, is_kept
from domain.trait_change import changed, joined
from domain.zones import ZONE_NAME_CHARS_MAX, normalise


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
    for key, wanted in change.items():
        value = changed(merged.get(key), wanted)
        if value is None:
            merged.pop(key, None)
            continue
        full = len(merged) >= KEYS_MAX and key not in merged
        kept = value[-LIST_ITEMS_MAX:] if isinstance(value, list) else value
        if full or not is_kept(key, kept):
            trimmed += 1
            continue
        trimmed += (
            kept != value and value is wanted
        )  # a list that is added to lets go of its oldest
        merged[key] = kept
    return Merged(merged, trimmed)


def join(older: Mapping[str, Any], own: Mapping[str, Any]) -> Merged:
    """Return the traits of a person under whose own id another one is taken.

    What the person's own profile says counts; the other fills what it lacks; lists are joined.
    """
    both = {key: joined(older[key], value, key) for key, value in own.items() if key in older}
    return merge(own, {**both, **{k: v for k, v in older.items() if k not in own}})


def zone_of(traits: Mapping[str, Any]) -> str | None:
    """Return the normalised time zone that the traits name, or None when none is known."""
    for key in ZONE_KEYS:
        text = traits.get(key)
        if isinstance(text, str) and (zone := normalise(text)) is not None:
            return zone
    return None


def unknown_zone_of(traits: Mapping[str, Any]) -> str | None:
    """Return what the traits give as a time zone where none of it is known; None: all is well."""
    if zone_of(traits) is not None:
        return None
    given = (traits.get(key) for key in ZONE_KEYS)
    texts = (text.strip() for text in given if isinstance(text, str) and text.strip())
    return next((text[:ZONE_NAME_CHARS_MAX] for text in texts), None)
