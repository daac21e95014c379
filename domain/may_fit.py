"""For whom an audience never is, whatever they do: what does not change decides already.

Of a tree everything that may yet change (deeds, lists, dates seen from today) is taken as it suits
the user best. Who is not in it even so is never in it, as long as the profile stays what it is.
"""

from collections.abc import Callable

from domain.audience import EVERYONE, All, AnyOf, Not, Property, walk
from domain.audience import Node as Node
from domain.facts import User
from domain.matching import compile_node
from domain.people import Age, Device, Gender, Geography, Near, Reachability, Trait
from domain.profile import depends_on_now

NOBODY = AnyOf(of=())


def may_fit(node: Node) -> Callable[[User], bool] | None:
    """Return whether a user may ever be in the audience; None: so may everybody.

    Saved audiences must have been expanded.
    """
    best = at_best(node)
    if not any(_is_fixed(each) for each in walk(best)):
        return None
    matcher = compile_node(best)
    return lambda user: matcher(user, (), 0, "UTC")


def at_best(node: Node, *, inside_not: bool = False) -> Node:
    """Return the tree of what does not change; the rest suits the user best."""
    match node:
        case All(of):
            return All(tuple(at_best(each, inside_not=inside_not) for each in of))
        case AnyOf(of):
            return AnyOf(tuple(at_best(each, inside_not=inside_not) for each in of))
        case Not(of):
            return Not(at_best(of, inside_not=not inside_not))
        case _ if _is_fixed(node):
            return node
        case _:
            return NOBODY if inside_not else EVERYONE


def _is_fixed(node: Node) -> bool:
    return isinstance(node, _TRAITS) and not depends_on_now(node)


_TRAITS: tuple[type[Trait], ...] = (Property, Age, Gender, Geography, Near, Reachability, Device)
