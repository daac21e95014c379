from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.audience import Asked, Did, DidFirst, DidNot, DidSum, Filter
from domain.behaviour import Amount, Doing
from store.catalogue import Kind
from store.compiler import render
from store.deeds import Selected, key
from store.projection import Projection
from tests.store.copies import DAY_MS, NOW_MS, event, person, rows

A = Did("A")


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Projection]:
    copy = Projection.open(tmp_path / "audience.duckdb")
    copy.catch_up(
        rows(
            [
                event(1, "u", "A", p=1, q="x"),
                event(2, "u", "A", NOW_MS - 10 * DAY_MS, p=2),
                event(3, "u", "B", p="y", q=[1]),
                event(4, "u", "C"),
            ]
        ),
        [person("u")],
    )
    yield copy
    copy.close()


def selected(copy: Projection, deed: Asked) -> Selected:
    return Selected(copy.catalogue, deed, now_ms=NOW_MS, zone="UTC")


def times(copy: Projection, deed: Asked) -> int:
    chosen = selected(copy, deed)
    question = render(chosen.rows(chosen.time_ms))
    with copy.asking(question.sql, question.values) as cursor:
        return len(cursor.fetchall())


@pytest.mark.parametrize(
    ("deed", "events"),
    [
        (A, 2),
        (Did("A", days=3), 1),
        (Did("A", (Filter("p", ">", 1),)), 1),
        (Did("A", also=(Doing("B"),)), 3),
        (Did("A", (Filter("q", "exists"),), also=(Doing("B", (Filter("q", "exists"),)),)), 2),
        (Did("A", (Filter("q", "does_not_exist"),)), 1),
        (DidNot("Unheard of"), 0),
        (DidFirst("A", (Filter("p", ">", 1),), days=3), 2),
    ],
    ids=str,
)
def test_a_condition_reads_its_own_events_and_no_others(
    copy: Projection, deed: Asked, events: int
) -> None:
    """The first time is asked of every event, since it is the first ever."""
    assert times(copy, deed) == events


def test_what_lies_elsewhere_can_be_skipped_unread(copy: Projection) -> None:
    """A comparison inside a function is one that DuckDB cannot hold against a block's bounds."""
    chosen = selected(copy, Did("A", (Filter("p", ">", 1),), also=(Doing("B"),), days=3))
    where = render(chosen.rows(chosen.no)).sql.split("WHERE")[1]
    assert "scope IN" in where
    assert "time_ms >=" in where
    assert "coalesce" not in where


@pytest.mark.parametrize(
    ("deed", "name", "kinds"),
    [
        (A, "p", {Kind.NUMBER}),
        (Did("A", also=(Doing("B"),)), "p", {Kind.NUMBER, Kind.TEXT}),
        (Did("B"), "q", {Kind.TEXT, Kind.NUMBER, Kind.FLAG}),
        (Did("C"), "p", set()),
    ],
)
def test_only_kinds_of_values_that_there_may_be_are_asked_for(
    copy: Projection, deed: Asked, name: str, kinds: set[Kind]
) -> None:
    assert selected(copy, deed).kinds(name) == kinds


def test_conditions_on_the_same_events_have_one_key_whatever_they_ask() -> None:
    assert key(A) == key(DidNot("A")) == key(DidSum("A", "p", Amount(">", 1)))


@pytest.mark.parametrize(
    "other",
    [
        Did("B"),
        Did("A", days=3),
        Did("A", weekdays=("monday",)),
        Did("A", time_of_day=("08:00", "09:00")),
        Did("A", also=(Doing("B"),)),
        Did("A", (Filter("p", "equals", 1),)),
        Did("A", (Filter("p", "equals", True),)),
        DidFirst("A"),
    ],
    ids=str,
)
def test_other_events_have_another_key(other: Asked) -> None:
    """True and 1 are equal to Python; a filter on the one is none on the other."""
    others: list[Asked] = [A, Did("A", (Filter("p", "equals", "1"),)), DidFirst("A", days=3)]
    assert key(other) not in {key(each) for each in others}
    assert key(Did("A", (Filter("p", "equals", 1),))) != key(
        Did("A", (Filter("p", "equals", True),))
    )
