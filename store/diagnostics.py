"""What a person should know about an audience's data: values of another type than is asked for."""

from collections.abc import Sequence

import sqlalchemy as sa

from domain.audience import Node
from domain.conditions import Exists
from domain.mismatch import Mismatch, Question, Type, questions
from store import terms
from store.catalogue import USERS, Catalogue, Kind
from store.compiler import render
from store.projection import Projection
from store.terms import Holder, Truth

_KINDS: dict[Type, Kind] = {
    "text": Kind.TEXT,
    "number": Kind.NUMBER,
    "flag": Kind.FLAG,
    "time": Kind.MOMENT,
}


def mismatches(projection: Projection, node: Node) -> list[Mismatch]:
    """Return the properties that the tree compares and that some hold with another type.

    Counted are users, or events of the name at any time, that have the property and no value of a
    type that fits. It reads each table once. Saved audiences must have been expanded.
    """
    return misfits(projection, questions(node))


def misfits(projection: Projection, asked: Sequence[Question]) -> list[Mismatch]:
    """Return those of the questions that some users or events have only wrong types for."""
    of_users = [each for each in asked if each.event is None]
    of_events = [each for each in asked if each.event is not None]
    catalogue = projection.catalogue
    found = [
        *_counted(projection, terms.users(catalogue), of_users),
        *_counted(projection, terms.events(catalogue), of_events),
    ]
    return [each for each in found if each.count]


def _counted(projection: Projection, holder: Holder, asked: list[Question]) -> list[Mismatch]:
    if not asked:
        return []
    columns = [
        sa.func.count().filter(_misfits(holder, projection.catalogue, each)) for each in asked
    ]
    counted = sa.select(*columns).select_from(holder.table)
    names = {each.event for each in asked if each.event is not None}
    if names:  # the file skips what is of other names unread
        scopes = {projection.catalogue.scope(name) for name in names} - {None}
        counted = counted.where(holder.table.c.scope.in_(sorted(scopes)))
    question = render(counted)
    with projection.asking(question.sql, question.values) as cursor:
        (counts,) = cursor.fetchall()
    return [Mismatch(each, count) for each, count in zip(asked, counts, strict=True)]


def _misfits(holder: Holder, catalogue: Catalogue, asked: Question) -> Truth:
    """Return whether a row has the property, but no value of a type that fits."""
    scope = USERS if asked.event is None else catalogue.scope(asked.event)
    if scope is None:
        return sa.false()
    exists = holder.compare(catalogue, scope, asked.name, Exists())
    fits = [holder.has_kind(catalogue, scope, asked.name, _KINDS[each]) for each in asked.types]
    misfit = sa.and_(exists, sa.not_(sa.or_(sa.false(), *fits)))
    if asked.event is None:
        return misfit
    return sa.and_(holder.table.c.scope == scope, misfit)
