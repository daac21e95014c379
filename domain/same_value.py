"""The same value held across events: did A with it and not B with it, for one and the same value.

Values are told apart by type: the text "5" and the number 5 are two, true and 1 as well.
"""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from domain.audience import SameValue
from domain.comparing import counts
from domain.facts import Event
from domain.values import single

VALUES_KEPT_MAX = 5
"""How many of the values for which a condition holds are kept for the content, newest first."""

Value: TypeAlias = str | float | bool
Typed: TypeAlias = tuple[type, Value]
"""A value with its type: to Python, true equals 1."""


def typed(value: Value) -> Typed:
    """Return the value so that equality means the same value of the same type."""
    return (type(value), value)


class Occurred(Struct):
    """How often a value occurred, and when last: the event's time and its place in the log."""

    times: int
    newest: tuple[int, int]


class ByValue:
    """What occurred of each value of a property: the count of one step."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.found: dict[Typed, Occurred] = {}

    def add(self, event: Event) -> bool:
        """Count one more event, in any order; another may always matter."""
        value = single(event.properties.get(self._name))
        if value is None:
            return False
        at = (event.time_ms, event.seq)
        held = self.found.get(key := typed(value))
        if held is None:
            self.found[key] = Occurred(1, at)
        else:
            held.times += 1
            held.newest = max(held.newest, at)
        return False

    def drop(self, event: Event) -> None:
        """Count one no longer that is older than all that stay."""
        value = single(event.properties.get(self._name))
        if value is None:
            return
        held = self.found[key := typed(value)]
        held.times -= 1
        if not held.times:
            del self.found[key]

    def size(self) -> int:
        """Return how many values there are."""
        return len(self.found)


Chosen: TypeAlias = Callable[[int], ByValue]
"""What a step found by its number, `did` first."""


def step_property(node: SameValue, step: int) -> str:
    """Return under which name the events of a step have the value."""
    own = [each.property for each in node.did] + [each.property for each in node.did_not]
    return own[step] or node.property


def same_values(node: SameValue, chosen: Chosen) -> list[Value]:
    """Return the values for which every step holds, the one that occurred last first.

    Last: by the time of the newest event of `did` with it, and by its place in the log.
    """
    did = [chosen(step).found for step in range(len(node.did))]
    did_not = [chosen(len(did) + step).found for step in range(len(node.did_not))]
    found: list[tuple[tuple[int, int], Value]] = []
    for key in {key for events in did for key in events}:
        if any(key in events for events in did_not):
            continue
        occurred = [events.get(key) for events in did]
        if all(
            counts(step.count, each.times if each else 0)
            for step, each in zip(node.did, occurred, strict=True)
        ):
            newest = max(each.newest for each in occurred if each)
            found.append((newest, key[1]))
    found.sort(key=lambda each: each[0], reverse=True)
    return [value for _, value in found]
