"""Conditions about a user's values: the most frequent one, and one that holds for every step."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from domain.audience import DidMostly, Step, StepNot
from domain.comparing import bounds, related
from store.catalogue import Kind
from store.deeds import VALUE_KINDS, Selected
from store.terms import Column, Truth


def mostly(node: DidMostly, selected: Selected) -> sa.Select[Any]:
    """Return the users whose most frequent value it is, without a tie."""
    name = node.property
    values = [selected.value(name, kind) for kind in _in_order(selected.kinds(name))]
    times = (
        selected.rows(
            selected.no,
            selected.is_value(name, node.value).label("asked"),
            sa.func.count().label("times"),
            where=(_known(values),),
        )
        .group_by(selected.no, sa.text("asked"), *values)
        .subquery()
    )
    mine = sa.func.max(times.c.times).filter(times.c.asked)
    others = sa.func.max(times.c.times).filter(sa.not_(times.c.asked))
    return sa.select(times.c.no).group_by(times.c.no).having(mine > sa.func.coalesce(others, 0))


def same_value(steps: Sequence[tuple[Step | StepNot, str, Selected]]) -> sa.Select[Any]:
    """Return the users with a value of which every step holds; each with its property's name."""
    kinds = _in_order(kind for _, name, selected in steps for kind in selected.kinds(name))
    parts: list[sa.Select[Any]] = []
    for i, (_, name, selected) in enumerate(steps):
        values = [selected.value(name, kind) for kind in kinds]
        named = [value.label(kind.value) for kind, value in zip(kinds, values, strict=True)]
        number: Column = sa.literal_column(str(i)).label("step")
        parts.append(selected.rows(selected.no, number, *named, where=(_known(values),)))
    done = sa.union_all(*parts).subquery()
    demands: list[Truth] = []
    for i, (step, _, _) in enumerate(steps):
        times = sa.func.count().filter(done.c.step == sa.literal_column(str(i)))
        if isinstance(step, StepNot):
            demands.append(times == 0)
            continue
        demands.append(related(step.count.op, times, bounds(step.count)))
        if not step.count.include_zero:
            demands.append(times > 0)
    values = [done.c[kind.value] for kind in kinds]
    return sa.select(done.c.no).group_by(done.c.no, *values).having(sa.and_(*demands))


def _in_order(kinds: Iterable[Kind]) -> list[Kind]:
    """Return kinds of values that occur; where none does, one that is never there."""
    found = set(kinds)
    return [kind for kind in VALUE_KINDS if kind in found] or [Kind.TEXT]


def _known(values: Sequence[Column]) -> Truth:
    return sa.or_(*(value.is_not(None) for value in values))
