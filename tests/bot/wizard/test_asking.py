from typing import Any

import pytest

from bot.wizard.asking import Asking
from bot.wizard.step import Page, StepName

AB = {"a": "The a", "b": "The b"}


def ask(**problems: str) -> Asking:
    return Asking(
        StepName.LIMITS, Page("UTC", problems={f"limits.{k}": v for k, v in problems.items()})
    )


@pytest.mark.parametrize(
    "made",
    [
        ask().text("x", "X", "v"),
        ask().number("x", "X", "5"),
        ask().select("x", "X", AB, "a"),
        ask().radio("x", "X", AB, "a"),
        ask().checks("x", "X", AB, ("a",)),
        ask().many("x", "X", AB, ("a",)),
        ask().date("x", "X", ""),
        ask().time("x", "X", "09:00"),
    ],
)
def test_every_input_tells_at_once_what_was_entered(made: list[dict[str, Any]]) -> None:
    (block,) = made
    assert (block["block_id"], block["dispatch_action"]) == ("limits.x", True)
    assert block["element"]["action_id"] in ("keep", "redraw")


def test_what_is_typed_is_told_while_it_is_typed_and_a_new_line_is_no_end() -> None:
    (line,) = ask().text("x", "X", "")
    (lines,) = ask().text("x", "X", "", multiline=True)
    when = "dispatch_action_config"
    assert line["element"][when]["trigger_actions_on"][-1] == "on_enter_pressed"
    assert lines["element"][when]["trigger_actions_on"] == ["on_character_entered"]


def test_a_problem_stands_beneath_its_input_and_notifies_nobody() -> None:
    shown = ask(x="No <!channel>.").number("x", "X", "5")
    assert shown[1]["elements"][0]["text"] == ":warning: No &lt;!channel&gt;."


def test_what_was_chosen_stands_there_at_first() -> None:
    (block,) = ask().checks("x", "X", AB, ("b", "gone"))
    assert [each["value"] for each in block["element"]["initial_options"]] == ["b"]
    (block,) = ask().checks("x", "X", AB, ())
    assert "initial_options" not in block["element"]
