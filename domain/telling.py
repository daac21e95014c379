"""An audience in plain English: conditions as lines, what belongs together indented."""

from collections.abc import Iterable
from typing import assert_never

from domain.audience import (
    Aggregate,
    All,
    AnyOf,
    CustomList,
    Deed,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Node,
    Not,
    SameValue,
    Saved,
    Step,
    StepNot,
    Trait,
    doings,
)
from domain.phrases import (
    INDENT,
    amounts,
    describe_filters,
    quoted,
    range_of,
    scalar,
    times,
)
from domain.telling_people import tell_trait


def describe_node(node: Node) -> list[str]:
    """Return an audience as lines; what belongs to a line stands indented below it."""
    match node:
        case All((only,)) | AnyOf((only,)):
            return describe_node(only)
        case All(of):
            return ["all of these:", *_indented(of)] if of else ["everyone"]
        case AnyOf(of):
            return ["any of these:", *_indented(of)] if of else ["nobody"]
        case Not(of):
            first, *rest = describe_node(of)
            return [f"not: {first}", *rest]
        case SameValue():
            return _same_value(node)
        case _:
            return [_leaf(node)]


def _leaf(node: Trait | Aggregate | Saved | CustomList) -> str:
    match node:
        case Saved(name):
            return f"in the saved audience {quoted(name)}"
        case CustomList(name):
            return f"in the list {quoted(name)}"
        case Deed():
            return _aggregate(node)
        case _:
            return tell_trait(node)


def _aggregate(node: Aggregate) -> str:
    events, rest = _events(node), range_of(node)
    where = "" if node.also else describe_filters(node.where)
    match node:
        case Did(count=count):
            return f"did {events} {times(count)}{rest}{where}"
        case DidNot():
            return f"did not do {events}{rest}{where}"
        case DidFirst():
            return f"did {events} for the first time ever{rest or ', at any time'}{where}"
        case DidSum(property=name, amount=amount):
            return f"did {events} with a total {name} {amounts(amount)}{rest}{where}"
        case DidAverage(property=name, amount=amount):
            return f"did {events} with an average {name} {amounts(amount)}{rest}{where}"
        case DidOnDays(count=count):
            return f"did {events} on {times(count, noun='day')}{rest}{where}"
        case DidMostly(property=name, value=value):
            return f"did {events} most often with {name} {scalar(value)}{rest}{where}"
        case DidShare(property=name, value=value, percent=percent):
            share = f"in at least {percent} % of cases with {name} {scalar(value)}"
            return f"did {events} {share}{rest}{where}"
        case _:
            assert_never(node)


def _events(deed: Aggregate | Step | StepNot) -> str:
    """Name the events; of several each has its comparisons beside it."""
    if not deed.also:
        return quoted(deed.event)
    told = [
        f"{quoted(doing.event)}{describe_filters(doing.where).replace(', with', ' with', 1)}"
        for doing in doings(deed)
    ]
    return f"any of ({'; '.join(told)})"


def _same_value(node: SameValue) -> list[str]:
    lines = [f"for one and the same {node.property}:"]
    for step in node.did:
        said = f"did {_events(step)} {times(step.count)}{range_of(step)}"
        lines.append(f"{INDENT}{said}{_step_where(step)}{_alias(step)}")
    for step_not in node.did_not:
        said = f"did not do {_events(step_not)}{range_of(step_not)}"
        lines.append(f"{INDENT}{said}{_step_where(step_not)}{_alias(step_not)}")
    return lines


def _step_where(step: Step | StepNot) -> str:
    return "" if step.also else describe_filters(step.where)


def _alias(step: Step | StepNot) -> str:
    return "" if step.property is None else f" (there it is called {step.property})"


def _indented(nodes: Iterable[Node]) -> list[str]:
    return [INDENT + line for node in nodes for line in describe_node(node)]
