import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.spreadsheet import guard, unguard


@pytest.mark.parametrize("cell", ["=1+1", "@sum", "+cmd|x", "-x", "\t=1", "'=1", "''=1"])
def test_what_a_spreadsheet_would_run_is_a_text_and_comes_back(cell: str) -> None:
    assert guard(cell) == f"'{cell}"
    assert unguard(guard(cell)) == cell


@pytest.mark.parametrize("cell", ["Moss", "'tis", "+47 900 12 345", "-12", "", "'", "o'=x"])
def test_anything_else_is_left_as_it_is(cell: str) -> None:
    assert guard(cell) == unguard(cell) == cell


@given(st.text(alphabet="'=@+-\t\r1a (.", max_size=6))
def test_whatever_is_written_is_what_is_read(cell: str) -> None:
    assert unguard(guard(cell)) == cell
