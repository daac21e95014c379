"""Why a trigger or an audience does not hold for somebody, one line for each part that fails.

The lines quote the definition, which marketers wrote, and never a value of the user's: they are
shown in terminals and in Slack.
"""

from collections.abc import Sequence

from domain.audience import All, AnyOf, Filter, Node, Property
from domain.conditions import predicate
from domain.facts import Event, User
from domain.matching import matches
from domain.operators import condition
from domain.summary import describe_filters, describe_node
from domain.trigger import Trigger, starts
from domain.values import items


def failing_filters(trigger: Trigger, event: Event) -> list[str]:
    """Return the comparisons that keep the event from being one of the trigger's; none if it is."""
    asked = [doing.where for doing in starts(trigger) if doing.event == event.name]
    failing = [[each for each in where if not _holds(each, event)] for where in asked]
    if not all(failing):
        return []
    return [
        f"{_asked(each)}{_has(event.properties.get(each.property))}"
        for each in dict.fromkeys(each for one in failing for each in one)
    ]


def _holds(each: Filter, event: Event) -> bool:
    return predicate(condition(each.op, each.value))(event.properties.get(each.property))


def failing_parts(
    node: Node, user: User, history: Sequence[Event], *, now_ms: int, zone: str
) -> list[str]:
    """Return the parts of an audience that do not hold for the user; none if all hold."""
    if matches(node, user, history, now_ms=now_ms, zone=zone):
        return []
    match node:
        case All(of):
            return [
                line
                for part in of
                for line in failing_parts(part, user, history, now_ms=now_ms, zone=zone)
            ]
        case AnyOf(of) if len(of) > 1:
            return [f"none of: {'; '.join(_line(part) for part in of)}"]
        case Property(name):
            return [f"the audience asks that {_line(node)}{_has(user.traits.get(name))}"]
        case _:
            return [f"the audience asks: {_line(node)}"]


def _asked(each: Filter) -> str:
    return f"the trigger asks for{describe_filters((each,)).removeprefix(', with')}"


def _has(value: object) -> str:
    return ", which its value does not meet" if items(value) else ", and there is none"


def _line(node: Node) -> str:
    return " ".join(line.strip() for line in describe_node(node))
