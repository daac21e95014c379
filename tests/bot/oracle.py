"""Two judges of Block Kit that are not ours: Slack's own models, and slackblocks."""

import json
from typing import Any

import slackblocks
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

MESSAGE_CHARS_MAX = 10_000
VIEW_BYTES_MAX = 250_000
READ_BY_SLACKBLOCKS = ("section", "header", "context", "divider")


def message_problems(text: str, blocks: list[dict[str, Any]]) -> list[str]:
    found = _block_problems(blocks)
    if not text:
        found.append("a message needs its top-level text")
    if len(text) > 4_000:
        found.append("the text is too long")
    if len(blocks) > 50:
        found.append("more than 50 blocks")
    if len(json.dumps(blocks, ensure_ascii=False)) > MESSAGE_CHARS_MAX:
        found.append("the blocks are too long in all")
    return found


def view_problems(view: dict[str, Any]) -> list[str]:
    found = _block_problems(view["blocks"])
    ids = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    if len(ids) != len(set(ids)):
        found.append("two blocks have one id")
    if len(view["blocks"]) > 100 or len(json.dumps(view)) > VIEW_BYTES_MAX:
        found.append("the view is too large")
    if len(view.get("private_metadata", "")) > 3_000:
        found.append("the private metadata is too long")
    if any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
        found.append("a modal with inputs needs a submit button")
    try:
        View(**view).to_dict()
    except SlackObjectFormationError as error:
        found.append(str(error))
    return found


def _block_problems(blocks: list[dict[str, Any]]) -> list[str]:
    found = []
    for block in blocks:
        try:
            parsed = Block.parse(block)
            assert parsed is not None
            parsed.to_dict()
            if block["type"] in READ_BY_SLACKBLOCKS:
                # which cannot read what stands beside a section yet
                bare = {name: value for name, value in block.items() if name != "accessory"}
                slackblocks.Block.from_dict(json.loads(json.dumps(bare)))
        except (SlackObjectFormationError, slackblocks.InvalidUsageError, ValueError) as error:
            found.append(f"{block['type']}: {error}")
        for element in [
            block.get("element"),
            block.get("accessory"),
            *block.get("elements", []),
        ]:
            found += _element_problems(element or {})
    return found


def _element_problems(element: dict[str, Any]) -> list[str]:
    """Slack's reference of block elements and composition objects, where the two are silent."""
    confirm = element.get("confirm", {})
    lengths = [
        ("placeholder", element.get("placeholder", {}).get("text", ""), 150),
        ("initial value", element.get("initial_value", ""), element.get("max_length", 3_000)),
        ("confirmation's title", confirm.get("title", {}).get("text", ""), 100),
        ("confirmation's text", confirm.get("text", {}).get("text", ""), 300),
        ("confirmation's yes", confirm.get("confirm", {}).get("text", ""), 30),
    ]
    options = element.get("options", [])
    external = str(element.get("type", "")).endswith("external_select")
    first = [element["initial_option"]] if "initial_option" in element else []
    shown = [*options, *(first if external else []), *element.get("initial_options", [])]
    for option in shown:
        lengths += [("option", option["text"]["text"], 75), ("value", option["value"], 150)]
        lengths.append(("description", option.get("description", {}).get("text", ""), 75))
        if not option["text"]["text"] or not option["value"]:
            lengths.append(("option without words", "x", 0))
    found = [f"the {name} is too long" for name, text, most in lengths if len(text) > most]
    if not external and any(each not in options for each in first):
        found.append("the initial option is not among the options")
    if element.get("type") == "overflow" and len(options) > 5:
        found.append("more than 5 options in an overflow menu")
    if element.get("type") == "radio_buttons" and len(options) > 10:
        found.append("more than 10 radio buttons")
    return found


def words(blocks: list[dict[str, Any]]) -> str:
    """All that is said in some blocks, as one text."""
    return json.dumps(blocks, ensure_ascii=False)
