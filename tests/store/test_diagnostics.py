from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from domain.audience import All, Amount, Did, DidSum, Filter, Not, Property
from domain.goal import Goal
from domain.mismatch import of_goal
from store import catalogue
from store.diagnostics import misfits, mismatches
from store.projection import Projection
from tests.store.copies import event, person, rows

TREE = All(
    (
        Not(Property("plan", "equals", "pro")),
        Property("renews", "after", "2026-01-01"),
        Did("Bought", (Filter("item", "contains", "tea"),)),
        DidSum("Bought", "price", Amount(">", 1)),
        DidSum("Unheard of", "price", Amount(">", 1)),
    )
)
PEOPLE = [
    person("a", plan="pro", renews="2026-01-02"),
    person("b", plan=5, renews="soon"),
    person("c", plan=[5, "pro"], renews=1_774_800_000),
    person("d", plan={"name": "pro"}),
    person("e", plan=None),
]
EVENTS = [
    event(1, "a", "Bought", price=5, item="tea"),
    event(2, "a", "Bought", price="5", item=7),
    event(3, "b", "Bought", price=True, item=["x"]),
    event(4, "b", "Viewed", price="5"),
    event(5, "c", "Bought"),
]
EXPECTED = {
    (None, "plan"): 2,
    (None, "renews"): 1,
    ("Bought", "item"): 1,
    ("Bought", "price"): 2,
}


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Projection]:
    copy = Projection.open(tmp_path / "audience.duckdb")
    yield copy
    copy.close()


def test_values_of_another_type_are_counted(copy: Projection) -> None:
    copy.catch_up(rows(EVENTS), PEOPLE)
    found = {(each.asked.event, each.asked.name): each.count for each in mismatches(copy, TREE)}
    assert found == EXPECTED


def test_they_are_counted_among_items_too(
    copy: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "COLUMNS_PER_KIND_MAX", 0)
    copy.rebuild()
    copy.catch_up(rows(EVENTS), PEOPLE)
    found = {(each.asked.event, each.asked.name): each.count for each in mismatches(copy, TREE)}
    assert found == EXPECTED


def test_an_audience_whose_types_fit_has_no_line(copy: Projection) -> None:
    copy.catch_up(rows(EVENTS), PEOPLE)
    assert mismatches(copy, All(())) == []


def test_events_of_other_names_are_skipped_unread(
    copy: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among 20 million events it took longer to look for such values than to count the users."""
    copy.catch_up(rows(EVENTS), PEOPLE)
    statements: list[str] = []
    asking = Projection.asking

    def asked(self: Projection, sql: str, values: Sequence[Any]) -> Any:
        statements.append(sql)
        return asking(self, sql, values)

    monkeypatch.setattr(Projection, "asking", asked)
    (found,) = mismatches(copy, DidSum("Bought", "price", Amount(">", 1)))
    assert found.count == 2
    assert "WHERE events.scope IN ($" in statements[0]
    assert mismatches(copy, DidSum("Unheard of", "price", Amount(">", 1))) == []


def test_amounts_of_a_goal_that_came_as_text_are_counted(copy: Projection) -> None:
    copy.catch_up(rows(EVENTS), PEOPLE)
    asked = of_goal(Goal("Bought", revenue="price"))
    assert [each.count for each in misfits(copy, asked)] == [2]
    assert misfits(copy, of_goal(Goal("Unheard of", revenue="price"))) == []
