from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from domain.audience import EVERYONE, CustomList, Property
from domain.chance import draw_order
from domain.facts import User
from domain.formula import flat
from store import attributes, catalogue, member_file
from store.attributes import Page
from store.projection import Projection
from tests.store.copies import DRAW, NOW_MS, person
from tests.store.oddities import ODD, SCALARS
from tests.store.worlds import Draws


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Projection]:
    copy = Projection.open(tmp_path / "audience.duckdb")
    yield copy
    copy.close()


def pages(copy: Projection, *names: str, **how: Any) -> list[Page]:
    asked: dict[str, Any] = {"now_ms": NOW_MS, "zone": "UTC", "draw": DRAW} | how
    return list(attributes.pages(copy, asked.pop("who", EVERYONE), names, **asked))


def told(copy: Projection, *names: str) -> dict[str, Sequence[Any]]:
    """Return what is told of each user; of those beyond, nothing."""
    return {
        user: ["beyond"] if place in page.beyond else [column[place] for column in page.columns]
        for page in pages(copy, *names)
        for place, user in enumerate(page.users)
    }


def test_a_value_is_told_as_the_profile_has_it_or_not_at_all(copy: Projection) -> None:
    """One column a type: what a text, a flag and a number of the same name say is kept apart."""
    values = [*SCALARS, *ODD]
    copy.catch_up([], [person(f"u{n}", n, key=value) for n, value in enumerate(values)])
    found = told(copy, "key")
    for n, value in enumerate(values):
        (said,) = found[f"u{n}"]
        if said == "beyond":
            assert isinstance(value, list | dict) or abs(value) >= 2**53
        elif said is None:
            assert value in (None, [], [None])
        else:
            assert (said, isinstance(said, bool)) == (value, isinstance(value, bool))


def test_a_user_with_a_list_under_a_name_that_was_not_asked_for_is_told_whole(
    copy: Projection,
) -> None:
    copy.catch_up([], [person("ann", plan="pro", tags=["a"]), person("bob", plan=["pro"])])
    assert told(copy, "plan") == {"ann": ["pro"], "bob": ["beyond"]}


def test_columns_come_in_the_order_of_the_names_and_as_often(copy: Projection) -> None:
    copy.catch_up([], [person("ann", plan="pro", age=5), person("bob", plan=1)])
    assert told(copy, "age", "plan", "nothing", "age") == {
        "ann": [5, "pro", None, 5],
        "bob": [None, 1, None, None],
    }


def test_what_had_no_column_left_is_beyond(
    copy: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "COLUMNS_PER_KIND_MAX", 1)
    copy.catch_up([], [person("ann", plan="pro", city="Oslo")])
    assert told(copy, "plan", "city") == {"ann": ["beyond"]}
    assert told(copy, "plan") == {"ann": ["pro"]}


def test_pages_are_in_the_order_of_the_draw(
    copy: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attributes, "ROWS_PER_FETCH", 3)
    people: list[User] = [person(f"u{n}", 7 * n, n=n) for n in range(8)]
    copy.catch_up([], people)
    wanted = [user.user for user in sorted(people, key=lambda user: draw_order(user.h, *DRAW))]
    found = pages(copy, "n")
    assert [len(page.users) for page in found] == [3, 3, 2]
    assert [user for page in found for user in page.users] == wanted
    assert [f"u{n:.0f}" for page in found for n in page.columns[0]] == wanted
    (few,) = pages(copy, at_most=2)
    assert list(few.users) == wanted[:2]


def test_only_who_is_in_the_audience_is_told_of(copy: Projection) -> None:
    copy.catch_up([], [person("ann", plan="pro"), person("bob", plan="free"), person("eve")])
    for who in (Property("plan", "equals", "pro"), CustomList("VIPs")):
        (page,) = pages(copy, "plan", who=who, lists={"VIPs": ["ann", "zoe"]})
        assert (page.users, page.columns) == (["ann"], [["pro"]])
    assert pages(copy, "plan", who=Property("plan", "equals", "gold")) == []


@pytest.mark.parametrize("columns", [catalogue.COLUMNS_PER_KIND_MAX, 1])
def test_cells_made_of_columns_are_those_that_profiles_would_make(
    copy: Projection, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setattr(catalogue, "COLUMNS_PER_KIND_MAX", columns)
    whole = 0
    for seed in range(4):
        users = Draws(seed).world(1).users
        copy.rebuild()
        copy.catch_up([], users)
        for name in sorted({name for user in users for name in flat(user.traits)}):
            found = told(copy, name)
            for user in users:
                (value,) = found[user.user]
                if value != "beyond":
                    whole += 1
                    wanted = flat(user.traits).get(name)
                    assert member_file.cell(value) == member_file.cell(wanted), (seed, name)
    assert whole > 100
