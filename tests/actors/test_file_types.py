from typing import Any

import pytest

from actors import file_types
from actors.file_types import Column, Guess, Kind, Wrong, split_header, value


def kinds(cells: list[str], name: str = "x") -> Kind:
    guess = Guess([name])
    for cell in cells:
        guess.see([cell])
    (column,) = guess.columns()
    return column.kind


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "", "-2.5", " 3 ", "0"], Kind.NUMBER),
        (["1", "0150"], Kind.TEXT),
        (["1", "+47"], Kind.TEXT),
        (["1e5"], Kind.TEXT),
        (["1234567890123456"], Kind.TEXT),
        (["nan"], Kind.TEXT),
        (["1,5"], Kind.TEXT),
        (["true", "False", ""], Kind.FLAG),
        (["true", "1"], Kind.TEXT),
        (["1", "0"], Kind.NUMBER),
        (["", ""], Kind.TEXT),
        ([], Kind.TEXT),
        (["2026-03-29"], Kind.TEXT),
    ],
)
def test_the_whole_column_decides(cells: list[str], kind: Kind) -> None:
    assert kinds(cells) is kind


def test_codes_are_text_by_their_name_and_a_header_has_the_last_word() -> None:
    assert kinds(["150"], "ZIP") is Kind.TEXT
    assert kinds(["150"], "zip:number") is Kind.NUMBER
    assert kinds(["5.10"], "app_version") is Kind.TEXT  # as a number it would be 5.1
    assert kinds(["150"], "age:text") is Kind.TEXT


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("age:number", ("age", Kind.NUMBER)),
        ("utm:source", ("utm:source", None)),
        ("a:b:list", ("a:b", Kind.LIST)),
        (":text", (":text", None)),
        ("plain", ("plain", None)),
    ],
)
def test_a_header_may_name_a_type(name: str, said: tuple[str, Kind | None]) -> None:
    assert split_header(name) == said


@pytest.mark.parametrize(
    ("kind", "cell", "meant"),
    [
        (Kind.TEXT, " a ", " a "),
        (Kind.NUMBER, "12", 12),
        (Kind.NUMBER, "-2.50", -2.5),
        (Kind.FLAG, "TRUE", True),
        (Kind.DATE, "2026-03-29", "2026-03-29"),
        (Kind.DATE, "$D_0", "1970-01-01T00:00:00Z"),
        (Kind.LIST, "a| b ||c", ["a", "b", "c"]),
    ],
)
def test_a_cell_means_what_its_column_holds(kind: Kind, cell: str, meant: Any) -> None:
    assert value(Column("x", kind, given=True), cell) == meant
    assert type(value(Column("x", kind, given=True), cell)) is type(meant)


@pytest.mark.parametrize(
    ("kind", "cell"),
    [(Kind.NUMBER, "12 kr"), (Kind.FLAG, "yes"), (Kind.DATE, "29.03.2026")],
)
def test_a_cell_that_is_something_else_is_told(kind: Kind, cell: str) -> None:
    found = value(Column("x", kind, given=True), cell)
    assert isinstance(found, Wrong)
    assert cell in found.what


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("age:int", Kind.NUMBER),
        ("age: Number", Kind.NUMBER),
        ("age:nubmer", Kind.NUMBER),
        ("vip:Boolean", Kind.FLAG),
        ("born:datetime", Kind.DATE),
        ("tags:lists", Kind.LIST),
        ("utm:source", None),
        ("og:title", None),
        (":int", None),
        ("age", None),
    ],
)
def test_a_type_that_there_is_not_is_understood_where_it_can_be(
    name: str, kind: Kind | None
) -> None:
    assert file_types.meant(name) is kind
