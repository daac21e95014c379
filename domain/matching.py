"""The audience tree asked of one user in memory: for live campaigns, and for the rehearsal.

`compile_node` and `compile_trigger` prepare a campaign once; what they return is asked for every
event. The store's compiler asks the same tree of all users at once; both must agree.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import time, timedelta
from typing import TypeAlias, assert_never

from domain import zones
from domain.audience import (
    All,
    AnyOf,
    Comparison,
    Count,
    Did,
    DidNot,
    Filter,
    Node,
    Not,
    Property,
)
from domain.campaign import Trigger
from domain.conditions import predicate
from domain.facts import Event, User
from domain.operators import condition

History: TypeAlias = Sequence[Event]
Matcher: TypeAlias = Callable[[User, History, int, str], bool]
"""Asked as `matcher(user, history, now_ms, zone)`; `zone` is the account's."""

_ByName: TypeAlias = Mapping[str, Sequence[Event]]
_Ask: TypeAlias = Callable[[User, _ByName, int, str], bool]

_COMPARE: dict[Comparison, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


def matches(node: Node, user: User, history: History, *, now_ms: int, zone: str) -> bool:
    """Whether the user is in the audience now.

    `history` holds the user's events at least of the `event_names` of the node, in any order;
    events after now do not count. `zone` is the account's, normalised.
    """
    return compile_node(node)(user, history, now_ms, zone)


def compile_node(node: Node) -> Matcher:
    """Prepare an audience to be asked of many users."""
    ask = _compile(node)
    names = event_names(node)

    def matcher(user: User, history: History, now_ms: int, zone: str) -> bool:
        by_name: dict[str, list[Event]] = {name: [] for name in names}
        for event in history:
            if event.name in by_name and event.time_ms <= now_ms:
                by_name[event.name].append(event)
        return ask(user, by_name, now_ms, zone)

    return matcher


def event_names(node: Node) -> frozenset[str]:
    """Return the events whose history decides."""
    match node:
        case All(of) | AnyOf(of):
            return frozenset().union(*(event_names(inner) for inner in of))
        case Not(of):
            return event_names(of)
        case Property():
            return frozenset()
        case Did(event=event) | DidNot(event=event):
            return frozenset((event,))
        case _:
            assert_never(node)


def trigger_matches(trigger: Trigger, event: Event) -> bool:
    """Whether this event is what a live campaign waits for."""
    return compile_trigger(trigger)(event)


def compile_trigger(trigger: Trigger) -> Callable[[Event], bool]:
    """Prepare a trigger to be asked of many events."""
    name = trigger.event
    passes = _compile_filters(trigger.where)
    return lambda event: event.name == name and passes(event)


def since_ms(days: int | None, *, now_ms: int, zone: str) -> int | None:
    """Return when "the last `days` days" started: 00:00 of (today - days) in the zone.

    Where the clocks leave midnight out, the first instant after it. None: there is no start.
    """
    if days is None:
        return None
    today = zones.local_wall(now_ms, zone).date()
    return zones.resolve_local(today - timedelta(days=days), time(), zone)


def counts(count: Count, times: int) -> bool:
    """Whether so many times are as many as were asked for. Zero counts by `include_zero` only."""
    return (times > 0 or count.include_zero) and _COMPARE[count.op](times, count.value)


def _compile(node: Node) -> _Ask:
    match node:
        case All(of):
            every = [_compile(inner) for inner in of]
            return lambda *facts: all(ask(*facts) for ask in every)
        case AnyOf(of):
            some = [_compile(inner) for inner in of]
            return lambda *facts: any(ask(*facts) for ask in some)
        case Not(of):
            inside = _compile(of)
            return lambda *facts: not inside(*facts)
        case Property(name, op, value):
            passes = predicate(condition(op, value))
            return lambda user, _history, _now_ms, _zone: passes(user.traits.get(name))
        case Did(event, where, count, days):
            times = _compile_times(event, where, days)
            return lambda _user, history, now_ms, zone: counts(count, times(history, now_ms, zone))
        case DidNot(event, where, days):
            times = _compile_times(event, where, days)
            return lambda _user, history, now_ms, zone: times(history, now_ms, zone) == 0
        case _:
            assert_never(node)


def _compile_times(
    name: str, where: tuple[Filter, ...], days: int | None
) -> Callable[[_ByName, int, str], int]:
    passes = _compile_filters(where)

    def times(history: _ByName, now_ms: int, zone: str) -> int:
        since = since_ms(days, now_ms=now_ms, zone=zone)
        events = history[name]
        if since is None:
            return sum(passes(event) for event in events)
        return sum(event.time_ms >= since and passes(event) for event in events)

    return times


def _compile_filters(where: tuple[Filter, ...]) -> Callable[[Event], bool]:
    tests = [(each.property, predicate(condition(each.op, each.value))) for each in where]

    def passes(event: Event) -> bool:
        properties = event.properties
        return all(holds(properties.get(key)) for key, holds in tests)

    return passes
