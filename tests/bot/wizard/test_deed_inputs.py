from msgspec import structs

from bot.wizard.alsos import Also
from bot.wizard.asking import Asking
from bot.wizard.deed_inputs import deed_blocks, weekdays_given
from bot.wizard.operands import Compared
from bot.wizard.row import ALSO_MAX, Row
from bot.wizard.step import Page, StepName

GENRE = Compared(property="genre", operand="jazz", types=("text",))


def names(row: Row) -> list[str]:
    shown = deed_blocks(Asking(StepName.WHO, Page("UTC")), row)
    return [each["block_id"].removeprefix("who.").removesuffix("_1") for each in shown]


def test_a_share_asks_for_the_property_its_value_and_how_much_of_it() -> None:
    row = Row(1, "did_share", "Played", compared=GENRE)
    assert names(row) == ["name", "property", "menu", "percent", "range", "boxes"]


def test_what_few_ask_for_stands_behind_a_box() -> None:
    row = Row(1, "did", "A", also=(Also(0, "B"), Also(4, "C")))
    before = names(row)
    assert before == ["name", "count_op", "count", "range", "boxes"]
    boxed = names(structs.replace(row, boxes=("also", "clock", "zero")))
    also = ["also", "also_where_1_0", "also_where_1_4"]
    assert boxed == [*before, *also, "time_from", "time_to", "weekdays"]


def test_each_further_event_says_which_one_its_comparisons_are_about() -> None:
    row = Row(1, "did", "A", boxes=("also",), also=(Also(0, "B" * 300, "x > 1"),))
    shown = deed_blocks(Asking(StepName.WHO, Page("UTC")), row)[-1]
    assert shown["label"]["text"].startswith("Only if “BBB")
    assert len(shown["label"]["text"]) < 100
    assert shown["element"]["initial_value"] == "x > 1"
    assert str(ALSO_MAX) in str(deed_blocks(Asking(StepName.WHO, Page("UTC")), row)[-2]["label"])


def test_weekdays_stand_in_the_order_of_the_week_unless_they_are_as_before() -> None:
    assert weekdays_given((), ("sunday", "monday", "nonsense")) == ("monday", "sunday")
    assert weekdays_given(("sunday", "monday"), ("monday", "sunday")) == ("sunday", "monday")
