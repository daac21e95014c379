from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from domain.audience import Count, DidMostly, Node, SameValue, Scalar, Step, StepNot
from store.compiler import Compiler, render
from store.projection import Projection
from tests.store.copies import NOW_MS, event, person, rows, selected

HISTORY: dict[str, list[Any]] = {
    "twice": ["shoe", "shoe", "hat"],
    "tie": ["shoe", "hat"],
    "other": ["hat", "hat", "shoe"],
    "number": [1, 1, "1"],
    "flag": [True, True, 1],
    "list": [["shoe"], ["shoe"]],
    "nothing": [None, None],
}


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Projection]:
    """Everybody viewed items in this order, and bought the last one under another name."""
    copy = Projection.open(tmp_path / "audience.duckdb")
    did = [(user, each) for user, values in HISTORY.items() for each in values]
    views = [event(n, user, "View", item=each) for n, (user, each) in enumerate(did, 1)]
    buys = [
        event(len(did) + n, user, "Buy", sku=values[-1])
        for n, (user, values) in enumerate(HISTORY.items(), 1)
    ]
    copy.catch_up(rows([*views, *buys]), [person(user) for user in HISTORY])
    yield copy
    copy.close()


@pytest.mark.parametrize(
    ("value", "users"), [("shoe", {"twice"}), ("hat", {"other"}), (1, {"number"}), (True, {"flag"})]
)
def test_the_most_frequent_value_is_of_its_type_and_has_no_tie(
    copy: Projection, value: Scalar, users: set[str]
) -> None:
    assert selected(copy, DidMostly("View", "item", value)) == users


def test_one_value_must_hold_for_every_step(copy: Projection) -> None:
    twice = Step("View", count=Count(">=", 2))
    assert selected(copy, SameValue("item", (twice,))) == {"twice", "other", "number", "flag"}
    bought = Step("Buy", property="sku")
    assert selected(copy, SameValue("item", (Step("View"), bought))) == HISTORY.keys() - {
        "list",
        "nothing",
    }
    not_bought = StepNot("Buy", property="sku")
    found = selected(copy, SameValue("item", (twice,), (not_bought,)))
    assert found == {"twice", "other", "number", "flag"}
    assert selected(copy, SameValue("item", (Step("View"),), (not_bought,))) == {
        "twice",
        "tie",
        "other",
        "number",
        "flag",
    }


@pytest.mark.parametrize(
    "node",
    [
        DidMostly("Unheard of", "item", 1),
        DidMostly("View", "unheard of", 1),
        SameValue("unheard of", (Step("View"),)),
        SameValue("item", (Step("Unheard of"),), (StepNot("View"),)),
    ],
    ids=str,
)
def test_what_was_never_seen_is_nobodys_and_no_error(copy: Projection, node: Node) -> None:
    assert selected(copy, node) == set()


def test_a_value_that_never_happened_can_be_missed(copy: Projection) -> None:
    node = SameValue("item", (Step("View"),), (StepNot("Unheard of"),))
    assert selected(copy, node) == HISTORY.keys() - {"list", "nothing"}


def test_kinds_that_nobody_has_are_not_grouped_by(copy: Projection) -> None:
    asked = Compiler(copy.catalogue, now_ms=NOW_MS, zone="UTC").ask(
        SameValue("sku", (Step("Buy"),))
    )
    sql = render(sa.select(asked.source.c.no).where(asked.condition)).sql
    assert "json" not in sql.lower()
    copy.catch_up(rows([event(99, "twice", "Ring", tone="C"), event(100, "tie", "Ring", tone="C")]))
    asked = Compiler(copy.catalogue, now_ms=NOW_MS, zone="UTC").ask(
        SameValue("tone", (Step("Ring", count=Count("=", 1)),))
    )
    sql = render(sa.select(asked.source.c.no).where(asked.condition)).sql
    assert sql.split("GROUP BY")[1].count(",") == 1
