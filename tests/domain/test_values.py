import sys
import unicodedata
from typing import Any

import pytest

from domain.values import fold, items, moment, number


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, []),
        ([], []),
        ([None], []),
        ("a", ["a"]),
        (["a", None, 1], ["a", 1]),
        (0, [0]),
        (False, [False]),
        ({"a": 1}, [{"a": 1}]),
        ([[1]], [[1]]),
    ],
)
def test_a_value_is_its_items_and_null_is_nothing(value: Any, expected: list[Any]) -> None:
    assert list(items(value)) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (5, 5.0),
        (5.5, 5.5),
        (-0.0, 0.0),
        (True, None),
        ("5", None),
        (10**400, None),
        (float("nan"), None),
        (float("inf"), None),
        ({}, None),
    ],
)
def test_a_number_is_finite_and_no_boolean(item: Any, expected: float | None) -> None:
    assert number(item) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("1970-01-02", 86_400_000),
        ("1970-01-01T00:00:01Z", 1_000),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1970-01-01 00:00:00.005", 5),
        ("0001-01-01T00:00:00+14:00", -62_135_647_200_000),
        ("9999-12-31T23:59:59-14:00", 253_402_351_199_000),
        (86_400, 86_400_000),
        (1_774_800_000, 1_774_800_000_000),
        (1_774_800_000_000, 1_774_800_000_000),
        (-1, -1_000),
        ("19700102", None),
        ("1970-13-01", None),
        ("soon", None),
        ("", None),
        (True, None),
        (None, None),
    ],
)
def test_a_moment_is_an_iso_date_or_epoch_seconds_or_milliseconds(
    item: Any, expected: int | None
) -> None:
    assert moment(item) == expected


def test_folding_changes_no_length_so_that_sql_can_do_the_same() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    assert [c for c in every if unicodedata.category(c) != "Cn" and len(fold(c)) != 1] == []


def test_folding_does_not_look_at_the_end_of_a_word() -> None:
    capital, small = "\N{GREEK CAPITAL LETTER SIGMA}", "\N{GREEK SMALL LETTER SIGMA}"
    assert fold(f"A{capital} {capital}a") == f"a{small} {small}a"
