"""The audience tree asked of one user in memory: for live campaigns, and for the rehearsal.

`compile_node` and `compile_trigger` prepare a campaign once; what they return is asked for every
event. The store's compiler asks the same tree of all users at once; both must agree.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias, assert_never

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
from domain.conditions import Test
from domain.facts import Event, User
from domain.formula import TraitsTest, flat, traits_test
from domain.past import Past, Remembered
from domain.periods import since_ms as since_ms
from domain.profile import depends_on_now, formula
from domain.same_value import VALUES_KEPT_MAX, Value, same_values
from domain.saved import UnknownAudienceError
from domain.selecting import (
    Every,
    Facts,
    all_hold,
    compile_count,
    compile_doing_tests,
    compile_first,
    compile_step,
)
from domain.tally import tally
from domain.trigger import Trigger, starts

History: TypeAlias = Sequence[Event] | Past
"""A user's events in any order, or where they can be read."""
Matcher: TypeAlias = Callable[[User, History, int, str], bool]
"""Asked as `matcher(user, history, now_ms, zone)`; `zone` is the account's."""
_Ask: TypeAlias = Callable[[Facts], bool]


def matches(node: Node, user: User, history: History, *, now_ms: int, zone: str) -> bool:
    """Whether the user is in the audience now.

    `history` holds the user's events at least of the `event_names` of the node, in any order;
    events after now do not count. `zone` is the account's, normalised.
    """
    return compile_node(node)(user, history, now_ms, zone)


def compile_node(node: Node) -> Matcher:
    """Prepare an audience to be asked of many users, each with the custom lists that they are in.

    Saved audiences must have been expanded, else it raises UnknownAudienceError.
    """
    ask = _compile(node)

    def matcher(user: User, history: History, now_ms: int, zone: str) -> bool:
        return ask(_facts(user, history, now_ms, zone))

    return matcher


def event_names(node: Node) -> frozenset[str]:
    """Return the events whose history decides. Saved audiences must have been expanded."""
    return frozenset(doing.event for deed in deeds(node) for doing in doings(deed))


def constant_values(
    node: SameValue, user: User, history: History, *, now_ms: int, zone: str
) -> list[Value]:
    """Return the values for which the condition holds, the newest first, at most 5."""
    facts = _facts(user, history, now_ms, zone)
    return same_values(node, lambda step: compile_step(node, step)(facts))[:VALUES_KEPT_MAX]


def chosen_events(
    deed: Asked, user: User, history: History, *, now_ms: int, zone: str
) -> list[Event]:
    """Return what the user did of a deed: in its range, meeting its comparisons."""
    choose = compile_count(deed, lambda _zone: Every([]))
    return choose(_facts(user, history, now_ms, zone)).events


def compile_trigger(trigger: Trigger) -> Callable[[Event], bool]:
    """Prepare a trigger to be asked of many events: whether one is among those it names."""
    return compile_doings(starts(trigger))


def compile_doings(named: Sequence[Doing]) -> Callable[[Event], bool]:
    """Prepare events with their comparisons to be asked of many; of each all comparisons hold.

    It knows no today: a filter about days from today, which the rules refuse, is met by nothing.
    """
    by_name: dict[str, list[list[tuple[str, Test]]]] = {}
    for doing in named:
        tests = compile_doing_tests(doing.where)
        if tests is not None:
            by_name.setdefault(doing.event, []).append(tests)
    if len(by_name) == 1 and len(named) == 1:  # as most are, and asked of every event
        ((name, (only,)),) = by_name.items()
        return lambda event: event.name == name and all_hold(only, event)
    return lambda event: any(all_hold(tests, event) for tests in by_name.get(event.name, ()))


def _facts(user: User, history: History, now_ms: int, zone: str) -> Facts:
    past = Remembered(history) if isinstance(history, Sequence) else history
    return Facts(user, flat(user.traits), past, now_ms, zone)


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
        case SameValue(did=did, did_not=did_not):
            steps = [compile_step(node, step) for step in range(len(did) + len(did_not))]
            return lambda facts: bool(same_values(node, lambda step: steps[step](facts)))
        case DidFirst():
            return compile_first(node)
        case Did() | DidNot() | DidSum() | DidAverage() | DidOnDays() | DidMostly() | DidShare():
            count = compile_count(node, tally(node))
            return lambda facts: count(facts).holds()
        case Property() | Age() | Gender() | Geography() | Near() | Reachability() | Device():
            return _compile_trait(node)
        case _:
            assert_never(node)


def _compile_trait(node: Trait) -> _Ask:
    if depends_on_now(node):
        return lambda facts: _now_test(node, facts)(facts.traits)
    test = traits_test(formula(node, now_ms=0, zone="UTC"))
    return lambda facts: test(facts.traits)


def _now_test(node: Trait, facts: Facts) -> TraitsTest:
    return traits_test(formula(node, now_ms=facts.now_ms, zone=facts.zone))
