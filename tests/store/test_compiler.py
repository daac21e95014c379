"""The law of the audience: memory and DuckDB select the same users, whatever is asked of whom."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.audience import (
    All,
    AnyOf,
    Comparison,
    Count,
    Did,
    DidNot,
    Filter,
    Node,
    Not,
    Operator,
    Property,
)
from domain.facts import Event, User
from domain.matching import matches, since_ms
from domain.zones import local_wall
from store import catalogue
from store.compiler import Compiler, render
from store.projection import Projection
from tests.domain.test_matching import EVENTFUL_ZONES
from tests.domain.test_operators import EXAMPLES
from tests.store.copies import DAY_MS, NOW_MS, person, rows, selected

TEXTS = ["pro", "Pro", "", "5", "true", "İstanbul", "ΣΑΣ", "'; DROP TABLE users; --", 'a"b']
TEXTS += ["a\0b", "100%", "😀", "2026-03-29", "2026-03-29T09:00:00+02:00", "2026-13-40"]
NUMBERS = [0, -0.0, 1, 1.0, 5, 5.5, -3, 2**53, 2**53 + 1, 10**30, 1_774_800_000, 1_774_800_000_000]
SCALARS = [*TEXTS, *NUMBERS, True, False]
NAMES = ["Bought", "Viewed", "Ordered'; --"]
KEYS = ["price", "s1", "two words", '"']

scalars = st.sampled_from(SCALARS)
odd = st.sampled_from([None, {}, {"a": 1}, [], [None], [[1]], 10**400])
values = scalars | odd | st.lists(scalars | odd, max_size=3)
properties = st.dictionaries(st.sampled_from(KEYS), values, max_size=3)
days = st.none() | st.integers(0, 5)
filters = st.builds(
    Filter,
    st.sampled_from([*KEYS, "unheard of"]),
    st.sampled_from(get_args(Operator)),
    st.none() | scalars | st.lists(scalars, max_size=3).map(tuple),
)
fitting = st.builds(
    lambda key, example: Filter(key, example[0], example[1]),
    st.sampled_from(KEYS),
    st.sampled_from(EXAMPLES),
)
wheres = st.lists(filters | fitting, max_size=2).map(tuple)
names = st.sampled_from([*NAMES, "Unheard of"])
tallies = st.builds(Count, st.sampled_from(get_args(Comparison)), st.integers(0, 4), st.booleans())
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(lambda each: Property(each.property, each.op, each.value), filters | fitting),
    st.builds(Did, names, wheres, tallies, days),
    st.builds(DidNot, names, wheres, days),
)
trees: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda of: All(tuple(of))),
        st.lists(inner, max_size=3).map(lambda of: AnyOf(tuple(of))),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)
people = st.lists(properties, min_size=1, max_size=8).map(
    lambda traits: [User(f"u{i}", i, each) for i, each in enumerate(traits)]
)
events = st.lists(
    st.tuples(
        st.integers(0, 8),
        st.sampled_from(NAMES),
        st.integers(-6 * DAY_MS, DAY_MS // 4) | st.just(0),
        properties,
    ),
    max_size=20,
).map(
    lambda drawn: [
        Event(seq, f"m{seq}", f"u{user}", name, NOW_MS + at, NOW_MS, held)
        for seq, (user, name, at, held) in enumerate(drawn, 1)
    ]
)
zones = st.sampled_from(["UTC", "Europe/Kyiv", "Pacific/Auckland", "America/St_Johns"])

QUICK = settings(
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


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


@settings(QUICK, max_examples=40)
@given(people, events, st.lists(trees, min_size=5, max_size=5), zones)
def test_memory_and_duckdb_select_the_same_users(
    copy: Projection, users: list[User], history: list[Event], nodes: list[Node], zone: str
) -> None:
    copy.rebuild()
    copy.catch_up(rows(history), users)
    for node in nodes:
        assert selected(copy, node, zone=zone) == in_memory(users, history, node, zone=zone)


@settings(QUICK, max_examples=20)
@given(people, events, st.lists(trees, min_size=3, max_size=3))
def test_they_do_so_too_when_the_columns_run_out(
    copy: Projection, users: list[User], history: list[Event], nodes: list[Node]
) -> None:
    with pytest.MonkeyPatch.context() as small:
        small.setattr(catalogue, "COLUMNS_PER_KIND_MAX", 1)
        small.setattr(catalogue, "KEYS_PER_SCOPE_MAX", 2)
        copy.rebuild()
        half = len(history) // 2
        copy.catch_up(rows(history[:half]), users[:1])
        copy.catch_up(rows(history), users)
    for node in nodes:
        assert selected(copy, node) == in_memory(users, history, node)


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
    question = render(compiler.users.select().where(compiler.condition(node)))
    assert "DROP" not in question.sql
    assert json.dumps(question.values).count("drop table") + question.values.count(evil) == 3


def test_a_condition_is_never_unknown(copy: Projection) -> None:
    """With NOT, unknown would leave out users that memory takes."""
    copy.catch_up([], [person("a", plan="pro"), person("b")])
    for op, value, *_ in EXAMPLES:
        node = Property("plan", op, value)
        both = selected(copy, node) | selected(copy, Not(node))
        assert both == {"a", "b"}, op
