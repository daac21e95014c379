"""Versions of apps and systems: dotted numbers, which compare by their numbers, and other texts."""

import re

PART_DIGITS = 10
_DOTTED = re.compile(rf"\d{{1,{PART_DIGITS}}}(?:\.\d{{1,{PART_DIGITS}}}){{0,9}}", re.ASCII)


def key(text: str) -> str | None:
    """Return a text that sorts as the dotted version does, or None if it is no dotted version.

    `5.9` sorts before `5.10`; zeros at the end say nothing: `5` and `5.0` have one key.
    """
    if not _DOTTED.fullmatch(text):
        return None
    parts = [part.zfill(PART_DIGITS) for part in text.split(".")]
    while parts and not int(parts[-1]):
        parts.pop()
    return ".".join(parts)


def compare(one: str, other: str) -> int:
    """Return -1, 0 or 1: whether a version is below, the same as, or above another.

    Where one of the two is no dotted version they compare as texts, by their characters.
    """
    left, right = key(one), key(other)
    if left is None or right is None:
        left, right = one, other
    return (left > right) - (left < right)
