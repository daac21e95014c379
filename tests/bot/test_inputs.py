from bot.ids import ActionId, ViewId
from bot.inputs import (
    date_input,
    input_block,
    modal,
    number_input,
    radio,
    select,
    text_input,
    time_input,
)
from tests.bot.oracle import view_problems


def test_every_input_is_one_that_slack_takes() -> None:
    blocks = [
        input_block("a", "A", text_input("x" * 5_000, placeholder="y" * 500)),
        input_block("b", "B", number_input("12")),
        input_block("c", "C", select({"x": "X" * 200}, "x")),
    ]
    assert view_problems(modal(ViewId.DRAFT, "A title", blocks, submit="Save")) == []


def test_an_input_that_others_depend_on_tells_us_when_it_changes() -> None:
    made = input_block("a", "A", radio({"x": "X", "y": "Y"}, "y"))
    assert made["dispatch_action"] is True
    assert made["element"]["initial_option"]["value"] == "y"


def test_a_choice_that_is_none_is_the_first() -> None:
    assert select({"x": "X"}, "gone", ActionId.VALUE)["initial_option"]["value"] == "x"


def test_a_number_field_starts_with_numbers_only() -> None:
    assert "initial_value" not in number_input("many")


def test_a_calendar_and_a_menu_of_times_show_only_what_slack_takes() -> None:
    assert date_input("2030-02-28")["initial_date"] == "2030-02-28"
    assert time_input("08:30")["initial_time"] == "08:30"
    for odd in ("", "2030-02-30", "20300228", "24:00", "8:30", "08:30:00", "soon"):
        assert "initial_date" not in date_input(odd)
        assert "initial_time" not in time_input(odd)
