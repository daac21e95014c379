"""What one user did, as conditions ask for it: so much of it is read as decides, and no more.

A robot, or an id that many share, does an event a hundred thousand times. Most questions are
answered by a few of these; where all must be counted, the count is carried on, so that the next
event of the user costs what is new since.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Protocol, TypeAlias

from msgspec import Struct

from domain.facts import Event
from domain.periods import Window


class Counting(Protocol):
    """Takes events in one by one, in any order, and keeps none of them."""

    def add(self, event: Event) -> bool:
        """Count one more; tell whether no further event changes the answer."""
        ...

    def drop(self, event: Event) -> None:
        """Count one no longer that was counted: it is too old now."""
        ...

    def size(self) -> int:
        """Return how many values or days are told apart."""
        ...


class Carried(Struct, frozen=True):
    """A count that may go on: of a window, up to a place in the log.

    `terms` is all that its test of an event depended on: the user's zone, days from today.
    `certain`: no further event changes the answer.
    """

    window: Window
    upto_seq: int
    terms: tuple[object, ...]
    counting: Counting
    certain: bool

    def goes_on(self, window: Window, *, upto_seq: int, terms: tuple[object, ...]) -> bool:
        """Whether it may count on for this window, which may only have moved on.

        What was certain was so by events that may have become too old.
        """
        then, now = self.window.since_ms, window.since_ms
        stands = then == now
        moved = then is not None and now is not None and then < now and not self.certain
        return (
            (stands or moved)
            and self.window.until_ms <= window.until_ms
            and self.upto_seq <= upto_seq
            and self.terms == terms
        )


Memory: TypeAlias = dict[Hashable, Carried]
"""What was counted of one user, by condition."""


class Past(Protocol):
    """A user's events up to a place in the log. `memory` None: nothing is carried on."""

    upto_seq: int
    memory: Memory | None

    def first_ms(self, names: Collection[str]) -> int | None:
        """Return when the earliest of the user's events of these names happened, or None."""
        ...

    def between(self, names: Collection[str], window: Window) -> Iterable[Event]:
        """Return the events of these names that happened then, in any order, each once."""
        ...

    def beyond(self, names: Collection[str], window: Window, counted: Carried) -> Iterable[Event]:
        """Return those of `between` that `counted` has not counted."""
        ...

    def before(self, names: Collection[str], window: Window, counted: Carried) -> Iterable[Event]:
        """Return those which `counted` has counted, and that happened before the window."""
        ...


class Remembered:
    """A past that is in memory, whole."""

    upto_seq = 0
    memory: Memory | None = None

    def __init__(self, events: Sequence[Event]) -> None:
        self._by_name: dict[str, list[Event]] = {}
        for event in events:
            self._by_name.setdefault(event.name, []).append(event)

    def first_ms(self, names: Collection[str]) -> int | None:
        """See `Past`."""
        times = (event.time_ms for name in names for event in self._by_name.get(name, ()))
        return min(times, default=None)

    def between(self, names: Collection[str], window: Window) -> Iterable[Event]:
        """See `Past`."""
        since_ms = float("-inf") if window.since_ms is None else window.since_ms
        return (
            event
            for name in names
            for event in self._by_name.get(name, ())
            if since_ms <= event.time_ms < window.until_ms
        )

    def beyond(self, names: Collection[str], window: Window, counted: Carried) -> Iterable[Event]:
        """See `Past`."""
        return (
            event
            for event in self.between(names, window)
            if event.seq > counted.upto_seq or event.time_ms >= counted.window.until_ms
        )

    def before(self, names: Collection[str], window: Window, counted: Carried) -> Iterable[Event]:
        """See `Past`."""
        since_ms = float("-inf") if window.since_ms is None else window.since_ms
        return (
            event
            for event in self.between(names, counted.window)
            if event.seq <= counted.upto_seq and event.time_ms < since_ms
        )
