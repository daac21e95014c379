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

VALUES_CARRIED_MAX = 100
"""A count that tells more values or days apart is not carried on: it would fill the memory."""


class Facts(Struct, gc=False):
    """What is known of one user, at one instant; `zone` is the account's, `traits` are flat."""

    user: User
    traits: Mapping[str, Any]
    past: Past
    now_ms: int
    zone: str


C = TypeVar("C", bound=Counting)
Passes: TypeAlias = Callable[[Event], bool]


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
    the past has a memory.
    """
    names = frozenset(doing.event for doing in doings(deed))
    bind = _compile_passes(deed)
    key = object()  # of this very condition: another that equals it may mean 1 where it means true

    def count(facts: Facts) -> C:
        past, memory = facts.past, facts.past.memory
        passes, terms = bind(facts)
        asked = window(deed, now_ms=facts.now_ms, zone=facts.zone)
        # What breaks while it is counted is counted anew.
        held = None if memory is None else memory.pop(key, None)
        if held is not None and held.goes_on(asked, upto_seq=past.upto_seq, terms=terms):
            counting, certain = cast("C", held.counting), held.certain
            if asked.since_ms != held.window.since_ms:
                for event in past.before(names, asked, held):
                    if passes(event):
                        counting.drop(event)
            events = () if certain else past.beyond(names, asked, held)
        else:
            counting, certain = empty(facts.zone), False
            events = past.between(names, asked)
        for event in events:
            if passes(event) and counting.add(event):
                certain = True
                break
        if memory is not None and counting.size() <= VALUES_CARRIED_MAX:
            memory[key] = Carried(asked, past.upto_seq, terms, counting, certain)
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
    bind = _compile_passes(node)

    def first(facts: Facts) -> bool:
        asked = window(node, now_ms=facts.now_ms, zone=facts.zone)
        first_ms = facts.past.first_ms(names)
        if first_ms is None or not _lies_in(first_ms, asked):
            return False
        passes, _ = bind(facts)
        at_first = facts.past.between(names, Window(first_ms, first_ms + 1))
        return any(passes(event) for event in at_first)

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


def _compile_passes(deed: Asked) -> Callable[[Facts], tuple[Passes, tuple[object, ...]]]:
    """Return what gives the test of an event for a user now, and all that this depends on."""
    kinds = [
        (doing.event, _fixed_tests(doing.where), _moving(doing.where)) for doing in doings(deed)
    ]
    in_clock = clock_test(deed) if has_clock(deed) else None

    def bind(facts: Facts) -> tuple[Passes, tuple[object, ...]]:
        home = facts.user.zone or facts.zone
        terms: list[object] = [home]
        by_name: dict[str, list[list[tuple[str, Test]]]] = {}
        for name, fixed, moving in kinds:
            now = [
                (key, resolve(asked, now_ms=facts.now_ms, zone=facts.zone)) for key, asked in moving
            ]
            terms += now
            tests = [*fixed, *((key, predicate(asked)) for key, asked in now)] if now else fixed
            by_name.setdefault(name, []).append(tests)

        def passes(event: Event) -> bool:
            return any(all_hold(tests, event) for tests in by_name[event.name]) and (
                in_clock is None or in_clock(local_ms(event.time_ms, home))
            )

        return passes, tuple(terms)

    return bind


def _moving(where: tuple[Filter, ...]) -> list[tuple[str, Relative]]:
    return [
        (each.property, asked)
        for each in where
        if isinstance(asked := condition(each.op, each.value), Relative)
    ]


def _fixed_tests(where: tuple[Filter, ...]) -> list[tuple[str, Test]]:
    return [
        (each.property, predicate(asked))
        for each in where
        if not isinstance(asked := condition(each.op, each.value), Relative)
    ]
