from bot.blocks import Block
from bot.wizard.asking import Asking
from bot.wizard.compared_inputs import compared_blocks, compared_given, device_blocks
from bot.wizard.operands import Compared
from bot.wizard.step import Page, StepName

ASK = Asking(StepName.WHO, Page("UTC"))


def options(block: Block) -> set[str]:
    return {each["value"] for each in block["element"]["options"]}


def test_a_comparison_of_an_event_says_whose_property_it_is() -> None:
    mine, theirs = (compared_blocks(ASK, Compared(), "1", of)[0] for of in ("", "where_"))
    assert mine["label"]["text"] == "Property"
    assert theirs["label"]["text"] == "Only events whose"
    assert theirs["block_id"] == "who.where_property_1"


def test_versions_are_compared_by_order_and_other_texts_of_a_device_are_not() -> None:
    version = device_blocks(ASK, Compared(property="app_version"), "1_0")
    model = device_blocks(ASK, Compared(property="model"), "1_0")
    assert options(version[1]) - options(model[1]) == {"<", "<=", ">", ">=", "between"}
    assert "os" in options(model[0])


def test_a_device_of_which_something_is_known_is_asked_for_no_value() -> None:
    assert len(device_blocks(ASK, Compared(property="push_token", operator="exists"), "1_0")) == 2


def test_what_stands_in_its_inputs_is_the_comparison() -> None:
    given = {
        "who.where_property_1_0": "model",
        "who.where_operator_1_0": "contains",
        "who.where_device_1_0": "Pixel",
    }
    read = compared_given(Compared(0, "os"), given, "1_0", "where_")
    assert read == Compared(0, "model", "contains", "Pixel")
