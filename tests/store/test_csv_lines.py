import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.csv_lines import first_two, lines, records

CELLS = st.text(st.sampled_from("a,\"\r\n'; \t\0é"), max_size=4)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.tuples(*[CELLS] * width), min_size=1, max_size=6)
)


@given(TABLES)
def test_they_are_what_pythons_own_writer_makes_of_the_rows(rows: list[tuple[str, ...]]) -> None:
    wanted = io.StringIO(newline="")
    csv.writer(wanted).writerows(rows)
    assert lines(list(zip(*rows, strict=True))) == wanted.getvalue()


@given(TABLES)
def test_they_are_told_apart_again_and_say_their_second_cell(rows: list[tuple[str, ...]]) -> None:
    whole = [("gi"[n % 2], *row) for n, row in enumerate(rows)]
    written = lines(list(zip(*whole, strict=True)))
    found = list(records(io.StringIO(written, newline="")))
    assert "".join(found) == written
    assert [first_two(line) for line in found] == [row[:2] for row in whole]


def test_no_rows_are_no_lines() -> None:
    assert lines([[], []]) == ""


def test_columns_of_unlike_lengths_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="shorter"):
        lines([["a", "b"], ["1"]])
