"""Who: the audience as a closed tree of conditions, the same for memory and for DuckDB."""

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from domain.behaviour import Aggregate as Aggregate
from domain.behaviour import Amount as Amount
from domain.behaviour import Asked as Asked
from domain.behaviour import Comparison as Comparison
from domain.behaviour import Count as Count
from domain.behaviour import Dates as Dates
from domain.behaviour import DaysAgo as DaysAgo
from domain.behaviour import Deed as Deed
from domain.behaviour import Did as Did
from domain.behaviour import DidAverage as DidAverage
from domain.behaviour import DidFirst as DidFirst
from domain.behaviour import DidMostly as DidMostly
from domain.behaviour import DidNot as DidNot
from domain.behaviour import DidOnDays as DidOnDays
from domain.behaviour import DidShare as DidShare
from domain.behaviour import DidSum as DidSum
from domain.behaviour import Doing as Doing
from domain.behaviour import Filter as Filter
from domain.behaviour import Hours as Hours
from domain.behaviour import Minutes as Minutes
from domain.behaviour import Operator as Operator
from domain.behaviour import Period as Period
from domain.behaviour import SameValue as SameValue
from domain.behaviour import Scalar as Scalar
from domain.behaviour import Step as Step
from domain.behaviour import StepNot as StepNot
from domain.behaviour import Weekday as Weekday
from domain.behaviour import doings as doings
from domain.people import Age as Age
from domain.people import CustomList as CustomList
from domain.people import Device as Device
from domain.people import Gender as Gender
from domain.people import Geography as Geography
from domain.people import Near as Near
from domain.people import Place as Place
from domain.people import Property as Property
from domain.people import Reachability as Reachability
from domain.people import Saved as Saved
from domain.people import Trait as Trait


class All(Struct, frozen=True, forbid_unknown_fields=True, tag="all"):
    """Every condition holds."""

    of: tuple["Node", ...]


class AnyOf(Struct, frozen=True, forbid_unknown_fields=True, tag="any"):
    """At least one condition holds."""

    of: tuple["Node", ...]


class Not(Struct, frozen=True, forbid_unknown_fields=True, tag="not"):
    """The condition does not hold."""

    of: "Node"


Node: TypeAlias = All | AnyOf | Not | Trait | Aggregate | SameValue | Saved | CustomList

EVERYONE = All(of=())
"""The audience of a campaign that asks for nobody in particular."""


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and every node inside it, from the top."""
    yield node
    match node:
        case All(of) | AnyOf(of):
            for inner in of:
                yield from walk(inner)
        case Not(of):
            yield from walk(of)
        case _:
            return


def deeds(node: Node) -> Iterator[Asked]:
    """Yield every condition of the tree that selects events, steps of a same value included."""
    for each in walk(node):
        match each:
            case SameValue(did=did, did_not=did_not):
                yield from did
                yield from did_not
            case Deed():
                yield each
            case _:
                pass
