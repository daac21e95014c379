import pytest

from actors.mail_names import Type
from bot.wizard.operands import Compared
from bot.wizard.ranges import RangeValues
from bot.wizard.reading import Reading
from bot.wizard.row import COMPARED_MAX, KINDS, Row
from bot.wizard.rows import named_properties, row_of, say_row, typed
from domain.audience import (
    Age,
    All,
    Amount,
    Count,
    CustomList,
    Dates,
    Did,
    DidAverage,
    DidFirst,
    DidNot,
    DidOnDays,
    DidSum,
    Filter,
    Hours,
    Near,
    Node,
    Not,
    Place,
    Property,
    SameValue,
    Saved,
    Step,
)


def block(name: str, no: int | None = None) -> str:
    return name if no is None else f"{name}.{no}"


def said(row: Row) -> tuple[Node, dict[str, str]]:
    reading = Reading()
    return say_row(row, reading, block), reading.errors


WHERE = (Filter("price", ">", 50), Filter("category", "in", ("shoes", "42")))


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        (Property("plan", "equals", "pro"), "property"),
        (Property("seen", "before_last_days", 30), "property"),
        (Did("A", WHERE, Count(">=", 2), 30), "did"),
        (Did("A", count=Count("between", (2, 5))), "did"),
        (DidNot("A", WHERE, period=Hours(6)), "did_not"),
        (DidFirst("A", period=Dates("2026-01-01", None)), "did_first"),
        (DidOnDays("A", count=Count(">", 3)), "did_on_days"),
        (DidSum("A", "price", Amount(">=", 99.5), days=90), "did_sum"),
        (DidAverage("A", "price", Amount("between", (10, 20.5))), "did_average"),
        (Saved("Loyal"), "saved"),
        (Not(Saved("Loyal")), "not_saved"),
        (CustomList("VIPs"), "list"),
        (Not(CustomList("VIPs")), "not_list"),
        (Not(Did("A")), "did"),
        (Not(Property("a", "in", ("x", "y"))), "property"),
        (Not(Age("<", 18)), "age"),
        (Near((Place(59.91, 10.75, 25),)), "near"),
    ],
)
def test_a_condition_is_a_row_that_says_it_again(node: Node, kind: str) -> None:
    row = row_of(node, 3)
    assert (row.kind, row.no) == (kind, 3)
    assert said(row) == (node, {})
    assert kind in KINDS


@pytest.mark.parametrize(
    "node",
    [
        All((Saved("a"),)),
        Not(All((Saved("a"),))),
        Not(DidNot("A")),
        Not(Not(Did("A"))),
        SameValue("p", (Step("A"),)),
        Near((Place(1e-07, 10.75, 25),)),
        Did("A", tuple(Filter(f"p{n}", "exists") for n in range(COMPARED_MAX + 1))),
        Property("p", "in", tuple("x" * 40 + str(n) for n in range(100))),
    ],
)
def test_what_no_input_says_is_kept_as_it_is(node: Node) -> None:
    row = row_of(node, 0)
    assert row.kind == "kept"
    assert said(row) == (node, {})


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (Row(0, "property"), {"any"}),
        (Row(0, "did", count=""), {"count"}),
        (Row(0, "did", count_op="between", count="2"), {"counts"}),
        (Row(0, "did_sum", count="much"), {"amount"}),
        (Row(0, "did_average", count_op="between", count="1"), {"amounts"}),
        (Row(0, "did_first", range=RangeValues("days")), {"days"}),
        (Row(0, "did", where=(Compared(4, "price", ">"),)), {"where_any.4"}),
    ],
)
def test_what_cannot_be_read_is_said_at_its_input(row: Row, wrong: set[str]) -> None:
    assert set(said(row)[1]) == wrong


def test_the_types_that_matter_are_those_of_what_is_compared() -> None:
    mine = Row(0, "property", compared=Compared(property="plan"))
    theirs = Row(1, "did", "A", where=(Compared(property="price"), Compared(1)))
    assert named_properties(mine) == (("", "plan"),)
    assert named_properties(theirs) == (("A", "price"),)
    known = typed(
        theirs, lambda event, name: ("number",) if (event, name) == ("A", "price") else ()
    )
    assert [each.types for each in known.where] == [("number",), ()]
    assert typed(mine, lambda _event, _name: ("text",)).compared.types == ("text",)


def test_a_value_is_typed_by_its_event_and_what_is_no_property_by_nobody() -> None:
    mostly = Row(0, "did_mostly", "A", compared=Compared(property="genre"))
    asked: list[tuple[str, str]] = []

    def types(event: str, name: str) -> tuple[Type, ...]:
        asked.append((event, name))
        return ("text",)

    assert named_properties(mostly) == (("A", "genre"),)
    assert typed(mostly, types).compared.types == ("text",)
    for kind in ("device", "age", "saved"):
        row = Row(0, kind, where=(Compared(property="os"),))
        assert named_properties(row) == ()
        assert typed(row, types) == row
    assert asked == [("A", "genre")]
