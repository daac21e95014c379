import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from domain.audience import (
    All,
    Amount,
    AnyOf,
    Count,
    Did,
    DidAverage,
    DidFirst,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Node,
    Not,
    Property,
)
from domain.comparing import counts, micros
from store import catalogue
from store.catalogue import Kind, Slot
from store.compiler import Compiler, render
from store.demands import SMALL_MAX, total_micros
from store.projection import Projection
from store.terms import events
from tests.domain.definitions import sweep
from tests.store.copies import NOW_MS, event, person, rows, selected

HISTORY = {"none": 0, "one": 1, "two": 2, "three": 3}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projection]:
    """Users did A as often as they are called."""
    copy = Projection.open(tmp_path_factory.mktemp("demands") / "audience.duckdb")
    did = [user for user, times in HISTORY.items() for _ in range(times)]
    copy.catch_up(
        rows([event(seq, user, "A", p=seq) for seq, user in enumerate(did, 1)]),
        [person(user) for user in HISTORY],
    )
    yield copy
    copy.close()


def sql(copy: Projection, node: Node) -> str:
    asked = Compiler(copy.catalogue, now_ms=NOW_MS, zone="UTC").ask(node)
    found = sa.select(sa.func.count()).select_from(asked.source).where(asked.condition)
    return render(found).sql


@pytest.mark.parametrize("op", ["<", "<=", "=", "!=", ">=", ">"])
@pytest.mark.parametrize("include_zero", [False, True])
def test_every_count_is_that_of_memory_also_of_those_who_did_nothing(
    copy: Projection, op: str, *, include_zero: bool
) -> None:
    kinds: tuple[type[Did | DidOnDays], ...] = (Did, DidOnDays)
    for value, kind in itertools.product(range(-1, 5), kinds):
        count = Count(op, value, include_zero)  # type: ignore[arg-type]  # all of them, by name
        expected = {
            user
            for user, times in HISTORY.items()
            if counts(count, min(times, 1) if kind is DidOnDays else times)
        }
        node: Node = kind("A", count=count)
        assert selected(copy, node) == expected, value
        assert selected(copy, Not(node)) == HISTORY.keys() - expected, value


PARTS: list[Node] = [
    Did("A", count=Count(">=", 2)),
    Did("A", count=Count("<", 2, include_zero=True)),
    DidNot("A"),
    Did("A"),
    Did("B"),
    DidFirst("A"),
    DidSum("A", "p", Amount(">", 5)),
    DidAverage("A", "p", Amount(">=", 5, include_zero=True)),
    DidShare("A", "p", 1, 50),
]


@pytest.mark.parametrize("pair", list(itertools.combinations(PARTS, 2)), ids=str)
def test_demands_that_are_joined_are_met_as_if_they_were_not(
    copy: Projection, pair: tuple[Node, Node]
) -> None:
    one, other = (selected(copy, each) for each in pair)
    assert selected(copy, All(pair)) == one & other
    assert selected(copy, AnyOf(pair)) == one | other
    assert selected(copy, Not(All((pair[0], Not(pair[1]))))) == HISTORY.keys() - (one - other)


@pytest.mark.parametrize(
    ("tree", "looks"),
    [
        (Not(All(())), 0),
        (All((DidSum("A", "p", Amount(">", 1)), DidAverage("A", "p", Amount(">", 1)))), 1),
        (AnyOf((Did("A"), Not(Did("A", count=Count(">", 2))))), 1),
        (All((Property("x", "exists"), Did("A"), AnyOf((Did("A"), Not(Did("A")))))), 1),
        (All((Did("A"), Did("A", days=3), Did("B"))), 3),
    ],
)
def test_the_same_events_are_looked_at_once(copy: Projection, tree: Node, looks: int) -> None:
    assert sql(copy, tree).count("FROM events") == looks


@pytest.mark.parametrize("node", [Did("A"), DidNot("A")], ids=str)
def test_whether_something_was_ever_done_is_asked_without_counting(
    copy: Projection, node: Node
) -> None:
    assert "GROUP BY" not in sql(copy, node)


def test_what_holds_of_everybody_is_no_matter_of_numbers(copy: Projection) -> None:
    everybody = Did("A", count=Count(">=", 0, include_zero=True))
    assert selected(copy, everybody) == HISTORY.keys()
    assert selected(copy, Not(everybody)) == set()


@sweep
@given(
    st.lists(st.floats(-1e15, 1e15) | st.sampled_from([1.005, 0.29, 9.3e12, 1e300]), min_size=1)
    | st.lists(st.floats(-SMALL_MAX, SMALL_MAX), min_size=1)
)
def test_sums_are_whole_millionths_in_sql_as_in_memory(numbers: list[float]) -> None:
    copy = Projection.open(Path(":memory:"))
    copy.catch_up(rows(event(i, "u", "A", p=each) for i, each in enumerate(numbers, 1)))
    table = events(copy.catalogue).table
    small = not copy.catalogue.goes_beyond(Slot(Kind.NUMBER, 1), SMALL_MAX)
    assert small is all(abs(number) <= SMALL_MAX for number in numbers)
    question = render(sa.select(total_micros(table.c.n1, small=small)).select_from(table))
    with copy.asking(question.sql, question.values) as cursor:
        ((total,),) = cursor.fetchall()
    copy.close()
    assert total == sum(micros(number) or 0 for number in numbers)


@pytest.fixture
def empty() -> Iterator[Projection]:
    copy = Projection.open(Path(":memory:"))
    copy.catch_up([], [person("u")])
    yield copy
    copy.close()


def test_a_number_too_large_for_64_bits_that_comes_later_is_summed_as_exactly(
    empty: Projection,
) -> None:
    """Before it came, sums were asked for without a thought of such."""
    asked = DidSum("A", "p", Amount(">", 9.3e12))
    empty.catch_up(rows([event(1, "u", "A", p=5)]))
    assert selected(empty, asked) == set()
    empty.catch_up(rows([event(2, "u", "A", p=9.3e12)]))
    assert selected(empty, asked) == {"u"}


def test_a_number_that_stands_among_items_may_be_large(
    empty: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "COLUMNS_PER_KIND_MAX", 0)
    empty.catch_up(rows([event(1, "u", "A", p=9.3e12)]))
    assert selected(empty, DidSum("A", "p", Amount(">=", 9.3e12))) == {"u"}
