"""The same value held across events: did A with it and not B with it, for one and the same value.

Values are told apart by type: the text "5" and the number 5 are two, true and 1 as well.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from domain.audience import SameValue
from domain.comparing import counts
from domain.facts import Event
from domain.values import single

VALUES_KEPT_MAX = 5
"""How many of the values for which a condition holds are kept for the content, newest first."""

Value: TypeAlias = str | float | bool
Typed: TypeAlias = tuple[type, Value]
"""A value with its type: to Python, true equals 1."""
Chosen: TypeAlias = Callable[[int], Sequence[Event]]
"""The events of a step by its number, `did` first."""


def typed(value: Value) -> Typed:
    """Return the value so that equality means the same value of the same type."""
    return (type(value), value)


def same_values(node: SameValue, chosen: Chosen) -> list[Value]:
    """Return the values for which every step holds, the one that occurred last first.

    Last: by the time of the newest event of `did` with it, and by its place in the log.
    """
    did = [_by_value(chosen(i), step.property or node.property) for i, step in enumerate(node.did)]
    did_not = [
        _by_value(chosen(i), step.property or node.property)
        for i, step in enumerate(node.did_not, len(node.did))
    ]
    found: list[tuple[tuple[int, int], Value]] = []
    for key in {key for events in did for key in events}:
        if any(key in events for events in did_not):
            continue
        if all(
            counts(step.count, len(events.get(key, ())))
            for step, events in zip(node.did, did, strict=True)
        ):
            newest = max((e.time_ms, e.seq) for events in did for e in events.get(key, ()))
            found.append((newest, key[1]))
    found.sort(key=lambda each: each[0], reverse=True)
    return [value for _, value in found]


def _by_value(events: Sequence[Event], name: str) -> dict[Typed, list[Event]]:
    found: dict[Typed, list[Event]] = {}
    for event in events:
        value = single(event.properties.get(name))
        if value is not None:
            found.setdefault(typed(value), []).append(event)
    return found
