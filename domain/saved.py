"""Saved audiences inside an audience: each name replaced by what it stands for."""

from collections.abc import Iterator, Mapping

import msgspec

from domain.audience import All, AnyOf, CustomList, Node, Not, Saved, walk

EXPANDED_NODES_MAX = 1_000
"""With what its saved audiences contain: more is no audience that a person has in mind."""
INSIDE_MAX = 8
"""How many saved audiences may stand inside one another."""


NO_SAVED: Mapping[str, Node] = {}


class UnknownAudienceError(LookupError):
    """A tree names a saved audience, or a list, that nobody has given.

    Never taken for an empty one: to exclude nobody would send to everybody.
    """


class CircularAudienceError(ValueError):
    """A saved audience contains itself; `way` is how, name by name."""

    def __init__(self, way: tuple[str, ...]) -> None:
        super().__init__(f"saved audience {way[-1]!r} contains itself: {' -> '.join(way)}")
        self.way = way


class AudienceTooLargeError(ValueError):
    """With what its saved audiences contain, an audience is larger than can be asked."""


def saved_names(node: Node) -> frozenset[str]:
    """Return the saved audiences that a tree names itself."""
    return frozenset(each.name for each in walk(node) if isinstance(each, Saved))


def list_names(node: Node) -> frozenset[str]:
    """Return the custom lists that a tree names itself."""
    return frozenset(each.name for each in walk(node) if isinstance(each, CustomList))


def expand(node: Node, saved: Mapping[str, Node], inside: tuple[str, ...] = ()) -> Node:
    """Return the tree with the saved audiences in place of their names.

    Raises UnknownAudienceError for a name that `saved` does not have, CircularAudienceError for
    one that leads back to itself (`inside`: the names that led here), and AudienceTooLargeError.
    """
    return _Expansion(saved).of(node, inside)


class _Expansion:
    """Counts as it goes: two audiences that each name another twice would double at each step."""

    def __init__(self, saved: Mapping[str, Node]) -> None:
        self._saved = saved
        self._left = EXPANDED_NODES_MAX

    def of(self, node: Node, inside: tuple[str, ...]) -> Node:
        self._left -= 1
        if self._left < 0:
            raise AudienceTooLargeError(
                f"with its saved audiences it has more than {EXPANDED_NODES_MAX:,} conditions"
            )
        match node:
            case All(of) | AnyOf(of):
                return msgspec.structs.replace(node, of=tuple(self._each(of, inside)))
            case Not(of):
                return Not(self.of(of, inside))
            case Saved(name):
                return self._named(name, inside)
            case _:
                return node

    def _each(self, nodes: tuple[Node, ...], inside: tuple[str, ...]) -> Iterator[Node]:
        return (self.of(each, inside) for each in nodes)

    def _named(self, name: str, inside: tuple[str, ...]) -> Node:
        if name in inside:
            raise CircularAudienceError((*inside, name))
        if name not in self._saved:
            raise UnknownAudienceError(f"there is no saved audience {name!r}")
        if len(inside) >= INSIDE_MAX:
            raise AudienceTooLargeError(
                f"more than {INSIDE_MAX} saved audiences stand inside one another"
            )
        return self.of(self._saved[name], (*inside, name))
