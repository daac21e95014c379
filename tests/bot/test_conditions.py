import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conditions import (
    OPERATORS,
    read_filters,
    read_texts,
    read_value,
    write_filters,
    write_texts,
    write_value,
)
from domain.audience import Filter, Scalar

SCALARS = (
    st.text(min_size=1, max_size=20)
    | st.booleans()
    | st.integers(min_value=-(10**15), max_value=10**15)
    | st.decimals(min_value=-1000, max_value=1000, places=3).map(float)
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("price >= 50", Filter("price", ">=", 50)),
        ("price>=50.5", Filter("price", ">=", 50.5)),
        ("category is shoes", Filter("category", "equals", "shoes")),
        ("category = shoes", Filter("category", "equals", "shoes")),
        ("is new is true", Filter("is new", "equals", True)),
        ("zip is 01234", Filter("zip", "equals", "01234")),
        ('code is "7"', Filter("code", "equals", "7")),
        ("category IS NOT shoes", Filter("category", "not_equals", "shoes")),
        ("country is one of NO, SE", Filter("country", "in", ("NO", "SE"))),
        ("price between 10, 20", Filter("price", "between", (10, 20))),
        ("coupon is known", Filter("coupon", "exists")),
        ("coupon is not known", Filter("coupon", "does_not_exist")),
        ("island starts with N", Filter("island", "starts_with", "N")),
    ],
)
def test_a_comparison_reads_as_it_is_said(line: str, expected: Filter) -> None:
    assert read_filters(line) == (expected,)


def test_lines_that_are_no_comparison_are_all_named() -> None:
    found = read_filters("price >= 50\nfoo\n\nbar")
    assert isinstance(found, str)
    assert '"foo"' in found
    assert '"bar"' in found


def test_every_operator_can_be_typed() -> None:
    for op, words in OPERATORS.items():
        found = read_filters(f"price {words} 5")
        assert not isinstance(found, str)
        assert found[0].op == op


@given(SCALARS)
def test_a_value_that_is_shown_reads_as_itself(value: Scalar) -> None:
    again = read_value("equals", write_value(value))
    assert (again, type(again)) == (value, type(value))


@given(st.lists(SCALARS, min_size=1, max_size=5).map(tuple))
def test_a_list_that_is_shown_reads_as_itself(values: tuple[Scalar, ...]) -> None:
    assert read_value("in", write_value(values)) == values


def test_comparisons_that_are_shown_read_as_themselves() -> None:
    filters = (Filter("price", ">", 50), Filter("coupon", "exists"), Filter("a", "in", ("x", 'y"')))
    assert read_filters(write_filters(filters)) == filters


@given(st.lists(st.text(min_size=1, max_size=20), max_size=5).map(tuple))
def test_texts_that_are_written_out_read_as_themselves(texts: tuple[str, ...]) -> None:
    assert read_texts(write_texts(texts)) == texts


def test_texts_are_separated_by_commas() -> None:
    assert read_texts(' spring, "a, b",,"oh') == ("spring", "a, b", '"oh')
