from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, HeaderBlock, SectionBlock

from sandbox.slack.blocks import block_problems, blocks_characters, interactive, with_ids
from tests.sandbox.slack.bots import actions, button, field, mrkdwn, plain, section, text_field


def table(rows: int, columns: int) -> dict[str, Any]:
    cell = {"type": "raw_text", "text": "x"}
    return {"type": "table", "rows": [[cell] * columns] * rows}


def test_the_official_models_pass() -> None:
    blocks = [
        HeaderBlock(text="Spring sale"),
        SectionBlock(text="*Reach* 1,240", fields=["a", "b"]),
        ActionsBlock(elements=[ButtonElement(text="Approve", action_id="approve", value="1")]),
    ]
    assert block_problems([each.to_dict() for each in blocks], "message") == []


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text"),
        ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ([{"type": "section"}], "must define either `text` or `fields`"),
        (
            [{"type": "section", "fields": [mrkdwn("x")] * 11}],
            "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
        ),
        (
            [{"type": "section", "fields": [mrkdwn("x" * 2001)]}],
            "must be less than 2001 characters",
        ),
        ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151 characters"),
        ([{"type": "header", "text": mrkdwn("x")}], "unsupported type: mrkdwn"),
        ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "no more than 10 items allowed"),
        ([actions(*[button(str(number)) for number in range(26)])], "no more than 25 items"),
        ([actions(button("a"), button("a"))], "`action_id` a already exists"),
        ([section(block_id="a"), section(block_id="a")], "`block_id` a already exists"),
        ([{"type": "call"}], "unsupported type: call [json-pointer:/blocks/0/type]"),
        ([table(101, 1)], "no more than 100 items allowed"),
        ([table(1, 21)], "no more than 20 items allowed"),
        ([table(1, 1), table(1, 1)], "only one table allowed per message"),
        ([{"type": "image", "alt_text": "x"}], "must define either `image_url` or `slack_file`"),
        (
            [{"type": "image", "alt_text": "x", "slack_file": {"id": "F1"}}],
            "invalid slack file",
        ),
        ({"type": "divider"}, "must provide an array"),
        (["divider"], "must provide an object"),
    ],
)
def test_what_slack_refuses_is_refused_with_its_words(blocks: Any, words: str) -> None:
    assert any(each.startswith(words) for each in block_problems(blocks, "message"))


def test_the_same_action_id_may_stand_in_two_blocks() -> None:
    blocks = [actions(button("open"), block_id="a"), actions(button("open"), block_id="b")]
    assert block_problems(blocks, "message") == []


def test_a_modal_holds_a_hundred_blocks_but_no_table() -> None:
    assert block_problems([{"type": "divider"}] * 100, "modal") == []
    assert block_problems([{"type": "divider"}] * 101, "modal")
    assert block_problems([table(1, 1)], "modal")


@pytest.mark.parametrize("nonsense", [None, 7, "x", {}, [None], [[]], [{"type": "actions"}]])
def test_nonsense_is_a_refusal_and_never_a_crash(nonsense: Any) -> None:
    assert block_problems(nonsense, "modal")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
_FIELDS = {
    "section": ("text", "fields", "accessory", "block_id"),
    "actions": ("elements", "block_id"),
    "input": ("label", "element", "optional"),
    "image": ("image_url", "slack_file", "alt_text"),
    "table": ("rows", "column_settings"),
    "rich_text": ("elements",),
    "context": ("elements",),
}


@given(st.data())
def test_a_known_block_full_of_nonsense_never_crashes_the_check(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(_FIELDS)))
    block = {name: data.draw(_json) for name in _FIELDS[kind]}
    assert block_problems([{"type": kind, **block}], "message")


@given(_json, st.sampled_from(["options", "initial_option", "initial_options", "option_groups"]))
def test_a_select_full_of_nonsense_never_crashes_the_check(value: Any, name: str) -> None:
    for kind in ("static_select", "multi_static_select", "checkboxes", "radio_buttons"):
        select = {"type": kind, "options": [{}], name: value, "action_id": "a"}
        block = {"type": "section", "text": mrkdwn("x"), "accessory": select}
        assert block_problems([block], "modal")


def test_missing_ids_are_given_and_present_ones_kept() -> None:
    stored = with_ids([actions({"type": "button", "text": plain("Go")}), section()])
    assert stored[0]["block_id"] == "row"
    assert stored[0]["elements"][0]["action_id"]
    assert stored[1]["block_id"]


def test_the_interactive_elements_are_those_of_actions_inputs_and_accessories() -> None:
    blocks = [actions(button("a")), text_field(action_id="b"), section(accessory=button("c"))]
    found = [each["action_id"] for block in blocks for each in interactive(block)]
    assert found == ["a", "b", "c"]


def test_the_length_of_all_blocks_counts_what_is_sent() -> None:
    assert blocks_characters([{"a": "é"}]) == len('[{"a":"é"}]')


def test_a_field_may_be_optional_and_tell_at_once() -> None:
    block = field({"type": "datepicker"}, optional=True, dispatch_action=True)
    assert block_problems([block], "modal") == []
