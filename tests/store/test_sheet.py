from typing import Any

import duckdb
import pytest

from store import catalogue
from store.catalogue import Catalogue
from store.sheet import Sheet


@pytest.fixture
def sheet() -> Sheet:
    with duckdb.connect() as connection:
        connection.execute(catalogue.CREATE)
        found = Catalogue(connection)
    return Sheet(found, found.assign_scope("Bought"))


def test_rows_have_every_column_that_any_of_them_needs(sheet: Sheet) -> None:
    sheet.add((1,), 1, {"price": 5})
    sheet.add((2,), 2, {"item": "shoe", "price": 6, "gift": True})
    assert sheet.rows() == (["s1", "n1", "b1"], [(1, None, 5.0, None), (2, "shoe", 6.0, True)])


def test_rows_are_sorted_so_that_neighbours_in_time_lie_together(sheet: Sheet) -> None:
    for time_ms in (30, 10, 20):
        sheet.add((time_ms,), time_ms, {})
    assert sheet.rows() == ([], [(10,), (20,), (30,)])


def test_a_text_that_reads_as_a_moment_fills_two_columns(sheet: Sheet) -> None:
    sheet.add((1,), 1, {"day": "1970-01-02"})
    assert sheet.rows() == (["s1", "t1"], [(1, "1970-01-02", 86_400_000)])


@pytest.mark.parametrize("value", [None, [], [None]])
def test_nothing_leaves_no_trace(sheet: Sheet, value: Any) -> None:
    sheet.add((1,), 1, {"empty": value})
    assert (sheet.rows(), sheet.items) == (([], [(1,)]), [])


def test_a_list_becomes_items_of_every_type(sheet: Sheet) -> None:
    sheet.add((1,), 1, {"mixed": ["a", 1, True, None, "1970-01-01", [2], {"b": 3}]})
    assert sheet.items == [
        (1, "mixed", "a", None, None, None, False),
        (1, "mixed", None, 1.0, None, None, False),
        (1, "mixed", None, None, True, None, False),
        (1, "mixed", "1970-01-01", None, None, 0, False),
        (1, "mixed", None, None, None, None, False),
        (1, "mixed", None, None, None, None, False),
    ]


@pytest.mark.parametrize("value", [{"a": 1}, {}, 10**400])
def test_what_cannot_be_compared_exists_all_the_same(sheet: Sheet, value: Any) -> None:
    sheet.add((1,), 1, {"odd": value})
    assert sheet.items == [(1, "odd", None, None, None, None, True)]


def test_a_value_beyond_the_columns_becomes_an_item(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "COLUMNS_PER_KIND_MAX", 0)
    sheet.add((1,), 1, {"day": "1970-01-02"})
    assert sheet.items == [
        (1, "day", "1970-01-02", None, None, None, True),
        (1, "day", None, None, None, 86_400_000, True),
    ]
