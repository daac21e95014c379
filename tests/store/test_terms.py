import sys
import unicodedata
from collections.abc import Iterator

import duckdb
import pytest

from domain.conditions import Condition, Exists, Missing, Never, OneOf, Side, Text, Within
from domain.values import fold
from store import catalogue, terms
from store.catalogue import USERS, Catalogue, Kind
from store.compiler import render

NEWER_THAN_DUCKDB = {0xA7CB, 0xA7CC, 0xA7DA, 0xA7DC, *range(0x10D50, 0x10D66)}
"""Capitals of Unicode 16, which DuckDB 2.0 does not know yet."""


@pytest.fixture
def found() -> Iterator[Catalogue]:
    with duckdb.connect() as connection:
        connection.execute(catalogue.CREATE)
        connection.execute("CREATE TABLE users (h INTEGER)")
        found = Catalogue(connection)
        found.assign(USERS, "plan", Kind.TEXT)
        found.assign(USERS, "plan", Kind.NUMBER)
        found.assign(USERS, "tags", Kind.ITEMS)
        found.save()
        yield found


def sql(found: Catalogue, name: str, asked: Condition) -> str:
    users = terms.users(found)
    question = render(users.table.select().where(users.compare(found, USERS, name, asked)))
    return " ".join(question.sql.split(" WHERE ")[-1].split()).partition("WHERE ")[2]


@pytest.mark.parametrize(
    ("name", "asked", "expected"),
    [
        ("plan", OneOf(("a",)), "coalesce(users.s1 IN ($1), false)"),
        ("plan", Text("starts", "a"), "coalesce(starts_with(users.s1, $1), false)"),
        ("plan", Within(low=1), "coalesce(users.n1 >= $1, false)"),
        ("plan", Never(), "false"),
        ("plan", OneOf(flags=(True,)), "false"),
        ("unheard of", Exists(), "false"),
        ("unheard of", Missing(), "true"),
    ],
)
def test_only_the_columns_that_can_meet_a_condition_are_asked(
    found: Catalogue, name: str, asked: Condition, expected: str
) -> None:
    assert sql(found, name, asked) == expected


def test_a_number_that_means_a_moment_is_read_as_seconds_or_milliseconds(found: Catalogue) -> None:
    assert sql(found, "plan", Side("before", 5)).startswith("coalesce(CASE WHEN (abs(users.n1)")


def test_items_are_asked_in_their_own_table(found: Catalogue) -> None:
    assert sql(found, "tags", Exists()).endswith("FROM user_item WHERE user_item.key = $1)")


def test_a_missing_text_lacks_nothing(found: Catalogue) -> None:
    asked = sql(found, "plan", Text("lacks", "a"))
    assert asked == "coalesce(NOT contains(lower(users.s1), $1), false)"


def test_every_character_is_folded_in_sql_as_in_memory() -> None:
    every = [chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    known = [
        c for c in every if ord(c) not in NEWER_THAN_DUCKDB and unicodedata.category(c) != "Cn"
    ]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE one (c VARCHAR)")
        with connection.appender("one") as appender:
            appender.append_rows([(c,) for c in known])
        lower = connection.execute("SELECT c, lower(c) FROM one").fetchall()
    assert [c for c, small in lower if fold(c) != small] == []
