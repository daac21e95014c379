"""The rules of what an audience is made of once its saved audiences are looked into."""

from collections.abc import Collection, Iterator, Mapping

from domain.audience import All, AnyOf, Node, Not, Saved
from domain.place import item, member
from domain.problem import Problem
from domain.saved import (
    AudienceTooLargeError,
    CircularAudienceError,
    UnknownAudienceError,
    expand,
    list_names,
)


def inside_problems(
    node: Node, where: str, trees: Mapping[str, Node], lists: Collection[str], *, itself: str = ""
) -> Iterator[Problem]:
    """Yield what is wrong with the saved audiences that a tree names, each where it is named.

    `trees` are those that there are; one that is not there is told elsewhere. `itself`: the saved
    audience that the tree is to become; it may not lead back to itself.
    """
    if itself:
        trees = {**trees, itself: node}
    inside = (itself,) if itself else ()
    named = list(_named(node, where))
    found = [
        problem
        for place, saved in named
        if saved.name in trees
        for problem in _problems(saved, place, trees, lists, inside)
    ]
    yield from found
    if not found and all(saved.name in trees for _, saved in named):
        yield from _problems(node, where, trees, None, inside)


def _problems(
    node: Node,
    where: str,
    trees: Mapping[str, Node],
    lists: Collection[str] | None,
    inside: tuple[str, ...],
) -> Iterator[Problem]:
    """Look into one tree. `lists`: those that there are; None: they are told elsewhere."""
    try:
        whole = expand(node, trees, inside)
    except CircularAudienceError as circle:
        what = f"The saved audience would contain itself: {' -> '.join(circle.way)}."
        yield Problem(where, what, "Take one of them out of the other.")
    except AudienceTooLargeError as large:
        yield Problem(where, f"Looked into, {large}.", "Leave some of them out.")
    except UnknownAudienceError as unknown:
        yield Problem(where, f"Looked into, {unknown.args[0]}.", "Save it first.")
    else:
        missing = list_names(whole).difference(lists) if lists is not None else ()
        for each in sorted(missing):
            yield Problem(where, f'There is no list "{each}".', "Upload it first.")


def _named(node: Node, where: str) -> Iterator[tuple[str, Saved]]:
    """Yield every saved audience that a tree names itself, and where."""
    match node:
        case All(of) | AnyOf(of):
            for i, inner in enumerate(of):
                yield from _named(inner, item(member(where, "of"), i))
        case Not(of):
            yield from _named(of, member(where, "of"))
        case Saved():
            yield member(where, "name"), node
        case _:
            pass
