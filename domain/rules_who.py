"""The rules of who: conditions that make sense, of a size that people and engines can read."""

from collections.abc import Iterator, Mapping
from typing import assert_never

from msgspec import Struct

from domain.audience import (
    Age,
    All,
    AnyOf,
    CustomList,
    Deed,
    Device,
    Gender,
    Geography,
    Near,
    Node,
    Not,
    Property,
    Reachability,
    SameValue,
    Saved,
    Step,
    StepNot,
    deeds,
    walk,
)
from domain.place import item, member
from domain.problem import Problem
from domain.rules_behaviour import behaviour_problems, same_value_problems
from domain.rules_inside import inside_problems
from domain.rules_kept import kept_problems
from domain.rules_people import people_problems
from domain.rules_text import text_problems
from domain.words import offer

NODES_MAX = 100
NODES_JUDGED_MAX = 2 * NODES_MAX
"""Of still more it is said only that they are too many: everybody would wait for the rest."""
NODE_DEPTH_MAX = 8
SHARED_NAME_CHARS_MAX = 80
"""Of a saved audience or a list."""


class Known(Struct, frozen=True):
    """The names that a definition may refer to.

    `itself`: the saved audience that the definition is to become. It is offered to nobody; that it
    names itself is told with the way. `trees`: what the saved audiences are, as far as they are
    named; None: they are not looked into. `keep_events_days`: so long are events kept; 0: for ever.
    """

    saved: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    controls: frozenset[str] = frozenset()
    itself: str = ""
    trees: Mapping[str, Node] | None = None
    keep_events_days: int = 0


def node_problems(node: Node, where: str, known: Known | None = None) -> Iterator[Problem]:
    """Yield what is wrong with an audience.

    `known`: the saved audiences and lists that exist; None: only the daemon knows them, so any
    that a name could have is taken.
    """
    steps = sum(isinstance(each, Step | StepNot) for each in deeds(node))
    count = sum(1 for _ in walk(node)) + steps
    if count > NODES_MAX:
        what = f"There are {count:,} conditions; at most {NODES_MAX} are possible."
        yield Problem(where, what, "Leave some out, or split the campaign.")
    if count > NODES_JUDGED_MAX:
        return
    yield from _node_problems(node, where, 1, known)
    if known is not None and known.trees is not None:
        yield from inside_problems(node, where, known.trees, known.lists, itself=known.itself)


def _node_problems(node: Node, where: str, depth: int, known: Known | None) -> Iterator[Problem]:
    if depth > NODE_DEPTH_MAX:
        what = f"Conditions are nested deeper than {NODE_DEPTH_MAX} levels."
        yield Problem(where, what, "Join conditions of the same kind into one list.")
        return
    yield from kept_problems(node, where, known.keep_events_days if known else 0)
    of_place = member(where, "of")
    match node:
        case All(of) | AnyOf(of):
            if isinstance(node, AnyOf) and not of:
                fix = 'Add a condition; everyone is type = "all" with an empty list.'
                yield Problem(of_place, "Any of nothing is nobody.", fix)
            for i, inner in enumerate(of):
                yield from _node_problems(inner, item(of_place, i), depth + 1, known)
        case Not(of):
            yield from _node_problems(of, of_place, depth + 1, known)
        case Saved(name):
            if known is None or name != known.itself:
                saved = known.saved if known else None
                yield from _name_problems("saved audience", name, saved, where)
        case CustomList(name):
            yield from _name_problems("list", name, known.lists if known else None, where)
        case SameValue():
            yield from same_value_problems(node, where)
        case Property() | Age() | Gender() | Geography() | Near() | Reachability() | Device():
            yield from people_problems(node, where)
        case Deed():
            yield from behaviour_problems(node, where)
        case _:
            assert_never(node)


def _name_problems(
    kind: str, name: str, names: frozenset[str] | None, where: str
) -> Iterator[Problem]:
    place = member(where, "name")
    odd = list(text_problems(name, place, SHARED_NAME_CHARS_MAX))
    yield from odd
    if not odd and names is not None and name not in names:
        fix = offer(name, names) if names else f"None has been saved yet; make the {kind} first."
        yield Problem(place, f'There is no {kind} "{name}".', fix)
