"""Who is in an audience, and what their profiles say of them: one question, read in pages.

A column of the copy holds a text, a flag or a number as it was given. What no column holds as it
was (a list, an object, a whole number that no double tells from its neighbour) only the profile
itself tells: such users are marked.
"""

from collections.abc import Generator, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from msgspec import Struct

from domain.audience import Node
from domain.values import EXACT_MAX
from store import terms
from store.audience import ROWS_PER_FETCH, Draw
from store.catalogue import USERS, Catalogue, Kind, Slot
from store.compiler import NO_LISTS, Compiler, Lists, render
from store.projection import Projection
from store.terms import Truth

Value: TypeAlias = str | float | bool | None
_WHOLE_VALUES = (Kind.TEXT, Kind.NUMBER, Kind.FLAG)
"""The columns that hold a value whole; a moment's text stands beside it."""


class Page(Struct, frozen=True):
    """Some users, and for each attribute asked for a column with what each of them has.

    `beyond`: the places of those of whom the copy does not have all that was asked for.
    """

    users: Sequence[str]
    columns: Sequence[Sequence[Value]]
    beyond: Sequence[int]


def pages(
    projection: Projection,
    node: Node,
    attributes: Sequence[str],
    *,
    now_ms: int,
    zone: str,
    draw: Draw,
    at_most: int | None = None,
    lists: Lists = NO_LISTS,
) -> Generator[Page, None, None]:
    """Yield everyone in an audience, in the order of the draw: the first N are a random N.

    All of it is as of one moment. It holds a cursor until it is exhausted or closed. For the rest
    see `audience.count`.
    """
    projection.know_zone(zone)
    compiler = Compiler(projection.catalogue, now_ms=now_ms, zone=zone, lists=lists)
    asked = compiler.ask(node)
    users = compiler.users.c
    found = [projection.catalogue.find(USERS, name) for name in attributes]
    slots = [[kinds[kind] for kind in _WHOLE_VALUES if kind in kinds] for kinds in found]
    listed = [name for name, kinds in zip(attributes, found, strict=True) if Kind.ITEMS in kinds]
    question = render(
        sa.select(
            users.user,
            *(users[slot.column] for each in slots for slot in each),
            *_has_items(compiler, projection.catalogue, listed),
        )
        .select_from(asked.source)
        .where(asked.condition)
        .order_by(compiler.place(*draw), users.user)
        .limit(at_most)
    )
    with projection.asking(question.sql, question.values) as cursor:
        while rows := cursor.fetchmany(ROWS_PER_FETCH):
            yield _page(rows, slots)


def _has_items(compiler: Compiler, catalogue: Catalogue, names: Sequence[str]) -> list[Truth]:
    """Ask whether a user has something among the items, if anybody can have."""
    if not names:
        return []
    items = terms.users(catalogue).items.c
    return [compiler.users.c.no.in_(sa.select(items.no).where(items.key.in_(names)))]


def _page(rows: Sequence[tuple[Any, ...]], slots: Sequence[Sequence[Slot]]) -> Page:
    """Return the rows as columns; `zip(*rows)` would make an iterator for each row, to be freed."""
    names, *given = [[row[at] for row in rows] for at in range(len(rows[0]))]
    held = iter(given)
    beyond: set[int] = set()
    columns: list[Sequence[Value]] = []
    for of_name in slots:
        parts = [next(held) for _ in of_name]
        for slot, part in zip(of_name, parts, strict=True):
            if slot.kind is Kind.NUMBER:
                beyond.update(_inexact(part))
        columns.append(_first_of(parts, len(rows)))
    for has_items in held:
        beyond.update(place for place, each in enumerate(has_items) if each)
    return Page(names, columns, sorted(beyond))


def _inexact(numbers: Sequence[float | None]) -> list[int]:
    return [
        place
        for place, each in enumerate(numbers)
        if each is not None and not -EXACT_MAX < each < EXACT_MAX
    ]


def _first_of(parts: Sequence[Sequence[Value]], length: int) -> Sequence[Value]:
    """Return one column of several, of which a user has at most one value."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return [None] * length
    return [
        next((one for one in each if one is not None), None) for each in zip(*parts, strict=True)
    ]
