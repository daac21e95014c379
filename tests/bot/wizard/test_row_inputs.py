import pytest
from msgspec import structs

from bot.wizard.alsos import Also
from bot.wizard.asking import Asking
from bot.wizard.operands import Compared
from bot.wizard.ranges import RangeValues
from bot.wizard.row import COMPARED_MAX, Row
from bot.wizard.row_inputs import row_given, row_inputs, row_menu
from bot.wizard.step import Given, Menu, Page, StepName

BOXES = {"boxes_1"}


def names(row: Row) -> set[str]:
    shown = row_inputs(Asking(StepName.WHO, Page("UTC")), row)
    return {each["block_id"].removeprefix("who.") for each in shown if each["type"] == "input"}


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        (Row(1, "property"), {"property_1", "operator_1", "any_1", "boxes_1"}),
        (Row(1, "saved"), {"name_1"}),
        (Row(1, "not_list"), {"name_1"}),
        (Row(1, "did"), {"name_1", "count_op_1", "count_1", "range_1", *BOXES}),
        (
            Row(1, "did", count_op="between"),
            {"name_1", "count_op_1", "counts_1", "range_1", *BOXES},
        ),
        (Row(1, "did_not"), {"name_1", "range_1", *BOXES}),
        (Row(1, "did_sum"), {"name_1", "property_1", "count_op_1", "amount_1", "range_1", *BOXES}),
        (
            Row(1, "did_first", where=(Compared(7),)),
            {
                "name_1",
                "range_1",
                "where_property_1_7",
                "where_operator_1_7",
                "where_any_1_7",
                *BOXES,
            },
        ),
    ],
)
def test_each_kind_of_condition_asks_what_it_needs(row: Row, asked: set[str]) -> None:
    assert names(row) == asked


def test_a_device_keeps_a_comparison_for_it_asks_for_nothing_else() -> None:
    one = Row(1, "device", where=(Compared(property="os"),))
    shown = str(row_inputs(Asking(StepName.WHO, Page("UTC")), one))
    assert "Compare a property" in shown
    assert "Without the last comparison" not in shown


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


def test_what_belongs_to_boxes_is_read_too_and_kept_while_it_is_not_shown() -> None:
    row = Row(1, "did", "A", also=(Also(0, "B", "x > 1"), Also(1, "C")))
    given: Given = {
        "who.boxes_1": ("also", "clock", "zero"),
        "who.also_1": ("C", "D"),
        "who.also_where_1_1": "price >= 50",
        "who.time_from_1": "22:00",
        "who.time_to_1": "04:00",
        "who.weekdays_1": ("sunday", "friday"),
    }
    read = row_given(row, given)
    assert read.also == (Also(1, "C", "price >= 50"), Also(2, "D"))
    assert (read.time_from, read.time_to) == ("22:00", "04:00")
    assert read.weekdays == ("friday", "sunday")
    assert row_given(read, {"who.boxes_1": ()}) == structs.replace(read, boxes=())


def test_what_is_asked_of_a_person_is_read() -> None:
    given: Given = {
        "who.count_op_1": "<",
        "who.count_1": "30",
        "who.country_1": ("NO", "SE"),
        "who.circles_1": "1, 2, 3",
        "who.where_device_1_0": "iOS",
    }
    read = row_given(Row(1, "device", where=(Compared(property="os"),)), given)
    assert (read.count_op, read.count) == ("<", "30")
    assert (read.country, read.region, read.circles) == (("NO", "SE"), (), "1, 2, 3")
    assert read.where == (Compared(property="os", operand="iOS"),)


def test_a_choice_that_was_never_offered_changes_nothing() -> None:
    device = Row(1, "device", where=(Compared(property="os"),), choice="email")
    given = {f"who.{name}": "nonsense" for name in (
        "count_op_1", "choice_1", "range_1", "where_operator_1_0"
    )}  # fmt: skip
    assert row_given(device, given) == device
    gender = Row(1, "gender", choice="other")
    assert row_given(gender, {"who.choice_1": "email"}) == gender
    assert row_given(gender, {"who.choice_1": "male"}).choice == "male"
    mostly = Row(1, "did_mostly")
    assert row_given(mostly, {"who.operator_1": "before_last_days"}) == mostly


def test_the_menus_of_places_offer_what_users_have() -> None:
    assert row_menu(Row(1, "geography"), "who.city_1") == Menu("value", "", "city")
    assert row_menu(Row(1, "did", "A"), "who.also_1") == Menu("event")
    mostly = Row(1, "did_mostly", "Played", compared=Compared(property="genre"))
    assert row_menu(mostly, "who.menu_1") == Menu("value", "Played", "genre")
    assert row_menu(mostly, "who.property_1") == Menu("property", "Played")
