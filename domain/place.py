"""Places: how a problem names where it is, such as `who.of[1].op` or `what.key_values."my key"`."""

import re
from collections.abc import Iterator

WHOLE = "definition"
"""The place of what concerns all of it."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def member(where: str, key: str) -> str:
    """Return the place of a key of the table at `where` ("": the whole)."""
    if not _BARE.fullmatch(key):
        escaped = key.replace("\\", "\\\\").replace('"', '\\"')
        key = f'"{escaped}"'
    return f"{where}.{key}" if where else key


def item(where: str, index: int) -> str:
    """Return the place of an item of the list at `where`, counted from 0."""
    return f"{where}[{index}]"


def outward(where: str) -> Iterator[str]:
    """Yield a place, and then whatever it may lie inside, the nearest first."""
    yield where
    for at in range(len(where) - 1, 0, -1):
        if where[at] in ".[":
            yield where[:at]


def within(where: str, outer: str) -> bool:
    """Tell whether a place is the other, or lies inside it."""
    return where.startswith(outer) and where[len(outer) : len(outer) + 1] in ("", ".", "[")
