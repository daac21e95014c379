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
    DidMostly,
    DidNot,
    DidShare,
    DidSum,
    Filter,
    Node,
    Not,
    SameValue,
    Step,
    StepNot,
)
from domain.comparing import micros
from store.compiler import Compiler, render
from store.projection import Projection
from store.scan import Scan
from tests.domain.definitions import sweep
from tests.store.copies import NOW_MS, event, person, rows, selected

EVERYTHING = AnyOf(
    (
        All((Did("A", days=3), DidNot("B", days=30), DidSum("A", "p", Amount(">", 1)))),
        DidAverage("A", "p", Amount(">", 1)),
        DidMostly("A", "p", 1),
        DidShare("A", "p", 1, 50),
        Not(SameValue("p", (Step("A"), Step("B")), (StepNot("C"),))),
    )
)


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Projection]:
    copy = Projection.open(tmp_path / "audience.duckdb")
    copy.catch_up(
        rows([event(1, "u", "A", p=1), event(2, "u", "B", p="x"), event(3, "v", "C", p=[1])]),
        [person("u"), person("v")],
    )
    yield copy
    copy.close()


def sql(copy: Projection, node: Node) -> str:
    asked = Compiler(copy.catalogue, now_ms=NOW_MS, zone="UTC").ask(node)
    found = sa.select(sa.func.count()).select_from(asked.source).where(asked.condition)
    return render(found).sql


def test_the_events_are_read_once_for_a_whole_tree(copy: Projection) -> None:
    assert sql(copy, EVERYTHING).count("FROM events") == 1


def test_no_json_is_read_in_sql(copy: Projection) -> None:
    assert "json" not in sql(copy, EVERYTHING).lower()


def test_a_tree_without_events_reads_none(copy: Projection) -> None:
    assert "events" not in sql(copy, Not(All(())))


def test_no_event_before_the_longest_range_is_read(copy: Projection) -> None:
    assert "time_ms >=" in sql(copy, All((Did("A", days=3), Did("B", days=30)))).split("WHERE")[1]
    ever = sql(copy, All((DidFirst("A", days=3), DidFirst("B", days=30))))
    assert "time_ms >=" not in ever.split("WHERE")[1].split(")")[0]


def test_a_condition_on_true_and_one_on_1_are_two(copy: Projection) -> None:
    """They are equal to Python, and would share their columns if told apart by equality."""
    one, true = (Did("A", (Filter("p", "equals", value),)) for value in (1, True))
    assert selected(copy, All((one, Not(true)))) == {"u"}


def test_the_same_condition_twice_is_asked_once(copy: Projection) -> None:
    node = Did("A")
    twice = Scan(copy.catalogue, All((node, Not(node))), now_ms=NOW_MS, zone="UTC")
    assert [column.name for column in twice.users.c] == ["no", "c0"]


def test_an_event_that_nobody_ever_did_is_no_error(copy: Projection) -> None:
    assert selected(copy, DidNot("Unheard of")) == {"u", "v"}
    assert selected(copy, DidMostly("Unheard of", "p", 1)) == set()
    assert selected(copy, SameValue("p", (Step("A"),), (StepNot("Unheard of"),))) == {"u"}
    assert selected(copy, Did("A", count=Count("<", 9, include_zero=True))) == {"u", "v"}


@sweep
@given(st.lists(st.floats(-1e15, 1e15) | st.sampled_from([1.005, 0.29, 8.7, -1.005]), min_size=1))
def test_sums_are_whole_millionths_in_sql_as_in_memory(numbers: list[float]) -> None:
    copy = Projection.open(Path(":memory:"))
    history = [event(i, "u", "A", p=number) for i, number in enumerate(numbers, 1)]
    copy.catch_up(rows(history), [person("u")])
    scan = Scan(copy.catalogue, DidSum("A", "p", Amount(">", 1)), now_ms=NOW_MS, zone="UTC")
    question = render(sa.select(scan.users.c.t0))
    with copy.asking(question.sql, question.values) as cursor:
        ((total,),) = cursor.fetchall()
    copy.close()
    assert total == sum(micros(number) or 0 for number in numbers)
