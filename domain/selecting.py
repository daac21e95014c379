"""Which of a user's events a condition about behaviour selects, and what it counts of them.

The store's scan selects the same of all users' events at once.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar, cast

from msgspec import Struct

from domain.audience import Asked, DidFirst, Filter, SameValue, StepNot, deeds, doings
from domain.behaviour import Step
from domain.conditions import Relative, Test, predicate
from domain.facts import Event, User
from domain.operators import condition, resolve
from domain.past import Carried, Counting, Past
from domain.periods import Window, clock_test, has_clock, local_ms, window
from domain.same_value import ByValue, step_property

VALUES_CARRIED_MAX = 1_000
"""A count that tells more values or days apart is not carried on: it would fill the memory."""


class Facts(Struct, gc=False):
    """What is known of one user, at one instant; `zone` is the account's, `traits` are flat."""

    user: User
    traits: Mapping[str, Any]
    past: Past
    now_ms: int
    zone: str


C = TypeVar("C", bound=Counting)
Passes: TypeAlias = Callable[[Event, Facts], bool]


class Every(Struct):
    """All events that were selected."""

    events: list[Event]

    def add(self, event: Event) -> bool:
        """Take one in; another one is always wanted."""
        self.events.append(event)
        return False

    def drop(self, event: Event) -> None:
        """Take one out."""
        self.events.remove(event)

    def size(self) -> int:
        """Return how many there are."""
        return len(self.events)


def compile_count(deed: Asked, empty: Callable[[str], C]) -> Callable[[Facts], C]:
    """Return what counts the events in the deed's range that meet its comparisons.

    `empty` makes a count, by the account's zone.

    It reads no more than makes the answer certain, and goes on from what was counted before where
    the past has a memory. Days from today move with the day, so what asks for them never goes on.
    """
    names = frozenset(doing.event for doing in doings(deed))
    passes, moves = _compile_passes(deed)
    key = object()  # of this very condition: another that equals it may mean 1 where it means true

    def count(facts: Facts) -> C:
        past, zone = facts.past, facts.user.zone or facts.zone
        asked = window(deed, now_ms=facts.now_ms, zone=facts.zone)
        memory = None if moves else past.memory
        # What breaks while it is counted is counted anew.
        held = None if memory is None else memory.pop(key, None)
        if held is not None and held.goes_on(asked, upto_seq=past.upto_seq, zone=zone):
            counting, certain = cast("C", held.counting), held.certain
            if asked.since_ms != held.window.since_ms:
                for event in past.before(names, asked, held):
                    if passes(event, facts):
                        counting.drop(event)
            events = () if certain else past.beyond(names, asked, held)
        else:
            counting, certain = empty(facts.zone), False
            events = past.between(names, asked)
        for event in events:
            if passes(event, facts) and counting.add(event):
                certain = True
                break
        if memory is not None and counting.size() <= VALUES_CARRIED_MAX:
            memory[key] = Carried(asked, past.upto_seq, zone, counting, certain)
        return counting

    return count


def compile_step(node: SameValue, step: int) -> Callable[[Facts], ByValue]:
    """Return what counts the values of one step of a same value, by its number."""
    deed = tuple(deeds(node))[step]
    name = step_property(node, step)
    assert isinstance(deed, Step | StepNot), "a same value has steps only"
    return compile_count(deed, lambda _zone: ByValue(name))


def compile_first(node: DidFirst) -> Callable[[Facts], bool]:
    """Return whether the user's first event ever lies in the range and meets the comparisons.

    Of several at the first instant one is enough.
    """
    names = frozenset(doing.event for doing in doings(node))
    passes, _ = _compile_passes(node)

    def first(facts: Facts) -> bool:
        asked = window(node, now_ms=facts.now_ms, zone=facts.zone)
        first_ms = facts.past.first_ms(names)
        if first_ms is None or not _lies_in(first_ms, asked):
            return False
        at_first = facts.past.between(names, Window(first_ms, first_ms + 1))
        return any(passes(event, facts) for event in at_first)

    return first


def compile_doing_tests(where: tuple[Filter, ...]) -> list[tuple[str, Test]] | None:
    """Return the comparisons of an event's properties; None: one asks for days from today."""
    tests = _fixed_tests(where)
    return tests if len(tests) == len(where) else None


def all_hold(tests: list[tuple[str, Test]], event: Event) -> bool:
    """Whether the event meets all of the comparisons."""
    properties = event.properties
    return all(holds(properties.get(key)) for key, holds in tests)


def _lies_in(at_ms: int, asked: Window) -> bool:
    return at_ms < asked.until_ms and (asked.since_ms is None or asked.since_ms <= at_ms)


def _compile_passes(deed: Asked) -> tuple[Passes, bool]:
    """Return whether an event meets the comparisons and the clock; and whether that moves."""
    by_name: dict[str, list[Passes]] = {}
    moves = False
    for doing in doings(deed):
        passes, by_day = _compile_filters(doing.where)
        by_name.setdefault(doing.event, []).append(passes)
        moves = moves or by_day
    in_clock = _compile_clock(deed)

    def both(event: Event, facts: Facts) -> bool:
        return any(passes(event, facts) for passes in by_name[event.name]) and in_clock(
            event, facts
        )

    return both, moves


def _compile_clock(deed: Asked) -> Passes:
    if not has_clock(deed):
        return lambda _event, _facts: True
    passes = clock_test(deed)
    return lambda event, facts: passes(local_ms(event.time_ms, facts.user.zone or facts.zone))


def _compile_filters(where: tuple[Filter, ...]) -> tuple[Passes, bool]:
    fixed = _fixed_tests(where)
    moving = [
        (each.property, asked)
        for each in where
        if isinstance(asked := condition(each.op, each.value), Relative)
    ]
    if not moving:
        return lambda event, _facts: all_hold(fixed, event), False

    def passes(event: Event, facts: Facts) -> bool:
        now = [
            (name, predicate(resolve(asked, now_ms=facts.now_ms, zone=facts.zone)))
            for name, asked in moving
        ]
        return all_hold(fixed, event) and all_hold(now, event)

    return passes, True


def _fixed_tests(where: tuple[Filter, ...]) -> list[tuple[str, Test]]:
    return [
        (each.property, predicate(asked))
        for each in where
        if not isinstance(asked := condition(each.op, each.value), Relative)
    ]
