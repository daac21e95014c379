from collections.abc import Iterator

import duckdb
import pytest

from store import numbers
from store.numbers import Numbers


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute(numbers.CREATE)
        yield made


def test_a_user_keeps_the_number_and_a_new_one_gets_the_next(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    given = Numbers(connection)
    assert given.of(["ben", "anna"]) == {"ben": 1, "anna": 2}
    assert given.of(["anna", "cleo"]) == {"anna": 2, "cleo": 3}
    assert Numbers(connection).of(["dora", "ben"]) == {"dora": 4, "ben": 1}


def test_what_was_rolled_back_was_never_given(connection: duckdb.DuckDBPyConnection) -> None:
    connection.begin()
    Numbers(connection).of(["anna"])
    connection.rollback()
    assert Numbers(connection).of(["ben"]) == {"ben": 1}


def test_nobody_needs_no_number(connection: duckdb.DuckDBPyConnection) -> None:
    assert Numbers(connection).of([]) == {}


@pytest.mark.parametrize("user", ["", "'; DROP TABLE person; --", "a\0b", "Пальто 😀"])
def test_ids_are_data_whatever_they_look_like(
    connection: duckdb.DuckDBPyConnection, user: str
) -> None:
    given = Numbers(connection)
    assert given.of([user]) == given.of([user]) == {user: 1}
