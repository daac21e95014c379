import pytest
from msgspec import structs

from bot.wizard.alsos import Also
from bot.wizard.deeds import Deed, row_of_deed, say_deed
from bot.wizard.operands import Compared
from bot.wizard.reading import Reading
from bot.wizard.row import ALSO_MAX, Row
from domain.audience import (
    Amount,
    Count,
    Did,
    DidAverage,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Doing,
    Filter,
)

ALSO = (Doing("B", (Filter("price", ">", 50), Filter("a b", "in", ("x", "42")))), Doing("C"))


def block(name: str, no: int | None = None) -> str:
    return name if no is None else f"{name}.{no}"


def said(row: Row) -> tuple[Deed, dict[str, str]]:
    reading = Reading()
    return say_deed(row, reading, block), reading.errors


@pytest.mark.parametrize(
    ("node", "boxes"),
    [
        (Did("A", also=ALSO), ("also",)),
        (DidNot("A", time_of_day=("22:00", "04:00")), ("clock",)),
        (Did("A", weekdays=("sunday", "saturday")), ("clock",)),
        (Did("A", count=Count("<", 3, include_zero=True)), ("zero",)),
        (DidOnDays("A", count=Count("=", 0, include_zero=True)), ("zero",)),
        (DidSum("A", "price", Amount("<", 9.5, include_zero=True)), ("zero",)),
        (DidAverage("A", "price", Amount(">=", 10), also=ALSO, weekdays=("monday",)),
         ("also", "clock")),
        (DidMostly("A", "genre", "jazz"), ()),
        (DidMostly("A", "live", value=False), ()),
        (DidShare("A", "size", 0, 30), ()),
        (DidShare("A", "size", "42", 100, days=30), ()),
    ],
)  # fmt: skip
def test_what_people_do_is_entered_as_it_is_said(node: Deed, boxes: tuple[str, ...]) -> None:
    row = row_of_deed(node, 7)
    assert row is not None
    assert (row.no, row.boxes) == (7, boxes)
    again, errors = said(row)
    assert repr(again) == repr(node)
    assert errors == {}


@pytest.mark.parametrize(
    "node",
    [
        Did("A", also=(Doing("B"), Doing("B", (Filter("a", "exists"),)))),
        Did("A", also=tuple(Doing(f"B{n}") for n in range(ALSO_MAX + 1))),
        Did("A", also=(Doing("B", (Filter("a", "equals", "x" * 900),) * 4),)),
        Did("A", time_of_day=("22:00", "24:00")),
        Did("A", weekdays=("monday", "monday")),
        DidMostly("A", "genre", float("inf")),
    ],
)
def test_what_the_inputs_have_no_room_for_is_no_row(node: Deed) -> None:
    row = row_of_deed(node, 0)
    assert row is None or said(row)[0] != node or said(row)[1]


def test_what_belongs_to_a_box_is_said_only_while_it_is_ticked() -> None:
    row = Row(0, "did", "A", also=(Also(0, "B"),), weekdays=("monday",), time_from="09:00")
    assert said(row) == (Did("A"), {})
    full = structs.replace(row, boxes=("also", "clock", "zero"), time_to="17:00")
    assert said(full)[0] == Did(
        "A",
        count=Count(include_zero=True),
        also=(Doing("B"),),
        time_of_day=("09:00", "17:00"),
        weekdays=("monday",),
    )


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (Row(0, "did_mostly", "A"), {"any"}),
        (Row(0, "did_share", "A", compared=Compared(operand="x"), percent=""), {"percent"}),
        (Row(0, "did", boxes=("clock",), time_from="09:00"), {"time_to"}),
        (Row(0, "did", boxes=("also",), also=(Also(3, "B", "nonsense"),)), {"also_where.3"}),
    ],
)
def test_what_cannot_be_read_is_said_at_its_input(row: Row, wrong: set[str]) -> None:
    assert set(said(row)[1]) == wrong
