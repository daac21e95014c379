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
    wrong = {
        name: list(_problems(Saved(name), trees, lists, inside))
        for name in dict.fromkeys(saved.name for _, saved in named)
        if name in trees
    }
    for place, saved in named:
        for what, fix in wrong.get(saved.name, ()):
            yield Problem(place, what, fix)
    if not any(wrong.values()) and all(saved.name in trees for _, saved in named):
        for what, fix in _problems(node, trees, None, inside):
            yield Problem(where, what, fix)


def _problems(
    node: Node, trees: Mapping[str, Node], lists: Collection[str] | None, inside: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Look into one tree: what is wrong, and what to do.

    `lists`: those that there are; None: they are told elsewhere.
    """
    try:
        whole = expand(node, trees, inside)
    except CircularAudienceError as circle:
        what = f"The saved audience would contain itself: {' -> '.join(circle.way)}."
        yield what, "Take one of them out of the other."
    except AudienceTooLargeError as large:
        yield f"Looked into, {large}.", "Leave some of them out."
    except UnknownAudienceError as unknown:
        yield f"Looked into, {unknown.args[0]}.", "Save it first."
    else:
        missing = list_names(whole).difference(lists) if lists is not None else ()
        for each in sorted(missing):
            yield f'There is no list "{each}".', "Upload it first."


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
