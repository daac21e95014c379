import pytest

from bot.wizard.asking import Asking
from bot.wizard.operands import Compared
from bot.wizard.ranges import RangeValues
from bot.wizard.row_inputs import row_given, row_inputs
from bot.wizard.rows import COMPARED_MAX, Row
from bot.wizard.step import Page, StepName


def names(row: Row) -> set[str]:
    shown = row_inputs(Asking(StepName.WHO, Page("UTC")), row)
    return {each["block_id"].removeprefix("who.") for each in shown if each["type"] == "input"}


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        (Row(1, "property"), {"property_1", "operator_1", "any_1"}),
        (Row(1, "saved"), {"name_1"}),
        (Row(1, "not_list"), {"name_1"}),
        (Row(1, "did"), {"name_1", "count_op_1", "count_1", "range_1"}),
        (Row(1, "did", count_op="between"), {"name_1", "count_op_1", "counts_1", "range_1"}),
        (Row(1, "did_not"), {"name_1", "range_1"}),
        (Row(1, "did_sum"), {"name_1", "property_1", "count_op_1", "amount_1", "range_1"}),
        (
            Row(1, "did_first", where=(Compared(7),)),
            {"name_1", "range_1", "where_property_1_7", "where_operator_1_7", "where_any_1_7"},
        ),
    ],
)
def test_each_kind_of_condition_asks_what_it_needs(row: Row, asked: set[str]) -> None:
    assert names(row) == asked


def test_comparisons_have_an_end() -> None:
    full = Row(1, "did", where=tuple(Compared(no) for no in range(COMPARED_MAX)))
    shown = str(row_inputs(Asking(StepName.WHO, Page("UTC")), full))
    assert "Compare a property" not in shown
    assert "Without the last comparison" in shown


def test_what_stands_in_the_inputs_is_what_the_row_says() -> None:
    row = Row(1, "did", "A", where=(Compared(7, "p", types=("number",)),))
    given = {
        "who.name_1": "B",
        "who.count_1": "3",
        "who.range_1": "days",
        "who.days_1": "30",
        "who.where_operator_1_7": ">",
        "who.where_number_1_7": "5",
        "who.name_2": "of another row",
    }
    assert row_given(row, given) == Row(
        1,
        "did",
        "B",
        count="3",
        range=RangeValues("days", "30"),
        where=(Compared(7, "p", ">", "5", ("number",)),),
    )
