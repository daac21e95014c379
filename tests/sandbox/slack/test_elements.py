from typing import Any

import pytest
from slack_sdk.models.blocks import ButtonElement, Option, StaticSelectElement
from slack_sdk.models.blocks.block_elements import FileInputElement

from sandbox.slack import elements
from sandbox.slack.checks import Check, Report
from tests.sandbox.slack.bots import button, option, plain


def problems(check: Check, value: Any) -> list[str]:
    report = Report("modal")
    check(report, value, "")
    return report.problems


def test_the_official_models_pass() -> None:
    made = ButtonElement(text="Go", action_id="go", value="1", style="danger").to_dict()
    assert problems(elements.in_actions, made) == []
    options = [Option(text="One", value="1"), Option(text="Two", value="2")]
    chosen = StaticSelectElement(
        action_id="s",
        placeholder="Choose",
        options=options,
        initial_option=options[0],
    )
    assert problems(elements.in_input, chosen.to_dict()) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (button(text=plain("x" * 76)), "must be less than 76 characters"),
        (button(value="x" * 2001), "must be less than 2001 characters"),
        (button(action_id="x" * 256), "must be less than 256 characters"),
        (button(style="loud"), "must be one of: primary, danger"),
        (button(url="ftp://x"), "invalid_url"),
        (
            {"type": "overflow", "options": [option(str(number)) for number in range(6)]},
            "no more than 5 items allowed",
        ),
        (
            {"type": "static_select", "options": [option(str(number)) for number in range(101)]},
            "no more than 100 items allowed",
        ),
        (
            {"type": "static_select", "options": [option("a")], "initial_option": option("b")},
            "initial option is not among the options",
        ),
        ({"type": "static_select"}, "must define either `options` or `option_groups`"),
        (
            {"type": "checkboxes", "options": [option("a"), option("a", "again")]},
            "options must have unique values",
        ),
        (
            {"type": "radio_buttons", "options": [option(str(number)) for number in range(11)]},
            "no more than 10 items allowed",
        ),
        ({"type": "plain_text_input"}, "unsupported type: plain_text_input"),
        ({"type": "multi_static_select", "options": []}, "unsupported type"),
    ],
)
def test_what_slack_refuses_in_actions_is_refused(value: Any, words: str) -> None:
    found = problems(elements.in_actions, value)
    assert any(each.startswith(words) for each in found)


@pytest.mark.parametrize(
    "value",
    [
        {"type": "plain_text_input", "multiline": True, "max_length": 3000, "action_id": "a"},
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
        {"type": "datepicker", "initial_date": "2026-01-31"},
        {"type": "timepicker", "initial_time": "09:00", "timezone": "Europe/Madrid"},
        {"type": "datetimepicker", "initial_date_time": 1_800_000_000},
        {"type": "external_select", "min_query_length": 0},
        {"type": "multi_users_select", "initial_users": ["U1"], "max_selected_items": 3},
        {"type": "conversations_select", "default_to_current_conversation": True},
    ],
)
def test_every_kind_of_input_is_known(value: Any) -> None:
    assert problems(elements.in_input, value) == []


def test_only_one_element_may_take_the_focus() -> None:
    report = Report("modal")
    for name in ("a", "b"):
        value = {"type": "plain_text_input", "action_id": name, "focus_on_load": True}
        elements.in_input(report, value, f"/{name}")
    assert report.problems == [
        "only one element may set focus_on_load [json-pointer:/b/focus_on_load]",
    ]


def test_the_official_file_input_passes_in_a_modal_and_nowhere_else() -> None:
    made = FileInputElement(action_id="f", filetypes=["csv"], max_files=1).to_dict()
    assert problems(elements.in_input, made) == []
    report = Report("message")
    elements.in_input(report, made, "")
    assert "modals only" in report.problems[0]
    assert "unsupported type" in problems(elements.in_actions, made)[0]


@pytest.mark.parametrize(
    "more", [{"max_files": 0}, {"max_files": 11}, {"filetypes": "csv"}, {"placeholder": plain("x")}]
)
def test_a_file_input_that_slack_refuses_is_refused(more: dict[str, Any]) -> None:
    assert problems(elements.in_input, {"type": "file_input", "action_id": "f", **more})
