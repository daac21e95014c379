from bot.wizard.asking import Asking
from bot.wizard.number_inputs import AMOUNT_FIELDS, amount_blocks, count_blocks
from bot.wizard.row import Row
from bot.wizard.step import Page, StepName

ASK = Asking(StepName.WHO, Page("UTC"))


def test_one_number_is_asked_for_or_two_and_each_input_is_read() -> None:
    shown = [
        blocks[1]["block_id"].removeprefix("who.").removesuffix("_1")
        for op in (">=", "between")
        for row in (Row(1, "did", count_op=op, count="2"),)
        for blocks in (
            count_blocks(ASK, row, "How often", "Times", "2, 5"),
            amount_blocks(ASK, row),
        )
    ]
    assert sorted(shown) == sorted(AMOUNT_FIELDS)


def test_an_age_is_asked_for_in_years() -> None:
    choice, number = count_blocks(ASK, Row(1, "age", count="18"), "Age today", "Years", "18, 30")
    assert (choice["label"]["text"], number["label"]["text"]) == ("Age today", "Years")
    assert number["element"]["initial_value"] == "18"
