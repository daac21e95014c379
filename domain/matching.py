"""The audience tree asked of one user in memory: for live campaigns, and for the rehearsal.

`compile_node` and `compile_trigger` prepare a campaign once; what they return is asked for every
event. The store's compiler asks the same tree of all users at once; both must agree.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, assert_never

from msgspec import Struct

from domain.audience import (
    Age,
    All,
    AnyOf,
    Asked,
    CustomList,
    Device,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Doing,
    Filter,
    Gender,
    Geography,
    Near,
    Node,
    Not,
    Property,
    Reachability,
    SameValue,
    Saved,
    Trait,
    deeds,
    doings,
)
from domain.comparing import counts as counts
from domain.conditions import Relative, Test, predicate
from domain.facts import Event, User
from domain.formula import TraitsTest, flat, traits_test
from domain.operators import condition, resolve
from domain.periods import clock_test, has_clock, local_ms, window
from domain.periods import since_ms as since_ms
from domain.profile import depends_on_now, formula
from domain.same_value import VALUES_KEPT_MAX, Value, same_values
from domain.saved import NO_SAVED as NO_SAVED
from domain.saved import UnknownAudienceError, expand
from domain.tally import is_first, tally
from domain.trigger import Trigger, starts

History: TypeAlias = Sequence[Event]
Matcher: TypeAlias = Callable[[User, History, int, str], bool]
"""Asked as `matcher(user, history, now_ms, zone)`; `zone` is the account's."""


class _Facts(Struct, gc=False):
    """What is known of one user, at one instant."""

    user: User
    traits: Mapping[str, Any]
    by_name: dict[str, list[Event]]
    now_ms: int
    zone: str


_Ask: TypeAlias = Callable[[_Facts], bool]
_Choose: TypeAlias = Callable[[_Facts], list[Event]]
_Passes: TypeAlias = Callable[[Event, _Facts], bool]


def matches(node: Node, user: User, history: History, *, now_ms: int, zone: str) -> bool:
    """Whether the user is in the audience now.

    `history` holds the user's events at least of the `event_names` of the node, in any order;
    events after now do not count. `zone` is the account's, normalised.
    """
    return compile_node(node)(user, history, now_ms, zone)


def compile_node(node: Node, *, saved: Mapping[str, Node] = NO_SAVED) -> Matcher:
    """Prepare an audience to be asked of many users, each with the custom lists that it is in.

    `saved` is what the names of saved audiences stand for; see `domain.saved.expand` for what it
    raises.
    """
    tree = expand(node, saved)
    ask = _compile(tree)
    names = event_names(tree)

    def matcher(user: User, history: History, now_ms: int, zone: str) -> bool:
        return ask(_facts(names, user, history, now_ms, zone))

    return matcher


def event_names(node: Node) -> frozenset[str]:
    """Return the events whose history decides. Saved audiences must have been expanded."""
    return frozenset(doing.event for deed in deeds(node) for doing in doings(deed))


def constant_values(
    node: SameValue, user: User, history: History, *, now_ms: int, zone: str
) -> list[Value]:
    """Return the values for which the condition holds, the newest first, at most 5."""
    facts = _facts(event_names(node), user, history, now_ms, zone)
    chosen = [_compile_choice(step)(facts) for step in deeds(node)]
    return same_values(node, chosen.__getitem__)[:VALUES_KEPT_MAX]


def chosen_events(
    deed: Asked, user: User, history: History, *, now_ms: int, zone: str
) -> list[Event]:
    """Return what the user did of a deed: in its range, meeting its comparisons."""
    names = frozenset(doing.event for doing in doings(deed))
    return _compile_choice(deed)(_facts(names, user, history, now_ms, zone))


def trigger_matches(trigger: Trigger, event: Event) -> bool:
    """Whether this event is what a live campaign waits for."""
    return compile_trigger(trigger)(event)


def compile_trigger(trigger: Trigger) -> Callable[[Event], bool]:
    """Prepare a trigger to be asked of many events: whether one is among those it names."""
    return compile_doings(starts(trigger))


def compile_doings(named: Sequence[Doing]) -> Callable[[Event], bool]:
    """Prepare events with their comparisons to be asked of many; of each all comparisons hold.

    It knows no today: a filter about days from today, which the rules refuse, is met by nothing.
    """
    by_name: dict[str, list[list[tuple[str, Test]]]] = {}
    for doing in named:
        tests = _fixed_tests(doing.where)
        if len(tests) == len(doing.where):
            by_name.setdefault(doing.event, []).append(tests)
    if len(by_name) == 1 and len(named) == 1:  # as most are, and asked of every event
        ((name, (only,)),) = by_name.items()
        return lambda event: event.name == name and _all_hold(only, event)
    return lambda event: any(_all_hold(tests, event) for tests in by_name.get(event.name, ()))


def _facts(names: frozenset[str], user: User, history: History, now_ms: int, zone: str) -> _Facts:
    by_name: dict[str, list[Event]] = {name: [] for name in names}
    for event in history:
        if event.name in by_name and event.time_ms <= now_ms:
            by_name[event.name].append(event)
    return _Facts(user, flat(user.traits), by_name, now_ms, zone)


def _compile(node: Node) -> _Ask:
    match node:
        case All(of):
            every = [_compile(inner) for inner in of]
            return lambda facts: all(ask(facts) for ask in every)
        case AnyOf(of):
            some = [_compile(inner) for inner in of]
            return lambda facts: any(ask(facts) for ask in some)
        case Not(of):
            inside = _compile(of)
            return lambda facts: not inside(facts)
        case CustomList(name):
            return lambda facts: name in facts.user.lists
        case Saved(name):
            raise UnknownAudienceError(f"the saved audience {name!r} has not been expanded")
        case SameValue():
            steps = [_compile_choice(step) for step in deeds(node)]
            return lambda facts: bool(same_values(node, lambda step: steps[step](facts)))
        case DidFirst():
            return _compile_first(node)
        case Did() | DidNot() | DidSum() | DidAverage() | DidOnDays() | DidMostly() | DidShare():
            choose, asks = _compile_choice(node), tally(node)
            return lambda facts: asks(choose(facts), facts.zone)
        case Property() | Age() | Gender() | Geography() | Near() | Reachability() | Device():
            return _compile_trait(node)
        case _:
            assert_never(node)


def _compile_trait(node: Trait) -> _Ask:
    if depends_on_now(node):
        return lambda facts: _now_test(node, facts)(facts.traits)
    test = traits_test(formula(node, now_ms=0, zone="UTC"))
    return lambda facts: test(facts.traits)


def _now_test(node: Trait, facts: _Facts) -> TraitsTest:
    return traits_test(formula(node, now_ms=facts.now_ms, zone=facts.zone))


def _compile_choice(deed: Asked, *, ever: bool = False) -> _Choose:
    """Return what selects a user's events for a deed; `ever`: whatever its range."""
    kinds = [(doing.event, _compile_filters(doing.where)) for doing in doings(deed)]
    in_clock = _compile_clock(deed)

    def choose(facts: _Facts) -> list[Event]:
        asked = window(deed, now_ms=facts.now_ms, zone=facts.zone)
        since = float("-inf") if ever or asked.since_ms is None else asked.since_ms
        until = float("inf") if ever else asked.until_ms
        found: dict[int, Event] = {}  # an event that is named twice counts once
        for name, passes in kinds:
            for event in facts.by_name[name]:
                if since <= event.time_ms < until and passes(event, facts):
                    found[id(event)] = event
        return [event for event in found.values() if in_clock(event, facts)]

    return choose


def _compile_clock(deed: Asked) -> _Passes:
    if not has_clock(deed):
        return lambda _event, _facts: True
    passes = clock_test(deed)
    return lambda event, facts: passes(local_ms(event.time_ms, facts.user.zone or facts.zone))


def _compile_first(node: DidFirst) -> _Ask:
    choose = _compile_choice(node, ever=True)

    def first(facts: _Facts) -> bool:
        every = [event for doing in doings(node) for event in facts.by_name[doing.event]]
        asked = window(node, now_ms=facts.now_ms, zone=facts.zone)
        return is_first(every, choose(facts), asked)

    return first


def _compile_filters(where: tuple[Filter, ...]) -> _Passes:
    fixed = _fixed_tests(where)
    moving = [
        (each.property, asked)
        for each in where
        if isinstance(asked := condition(each.op, each.value), Relative)
    ]
    if not moving:
        return lambda event, _facts: _all_hold(fixed, event)

    def passes(event: Event, facts: _Facts) -> bool:
        now = [
            (name, predicate(resolve(asked, now_ms=facts.now_ms, zone=facts.zone)))
            for name, asked in moving
        ]
        return _all_hold(fixed, event) and _all_hold(now, event)

    return passes


def _fixed_tests(where: tuple[Filter, ...]) -> list[tuple[str, Test]]:
    return [
        (each.property, predicate(asked))
        for each in where
        if not isinstance(asked := condition(each.op, each.value), Relative)
    ]


def _all_hold(tests: list[tuple[str, Test]], event: Event) -> bool:
    properties = event.properties
    return all(holds(properties.get(key)) for key, holds in tests)
