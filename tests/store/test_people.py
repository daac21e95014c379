from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from domain.conditions import Exists
from domain.formula import Around, Every, Formula, Has, No, OnDevice, Some
from domain.people import Place
from store import terms
from store.compiler import render
from store.people import meets
from store.projection import Projection
from tests.store.copies import person

HERE = Place(59.91, 10.75, 1)
EXISTS = Has("plan", Exists())


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Projection]:
    copy = Projection.open(tmp_path / "audience.duckdb")
    copy.catch_up(
        [],
        [
            person("here", latitude=59.91, longitude=10.75, plan="pro"),
            person("list", latitude=[59.91], longitude=10.75),
            person("text", latitude="59.91", longitude=10.75, devices=[{"os": "iOS"}]),
        ],
    )
    yield copy
    copy.close()


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (EXISTS, {"here"}),
        (Around("latitude", "longitude", (HERE,)), {"here"}),
        (Around("latitude", "longitude", ()), set()),
        (Around("latitude", "unheard of", (HERE,)), set()),
        (No(Around("latitude", "longitude", (HERE,))), {"list", "text"}),
        (OnDevice((("os", Exists()),)), {"text"}),
        (Every((EXISTS, No(EXISTS))), set()),
        (Every(()), {"here", "list", "text"}),
        (Some(()), set()),
        (Some((EXISTS, OnDevice((("os", Exists()),)))), {"here", "text"}),
    ],
)
def test_a_formula_is_asked_of_all_users(
    copy: Projection, formula: Formula, expected: set[str]
) -> None:
    users = terms.users(copy.catalogue)
    question = render(sa.select(users.table.c.user).where(meets(formula, users, copy.catalogue)))
    with copy.asking(question.sql, question.values) as cursor:
        assert {user for (user,) in cursor.fetchall()} == expected
