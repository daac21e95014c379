"""How one key of a profile record changes the trait that is known: replaced, or added to.

A value replaces what was known, and null removes it. An object with a single `$add`, `$remove`,
`$set`, `$delete`, `$incr` or `$decr` changes it, as in CleverTap's profile uploads. `$seen` and
`$unless_known` are our own, for what the context of a call tells.
"""

from collections.abc import Mapping
from typing import Any

from domain import device_seen, operations
from domain.devices import DEVICES
from domain.values import number

SEEN = "$seen"


def changed(held: Any, change: Any) -> Any:
    """Return the trait after the change; None: it is gone. `held` is None where it was not known.

    What an operation cannot do (add to a text) is done to nothing held: the sender means the new
    kind of value.
    """
    if not isinstance(change, Mapping) or len(change) != 1:
        return change
    ((operation, operand),) = change.items()
    many = operand if isinstance(operand, list) else [operand]
    items = held if isinstance(held, list) else []
    match operation:
        case "$add":
            return [item for item in items if not _among(item, many)] + many
        case "$remove":
            return [item for item in items if not _among(item, many)] or None
        case "$set":
            return many
        case "$delete":
            return None
        case operations.UNLESS_KNOWN:
            return operand if held is None else held
        case "$seen" if isinstance(operand, Mapping):
            return device_seen.put(items, operand)
        case "$incr" | "$decr":
            return _moved(held, operand, -1 if operation == "$decr" else 1)
        case _:
            return change


def seen(device: Mapping[str, str]) -> dict[str, Any]:
    """Return the profile record that says from which device something came."""
    return {DEVICES: {SEEN: device}}


def joined(older: Any, newer: Any, key: str = "") -> Any:
    """Return what a person has of whom two profiles tell: the newer value; of lists all items."""
    if key == DEVICES and isinstance(older, list) and isinstance(newer, list):
        return device_seen.joined(older, newer)
    if isinstance(older, list) and isinstance(newer, list):
        return changed(older, {"$add": newer})
    return newer


def _moved(held: Any, by: Any, sign: int) -> Any:
    """Count up or down; a sum that no number can hold, or a step that is none, changes nothing."""
    if number(by) is None:
        return held
    base = held if number(held) is not None else 0
    moved = base + sign * by
    return moved if number(moved) is not None else held


def _among(item: Any, items: list[Any]) -> bool:
    """Whether a list has the item; true is not 1."""
    return any(item == each and isinstance(item, bool) == isinstance(each, bool) for each in items)
