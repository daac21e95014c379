"""Why a trigger or an audience does not hold for somebody, one line for each part that fails.

The lines quote the definition, which marketers wrote; a value of the user's only where that is
asked for, for the operator's own terminal. Counts of what the user did are no such values.
"""

from collections.abc import Sequence

import msgspec

from domain.audience import All, AnyOf, Did, DidNot, DidOnDays, Filter, Node, Property
from domain.conditions import predicate
from domain.facts import Event, User
from domain.matching import chosen_events, matches
from domain.operators import condition
from domain.summary import describe_filters, describe_node
from domain.trigger import Trigger, starts
from domain.values import items

VALUE_CHARS_MAX = 60


def failing_filters(trigger: Trigger, event: Event, *, values: bool = False) -> list[str]:
    """Return the comparisons that keep the event from being one of the trigger's; none if it is."""
    asked = [doing.where for doing in starts(trigger) if doing.event == event.name]
    failing = [[each for each in where if not _holds(each, event)] for where in asked]
    if not all(failing):
        return []
    return [
        f"{_asked(each)}{_has(event.properties.get(each.property), values=values)}"
        for each in dict.fromkeys(each for one in failing for each in one)
    ]


def _holds(each: Filter, event: Event) -> bool:
    return predicate(condition(each.op, each.value))(event.properties.get(each.property))


def failing_parts(
    node: Node,
    user: User,
    history: Sequence[Event],
    *,
    now_ms: int,
    zone: str,
    values: bool = False,
) -> list[str]:
    """Return the parts of an audience that do not hold for the user; none if all hold."""
    if matches(node, user, history, now_ms=now_ms, zone=zone):
        return []
    match node:
        case All(of):
            return [
                line
                for part in of
                for line in failing_parts(
                    part, user, history, now_ms=now_ms, zone=zone, values=values
                )
            ]
        case AnyOf(of) if len(of) > 1:
            return [f"none of: {'; '.join(_line(part) for part in of)}"]
        case Property(name):
            has = _has(user.traits.get(name), values=values)
            return [f"the audience asks that {_line(node)}{has}"]
        case Did() | DidNot() | DidOnDays():
            n = len(chosen_events(node, user, history, now_ms=now_ms, zone=zone))
            did = f"the user did it {_times(n)} in that range" if n else "the user did not do it"
            return [f"the audience asks: {_line(node)}; {did}"]
        case _:
            return [f"the audience asks: {_line(node)}"]


def _asked(each: Filter) -> str:
    return f"the trigger asks for{describe_filters((each,)).removeprefix(', with')}"


def _has(value: object, *, values: bool) -> str:
    if not items(value):
        return ", and there is none"
    return f", and it is {_shown(value)}" if values else ", which its value does not meet"


def _shown(value: object) -> str:
    """Show a value within a sentence, shortened."""
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= VALUE_CHARS_MAX else f"{text[: VALUE_CHARS_MAX - 3]}..."


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n:,} times")


def _line(node: Node) -> str:
    return " ".join(line.strip() for line in describe_node(node))
