from typing import Any

import pytest

from sandbox.slack.refusal import NotPossible
from sandbox.slack.values import (
    entered,
    first_state,
    has_state,
    input_errors,
    kept_values,
    options_of,
    plain_value,
)
from tests.sandbox.slack.bots import button, field, option, plain, text_field

SELECT = {"type": "static_select", "action_id": "value", "options": [option("a"), option("b")]}
BOXES = {"type": "checkboxes", "action_id": "value", "options": [option("a"), option("b")]}


@pytest.mark.parametrize(
    ("element", "value", "state"),
    [
        (SELECT, "a", {"selected_option": option("a")}),
        (SELECT, None, {"selected_option": None}),
        (BOXES, ["b"], {"selected_options": [option("b")]}),
        ({"type": "plain_text_input"}, "words", {"value": "words"}),
        ({"type": "plain_text_input"}, "", {"value": None}),
        ({"type": "datepicker"}, "2026-01-31", {"selected_date": "2026-01-31"}),
        ({"type": "datetimepicker"}, 1_800_000_000, {"selected_date_time": 1_800_000_000}),
        ({"type": "multi_users_select"}, ["U1"], {"selected_users": ["U1"]}),
    ],
)
def test_a_plain_value_becomes_slacks_state_and_back(
    element: dict[str, Any],
    value: Any,
    state: dict[str, Any],
) -> None:
    element = {"action_id": "value", **element}
    made = entered(element, value, [])
    assert made == {"type": element["type"], **state}
    assert plain_value(made) == (value or None)


@pytest.mark.parametrize(
    ("element", "value"),
    [
        (SELECT, "c"),
        (SELECT, ["a"]),
        (BOXES, "a"),
        ({**BOXES, "max_selected_items": 1}, ["a", "b"]),
        ({"type": "datetimepicker", "action_id": "x"}, "tomorrow"),
        ({"type": "external_select", "action_id": "x"}, "never offered"),
    ],
)
def test_what_nobody_could_choose_is_not_possible(element: dict[str, Any], value: Any) -> None:
    with pytest.raises(NotPossible):
        entered(element, value, [])


FILE = {"id": "F1", "name": "a.CSV"}


def test_a_file_input_holds_the_files_that_were_chosen_as_slack_tells_of_them() -> None:
    element = {"type": "file_input", "action_id": "value", "filetypes": ["csv"]}
    made = entered(element, ["F1"], [FILE])
    assert made == {"type": "file_input", "files": [FILE]}
    assert plain_value(made) == ["F1"]
    assert first_state(element) == {"type": "file_input", "files": []}


@pytest.mark.parametrize(
    ("more", "value"),
    [
        ({}, ["F2"]),
        ({"filetypes": ["txt"]}, ["F1"]),
        ({"max_files": 1}, ["F1", "F1"]),
        ({}, ["F1"] * 11),
    ],
)
def test_a_file_that_the_input_does_not_take_is_not_possible(
    more: dict[str, Any], value: list[str]
) -> None:
    element = {"type": "file_input", "action_id": "value", **more}
    with pytest.raises(NotPossible):
        entered(element, value, [FILE])


def test_an_offered_option_can_be_chosen() -> None:
    element = {"type": "external_select", "action_id": "x"}
    assert entered(element, "z", [option("z")])["selected_option"] == option("z")


def test_the_first_state_is_what_the_bot_set() -> None:
    assert first_state({**SELECT, "initial_option": option("b")})["selected_option"] == option("b")
    assert first_state(BOXES)["selected_options"] == []


def test_a_conversation_may_start_as_the_one_where_the_person_stands() -> None:
    element = {"type": "conversations_select", "default_to_current_conversation": True}
    assert first_state(element, "C1")["selected_conversation"] == "C1"


def test_values_stay_where_block_and_action_id_and_kind_stay() -> None:
    old = {"name": {"value": {"type": "plain_text_input", "value": "kept"}}}
    same = kept_values([text_field("name", element={"initial_value": "new"})], old)
    other = kept_values([text_field("other", element={"initial_value": "new"})], old)
    changed = kept_values([field({"type": "datepicker"}, block_id="name")], old)
    assert same["name"]["value"]["value"] == "kept"
    assert other["other"]["value"]["value"] == "new"
    assert changed["name"]["value"]["selected_date"] is None


def test_grouped_options_are_options_too() -> None:
    groups = [{"label": plain("G"), "options": [option("a")]}]
    assert options_of({"option_groups": groups}) == [option("a")]


def test_a_button_holds_no_value() -> None:
    assert not has_state(button())


@pytest.mark.parametrize(
    ("block", "value", "words"),
    [
        (text_field(), None, "Please complete this required field."),
        (text_field(optional=True), None, None),
        (text_field(element={"min_length": 3}), "ab", "at least 3 characters"),
        (text_field(element={"max_length": 3}), "abcd", "at most 3 characters"),
        (field({"type": "number_input", "is_decimal_allowed": False}), "1.5", "whole number"),
        (field({"type": "number_input", "is_decimal_allowed": True}), "1.5", None),
        (field({"type": "number_input", "is_decimal_allowed": True}), "nan", "enter a number"),
        (
            field({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
            "0",
            "at least 1",
        ),
        (
            field({"type": "number_input", "is_decimal_allowed": False, "max_value": "9"}),
            "10",
            "at most 9",
        ),
        (field({"type": "file_input"}), None, "required field"),
        (field({"type": "email_text_input"}), "nobody", "valid email"),
        (field({"type": "url_text_input"}), "nowhere", "valid URL"),
    ],
)
def test_slacks_own_client_checks_inputs_first(
    block: dict[str, Any],
    value: str | None,
    words: str | None,
) -> None:
    element = block["element"]
    values = {block["block_id"]: {"value": entered(element, value, [])}}
    found = input_errors([block], values)
    assert (words in found[block["block_id"]]) if words else found == {}
