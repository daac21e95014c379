"""What the audience asks in SQL; that it means what memory means is `test_agreement`'s law."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from domain.audience import (
    All,
    Did,
    Filter,
    Node,
    Not,
    Property,
)
from domain.facts import Event, User
from domain.matching import matches, since_ms
from domain.zones import local_wall
from store.compiler import Compiler, render
from store.projection import Projection
from tests.domain.test_matching import EVENTFUL_ZONES
from tests.domain.test_operators import EXAMPLES
from tests.store.copies import NOW_MS, person, rows, selected


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Projection]:
    copy = Projection.open(tmp_path / "audience.duckdb")
    yield copy
    copy.close()


def in_memory(
    users: list[User], history: list[Event], node: Node, *, now_ms: int = NOW_MS, zone: str = "UTC"
) -> set[str]:
    return {
        one.user
        for one in users
        if matches(node, one, [e for e in history if e.user == one.user], now_ms=now_ms, zone=zone)
    }


def test_every_example_of_an_operator_holds_in_duckdb(copy: Projection) -> None:
    held: list[Any] = []
    for _, _, passes, fails in EXAMPLES:
        held += [*passes, *fails]
    users = [person(f"u{i}", value=each) for i, each in enumerate(held)]
    copy.catch_up([], users)
    for op, value, *_ in EXAMPLES:
        node = Property("value", op, value)
        assert selected(copy, node) == in_memory(users, [], node), (op, value)


@pytest.mark.parametrize("zone", EVENTFUL_ZONES)
def test_the_first_instant_of_a_day_is_the_first_that_counts(copy: Projection, zone: str) -> None:
    start = since_ms(3, now_ms=NOW_MS, zone=zone)
    assert start is not None
    users = [person("early"), person("late")]
    history = [
        Event(1, "m1", "early", "Bought", start - 1, NOW_MS),
        Event(2, "m2", "late", "Bought", start, NOW_MS),
    ]
    copy.catch_up(rows(history), users)
    node = Did("Bought", days=3)
    assert selected(copy, node, zone=zone) == in_memory(users, history, node, zone=zone)
    assert selected(copy, node, zone=zone) == {"late"}
    assert local_wall(start, zone).hour == 0


def test_names_from_outside_never_stand_in_the_sql(copy: Projection) -> None:
    evil = "'; DROP TABLE users; --"
    history = [Event(1, "m1", "u1", evil, NOW_MS, NOW_MS, {evil: evil, "tags": [evil]})]
    copy.catch_up(rows(history), [User("u1", 1, {evil: evil})])
    where = (Filter(evil, "contains", evil), Filter("tags", "in", (evil,)))
    node = All((Property(evil, "equals", evil), Did(evil, where)))
    compiler = Compiler(copy.catalogue, now_ms=NOW_MS, zone="UTC")
    asked = compiler.ask(node)
    question = render(
        sa.select(compiler.users.c.user).select_from(asked.source).where(asked.condition)
    )
    assert "DROP" not in question.sql
    assert json.dumps(question.values).count("drop table") + question.values.count(evil) == 3


def test_a_condition_is_never_unknown(copy: Projection) -> None:
    """With NOT, unknown would leave out users that memory takes."""
    copy.catch_up([], [person("a", plan="pro"), person("b")])
    for op, value, *_ in EXAMPLES:
        node = Property("plan", op, value)
        both = selected(copy, node) | selected(copy, Not(node))
        assert both == {"a", "b"}, op
