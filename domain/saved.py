"""Saved audiences inside an audience: each name replaced by what it stands for."""

from collections.abc import Mapping

import msgspec

from domain.audience import All, AnyOf, Node, Not, Saved


class UnknownAudienceError(LookupError):
    """A tree names a saved audience, or a list, that nobody has given.

    Never taken for an empty one: to exclude nobody would send to everybody.
    """


class CircularAudienceError(ValueError):
    """A saved audience contains itself."""


def expand(node: Node, saved: Mapping[str, Node], inside: tuple[str, ...] = ()) -> Node:
    """Return the tree with the saved audiences in place of their names.

    Raises UnknownAudienceError for a name that `saved` does not have, and CircularAudienceError
    for one that leads back to itself (`inside`: the names that led here).
    """
    match node:
        case All(of) | AnyOf(of):
            return msgspec.structs.replace(
                node, of=tuple(expand(each, saved, inside) for each in of)
            )
        case Not(of):
            return Not(expand(of, saved, inside))
        case Saved(name):
            if name in inside:
                way = " -> ".join((*inside, name))
                raise CircularAudienceError(f"saved audience {name!r} contains itself: {way}")
            if name not in saved:
                raise UnknownAudienceError(f"there is no saved audience {name!r}")
            return expand(saved[name], saved, (*inside, name))
        case _:
            return node
