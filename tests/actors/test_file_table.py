from pathlib import Path

import pytest

from actors.file_table import CELL_CHARS_MAX, COLUMNS_MAX, BadRow, Row, Table, open_table
from actors.file_text import reading
from domain.problem import Problem


def table(tmp_path: Path, content: str | bytes, delimiter: str = "") -> Table | list[Problem]:
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with reading(path) as opened:
        found = open_table(opened, delimiter=delimiter)
        if isinstance(found, Table):
            rows = list(found.rows())
            found.rows = lambda: iter(rows)  # type: ignore[method-assign]  # the file is closed
        return found


def rows(tmp_path: Path, content: str | bytes) -> list[Row | BadRow]:
    found = table(tmp_path, content)
    assert isinstance(found, Table), found
    return list(found.rows())


def lines_of_bad(found: list[Row | BadRow]) -> list[int | None]:
    return [each.problem.line for each in found if isinstance(each, BadRow)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_any_delimiter_and_any_end_of_line_is_understood(
    tmp_path: Path, end: str, mark: str
) -> None:
    text = end.join([f"identity{mark}name", f'u1{mark}"a{mark}b"', "", f"u2{mark}c", ""])
    found = table(tmp_path, text)
    assert isinstance(found, Table)
    assert found.header == ("identity", "name")
    assert list(found.rows()) == [Row(2, ["u1", f"a{mark}b"]), Row(4, ["u2", "c"])]


def test_a_quoted_cell_may_hold_ends_of_lines_and_rows_keep_their_line(tmp_path: Path) -> None:
    found = rows(tmp_path, 'a,b\r\n1,"x\r\ny ""z"""\r\n3,4\r\n')
    assert found == [Row(2, ["1", 'x\r\ny "z"']), Row(4, ["3", "4"])]


def test_every_bad_row_is_named_and_all_others_are_read(tmp_path: Path) -> None:
    found = rows(tmp_path, b'a,b\n1\n2,3\n4,"a"b\n5,6\n7,\xe9\n8,\x00\n9,10,11\n12,13\n14,"x\n')
    assert [each.cells for each in found if isinstance(each, Row)] == [
        ["2", "3"],
        ["5", "6"],
        ["12", "13"],
    ]
    assert lines_of_bad(found) == [2, 4, 6, 7, 8, 10]


def test_a_quote_that_is_never_closed_does_not_take_the_rest_of_the_file(tmp_path: Path) -> None:
    text = 'a,b\n1,"open\n' + "2,3\n" * CELL_CHARS_MAX
    found = rows(tmp_path, text)
    assert lines_of_bad(found) == [2]
    assert len(found) > CELL_CHARS_MAX // 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "It is empty."),
        (b"\n\n", "It is empty."),
        (b"a,,b\n", "Column 2 has no name."),
        (b"a,b,a\n", "2 columns are called"),
        (b"a,\xe9\n", "not text"),
        (b"a" * (CELL_CHARS_MAX + 1), "The first line has more than"),
        (b",".join(b"c%d" % n for n in range(COLUMNS_MAX + 1)), f"{COLUMNS_MAX + 1} columns"),
        (b'a,"b"c\n', "A quote stands in the middle"),
    ],
)
def test_a_header_that_is_none_ends_the_matter(tmp_path: Path, content: bytes, said: str) -> None:
    found = table(tmp_path, content)
    assert isinstance(found, list)
    assert said in found[0].what
    assert found[0].fix


def test_a_delimiter_inside_quotes_does_not_count_and_a_named_one_does(tmp_path: Path) -> None:
    header = '"a,b,c";d\n'
    found = table(tmp_path, header)
    assert isinstance(found, Table)
    assert found.header == ("a,b,c", "d")
    found = table(tmp_path, "a;b,c\n", ",")
    assert isinstance(found, Table)
    assert found.header == ("a;b", "c")


def test_what_an_export_made_safe_for_spreadsheets_is_read_as_it_was(tmp_path: Path) -> None:
    (found,) = rows(tmp_path, "identity,'=note\n'=u1,''=x\n")
    assert isinstance(found, Row)
    assert found.cells == ["=u1", "'=x"]
    header = table(tmp_path, "identity,'=note\n")
    assert isinstance(header, Table)
    assert header.header == ("identity", "=note")
