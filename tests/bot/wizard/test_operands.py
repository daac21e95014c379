import pytest

from actors.mail_names import Type
from bot.conditions import OPERATORS
from bot.wizard.asking import Asking
from bot.wizard.operands import (
    Compared,
    compared_of,
    operand_blocks,
    operand_given,
    operators,
    read_operand,
    renamed,
    shape,
    value_in,
)
from bot.wizard.reading import Reading
from bot.wizard.step import Page, StepName
from domain.audience import Operator, Scalar


def compared(op: str, operand: str = "", *types: Type) -> Compared:
    return Compared(0, "p", op, operand, types)


@pytest.mark.parametrize(
    ("types", "has", "has_not"),
    [
        (("text",), {"equals", "starts_with", "exists"}, {"<", "before"}),
        (("number",), {"equals", "between", ">"}, {"contains", "after"}),
        (("flag",), {"equals", "does_not_exist"}, {"<", "in"}),
        (("time",), {"before", "in_last_days"}, {"equals", "<"}),
    ],
)
def test_operators_fit_the_type(types: tuple[Type, ...], has: set[str], has_not: set[str]) -> None:
    shown = set(operators(types, "exists"))
    assert has <= shown
    assert not has_not & shown


def test_what_is_chosen_and_what_has_no_one_type_is_always_there() -> None:
    assert "before" in operators(("text",), "before")
    for types in ((), ("text", "number"), ("list",)):
        assert len(operators(types, "equals")) == len(OPERATORS)


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (compared("exists"), "nothing"),
        (compared("equals", "NO"), "any"),
        (compared("equals", "NO", "text"), "menu"),
        (compared("equals", "42", "text"), "any"),  # a number: a menu would make a text of it
        (compared("equals", '"42"', "text"), "menu"),
        (compared("in", "a, b", "text"), "menus"),
        (compared("in", "a, a", "text"), "any"),
        (compared("in", "a, 1", "text"), "any"),
        (compared("contains", "", "text"), "text"),
        (compared(">", "9.5", "number"), "number"),
        (compared(">", "old", "number"), "any"),
        (compared("between", "1, 2", "number"), "any"),
        (compared("equals", "true", "flag"), "flag"),
        (compared("equals", "yes", "flag"), "any"),
        (compared("before", "2026-03-29", "time"), "date"),
        (compared("before", "2026-03-29T09:00:00Z", "time"), "any"),
        (compared("in_last_days", "7"), "days"),
        (compared("in_last_days", "-7"), "any"),
        (compared("equals", "x", "text", "number"), "any"),
    ],
)
def test_the_input_fits_operator_type_and_what_stands_there(asked: Compared, kind: str) -> None:
    assert shape(asked) == kind


@pytest.mark.parametrize(
    ("asked", "entered", "value"),
    [
        (compared("equals", "", "text"), "42", "42"),
        (compared("equals", ""), "42", 42),
        (compared("in", "", "text"), ("a, b", "true"), ("a, b", "true")),
        (compared(">", "", "number"), "9.5", 9.5),
        (compared("equals", "", "flag"), "false", False),
        (compared("contains", "", "text"), "007", "007"),
        (compared("before", "", "time"), "2026-03-29", "2026-03-29"),
        (compared("equals", "x", "text"), "", None),
        (compared("in", "x", "text"), (), None),
    ],
)
def test_what_is_entered_is_a_value_of_the_right_type(
    asked: Compared, entered: str | tuple[str, ...], value: object
) -> None:
    operand = operand_given(asked, {f"b.{shape(asked)}": entered}, "b.{}".format)
    fresh = Compared(0, "p", asked.operator, operand, asked.types)
    assert repr(value_in(fresh)) == repr(value)
    assert operand_given(asked, {}, "b.{}".format) == asked.operand


@pytest.mark.parametrize("types", [(), ("text",), ("number",), ("flag",), ("time",)])
@pytest.mark.parametrize(
    ("op", "value"),
    [
        ("equals", "NO"),
        ("equals", "42"),
        ("equals", 42),
        ("equals", True),
        ("in", ("NO", "a, b")),
        ("before", "2026-03-29"),
        (">", -1.5),
        ("exists", None),
    ],
)
def test_showing_an_operand_and_reading_it_again_changes_nothing(
    types: tuple[Type, ...], op: Operator, value: Scalar | tuple[Scalar, ...] | None
) -> None:
    made = compared_of(0, "p", op, value)
    assert made is not None
    made = Compared(0, "p", op, made.operand, types)
    blocks = operand_blocks(Asking(StepName.WHO, Page("UTC")), made, "0")
    given: dict[str, str | tuple[str, ...]] = {}
    for block in blocks:
        element = block["element"]
        first = element.get("initial_option") or {}
        many = element.get("initial_options")
        text = element.get("initial_value") or element.get("initial_date") or first.get("value", "")
        text = text.removeprefix("=")
        given[block["block_id"]] = tuple(m["value"][1:] for m in many) if many else text
    assert repr(
        value_in(Compared(0, "p", op, operand_given(made, given, "who.{}_0".format), types))
    ) == repr(value)


def test_what_was_entered_just_before_the_input_changed_is_not_lost() -> None:
    given = {"b.any": "40"}
    assert operand_given(compared(">", "", "number"), given, "b.{}".format) == "40"


def test_a_value_that_is_missing_is_said() -> None:
    reading = Reading()
    assert read_operand(compared("equals"), reading, "b") is None
    assert "Enter what to compare" in reading.errors["b"]
    assert read_operand(compared("exists"), Reading(), "b") is None


def test_another_property_has_types_that_nobody_has_asked_for_yet() -> None:
    asked = compared("equals", "x", "text")
    assert renamed(asked, "p") is asked
    assert renamed(asked, "q") == Compared(0, "q", "equals", "x")
