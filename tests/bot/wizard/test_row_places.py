import pytest

from bot.wizard.alsos import Also
from bot.wizard.operands import Compared
from bot.wizard.row import Row
from bot.wizard.row_places import NOBODY_OPEN, block_of, placed

DID = Row(
    1,
    "did",
    "A",
    boxes=("also", "clock"),
    also=(Also(0, "B"), Also(4, "C")),
    where=(Compared(7, "p", types=("number",)),),
)
TURNED = Row(1, "age", boxes=("not",))
SHARE = Row(1, "did_share", compared=Compared(property="genre", types=("text",)))
DEVICE = Row(1, "device", where=(Compared(0, "os"),))


@pytest.mark.parametrize(
    ("row", "rest", "block"),
    [
        (DID, "event", "name_1"),
        (DID, "where[0].value", "where_number_1_7"),
        (DID, "where[0].op", "where_operator_1_7"),
        (DID, "also", "also_1"),
        (DID, "also[1].event", "also_1"),
        (DID, "also[1].where[0].value", "also_where_1_4"),
        (DID, "time_of_day", "time_from_1"),
        (DID, "weekdays", "weekdays_1"),
        (DID, "count.value", "count_1"),
        (SHARE, "value", "menu_1"),
        (SHARE, "percent", "percent_1"),
        (SHARE, "property", "property_1"),
        (TURNED, "of.value", "count_1"),
        (Row(1, "age", count_op="between"), "value", "counts_1"),
        (Row(1, "not_list"), "of.name", "name_1"),
        (Row(1, "geography"), "", "country_1"),
        (Row(1, "geography"), "city[0]", "city_1"),
        (Row(1, "near"), "places[0].km", "circles_1"),
        (DEVICE, "where[0].property", "where_property_1_0"),
        (DEVICE, "where[0].value", "where_device_1_0"),
        (Row(1, "property"), "name", "property_1"),
    ],
)
def test_a_problem_stands_at_the_input_that_is_wrong(row: Row, rest: str, block: str) -> None:
    assert placed(row, rest, block_of(row, 1)) == f"who.{block}"


def test_the_problems_of_a_closed_condition_stand_at_its_sentence() -> None:
    assert placed(DID, "also[1].where[0].value", block_of(DID, NOBODY_OPEN)) == "who.row_1"
