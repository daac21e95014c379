"""Values of another type than a comparison asks for: they never match, and a line says how many.

A `plan` that is a number for some users, or a `price` that came as text: the audience is smaller
than a person would think, and nothing is wrong with it.
"""

from collections.abc import Iterator
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct

from domain.audience import DidAverage, DidSum, Filter, Node, Property, deeds, doings, walk
from domain.conditions import (
    Alike,
    Condition,
    Differs,
    During,
    Exists,
    Missing,
    Never,
    OneOf,
    Relative,
    Side,
    Text,
    Version,
    Within,
)
from domain.goal import Goal
from domain.operators import condition

Type: TypeAlias = Literal["text", "number", "flag", "time"]


class Question(Struct, frozen=True):
    """A property that a tree compares, of an event (None: of the profile), and types that fit.

    `adds_up`: its numbers are the revenue of a goal.
    """

    event: str | None
    name: str
    types: frozenset[Type]
    adds_up: bool = False


class Mismatch(Struct, frozen=True):
    """How many values of a property have none of the types that it is compared with."""

    asked: Question
    count: int

    def __str__(self) -> str:
        """Read as a line for people; it quotes no value."""
        types = " or ".join(sorted(self.asked.types))
        holders = "users have" if self.asked.event is None else f'events "{self.asked.event}" have'
        misses = "match what is asked of it"
        if self.asked.adds_up:
            misses = "count as revenue"
        return (
            f'{self.count} {holders} a "{self.asked.name}" that is no {types}: they do not {misses}'
        )


def questions(tree: Node) -> list[Question]:
    """Return the typed comparisons of a tree, each once; saved audiences have been expanded."""
    return list(dict.fromkeys(_all(tree)))


def of_goal(goal: Goal) -> list[Question]:
    """Return what a goal asks of its event: its comparisons, and numbers of its revenue."""
    asked = [one for each in goal.where for one in _question(goal.event, each)]
    if goal.revenue:
        asked.append(Question(goal.event, goal.revenue, frozenset({"number"}), adds_up=True))
    return list(dict.fromkeys(asked))


def _all(tree: Node) -> Iterator[Question]:
    for node in walk(tree):
        if isinstance(node, Property):
            yield from _question(None, Filter(node.name, node.op, node.value))
    for deed in deeds(tree):
        for doing in doings(deed):
            for each in doing.where:
                yield from _question(doing.event, each)
            if isinstance(deed, DidSum | DidAverage):
                yield Question(doing.event, deed.property, frozenset({"number"}))


def _question(event: str | None, each: Filter) -> Iterator[Question]:
    if types := _types(condition(each.op, each.value)):
        yield Question(event, each.property, types)


def _types(asked: Condition) -> frozenset[Type]:
    """Return the types that can meet a condition; nothing where any type may, or none."""
    found: set[Type] = set()
    match asked:
        case OneOf(texts, numbers, flags):
            found = {"text"} if texts else set()
            found |= {"number"} if numbers else set()
            found |= {"flag"} if flags else set()
        case Differs(value):
            flag_or_number: Type = "flag" if isinstance(value, bool) else "number"
            found = {"text" if isinstance(value, str) else flag_or_number}
        case Text() | Alike() | Version():
            found = {"text"}
        case Within():
            found = {"number"}
        case Side() | During() | Relative():
            found = {"number", "time"}
        case Exists() | Missing() | Never():
            pass
        case _:
            assert_never(asked)
    return frozenset(found)
