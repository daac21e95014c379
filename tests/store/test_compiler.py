"""What the audience asks in SQL; that it means what memory means is `test_agreement`'s law."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from domain.audience import (
    EVERYONE,
    All,
    Amount,
    AnyOf,
    CustomList,
    Device,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Doing,
    Filter,
    Geography,
    Node,
    Not,
    Property,
    SameValue,
    Saved,
    Step,
    StepNot,
)
from domain.facts import Event, User
from domain.matching import matches, since_ms
from domain.saved import UnknownAudienceError
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


EVIL = "'); DROP TABLE users; --"
WHERE = (Filter(EVIL, "contains", EVIL), Filter("tags", "in", (EVIL,)))
EVIL_NODES: list[Node] = [
    Property(EVIL, "equals", EVIL),
    Property("tags", "starts_with", EVIL),
    Geography((EVIL,), (EVIL,), (EVIL,)),
    Device((Filter("os", "contains", EVIL), Filter("app_version", ">", EVIL))),
    Device((Filter(EVIL, "does_not_exist"), Filter("model", "in", (EVIL,)))),
    CustomList(EVIL),
    Did(EVIL, WHERE, also=(Doing("Bought", WHERE),)),
    DidNot("Bought", WHERE, time_of_day=("01:00", "02:00")),
    DidFirst(EVIL, WHERE),
    DidSum(EVIL, EVIL, Amount(">", 1), WHERE),
    DidAverage(EVIL, EVIL, Amount(">", 1), WHERE),
    DidOnDays(EVIL, WHERE),
    DidMostly(EVIL, EVIL, EVIL, WHERE),
    DidShare(EVIL, EVIL, EVIL, 50, WHERE),
    SameValue(EVIL, (Step(EVIL, WHERE, property=EVIL),), (StepNot(EVIL, WHERE, property=EVIL),)),
]


@pytest.mark.parametrize("node", EVIL_NODES, ids=lambda node: type(node).__name__)
def test_what_comes_from_outside_reaches_sql_as_a_parameter_alone(
    copy: Projection, node: Node
) -> None:
    history = [Event(1, "m1", "u1", EVIL, NOW_MS, NOW_MS, {EVIL: EVIL, "tags": [EVIL]})]
    traits = {EVIL: EVIL, "devices": [{"os": EVIL}], "city": EVIL}
    copy.catch_up(rows(history), [User("u1", 1, traits, "Europe/Kyiv")])
    compiler = Compiler(copy.catalogue, now_ms=NOW_MS, zone="UTC", lists={EVIL: {EVIL, "u1"}})
    asked = compiler.ask(node)
    users = sa.select(compiler.users.c.user).select_from(asked.source).where(asked.condition)
    question = render(users)
    assert not any(word in question.sql for word in ("DROP", "drop table", ";", "--"))
    values = json.dumps(question.values, default=list).lower()
    assert EVIL.lower() in values or isinstance(node, DidNot | Property)
    with copy.asking(question.sql, question.values) as cursor:
        cursor.fetchall()
    assert selected(copy, All(())) == {"u1"}


def test_no_condition_is_left_out_of_the_attack() -> None:
    harmless = {"All", "AnyOf", "Not", "Age", "Gender", "Near", "Reachability", "Saved"}
    attacked = {type(node).__name__ for node in EVIL_NODES}
    assert attacked | harmless == {each.__name__ for each in get_args(Node)}


def test_names_that_are_not_there_are_errors_and_never_nobody(copy: Projection) -> None:
    compiler = Compiler(copy.catalogue, now_ms=NOW_MS, zone="UTC")
    with pytest.raises(UnknownAudienceError, match="no list 'staff'"):
        compiler.ask(Not(CustomList("staff")))
    with pytest.raises(UnknownAudienceError, match="has not been expanded"):
        compiler.ask(Not(Saved("staff")))


def test_a_condition_is_never_unknown(copy: Projection) -> None:
    """With NOT, unknown would leave out users that memory takes."""
    copy.catch_up([], [person("a", plan="pro"), person("b")])
    for op, value, *_ in EXAMPLES:
        node = Property("plan", op, value)
        both = selected(copy, node) | selected(copy, Not(node))
        assert both == {"a", "b"}, op


def test_the_work_of_writing_a_statement_grows_with_its_values_and_no_faster(
    copy: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLAlchemy makes its table of values at each look: one look for each took minutes."""
    looks = 0
    construct = SQLCompiler.construct_params

    def counted(self: SQLCompiler, *args: Any, **how: Any) -> Any:
        nonlocal looks
        looks += 1
        return construct(self, *args, **how)

    copy.catch_up([], [person("a", city="7")])
    compiler = Compiler(copy.catalogue, now_ms=NOW_MS, zone="UTC")
    asked = compiler.ask(Property("city", "in", tuple(map(str, range(500)))))
    monkeypatch.setattr(SQLCompiler, "construct_params", counted)
    question = render(sa.select(compiler.users.c.user).where(asked.condition))
    assert len(question.values) == 500
    assert looks < 10


def test_a_not_never_stands_before_brackets(copy: Projection) -> None:
    """DuckDB would take twenty seconds for what nests like this through saved audiences."""
    copy.catch_up([], [person("a", city="0"), person("b")])
    node: Node = Property("city", "equals", "0")
    for number in range(63):
        node = Not(AnyOf((node, Property("city", "equals", f"x{number}"))))
    compiler = Compiler(copy.catalogue, now_ms=NOW_MS, zone="UTC")
    question = render(sa.select(compiler.users.c.user).where(compiler.ask(node).condition))
    assert "NOT (" not in question.sql
    assert selected(copy, node) == {"b"}
    assert selected(copy, Not(Not(Not(All((node, EVERYONE)))))) == {"a"}
