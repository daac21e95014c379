"""Block Kit's blocks: which are allowed where, and what Slack says about the ones that are not."""

import secrets
from collections.abc import Callable
from typing import Any

import msgspec

from sandbox.slack import elements, limits, objects
from sandbox.slack.checks import (
    Check,
    Report,
    Surface,
    anything,
    boolean,
    by_type,
    integer,
    listing,
    one_of,
    shape,
    string,
    url,
)
from sandbox.slack.rich_text import rich_text_elements, table_cell

_id = string(limits.ID_CHARACTERS_MAX)


def _block(
    required: dict[str, Check],
    optional: dict[str, Check] | None = None,
    *,
    also: Check = anything,
) -> Check:
    def whole(report: Report, value: Any, pointer: str) -> None:
        block_id = value.get("block_id")
        if isinstance(block_id, str):
            if block_id in report.block_ids:
                report.add(f"`block_id` {block_id} already exists", f"{pointer}/block_id")
            report.block_ids.add(block_id)
        report.action_ids.clear()  # an action id is unique in its block, not on the surface
        also(report, value, pointer)

    fields = {"block_id": _id, **(optional or {})}
    return shape({"type": anything, **required}, fields, also=whole)


def _has_words(report: Report, value: Any, pointer: str) -> None:
    if "text" not in value and "fields" not in value:
        report.add("must define either `text` or `fields`", pointer)


def _has_picture(report: Report, value: Any, pointer: str) -> None:
    if ("image_url" in value) == ("slack_file" in value):
        report.add("must define either `image_url` or `slack_file`", pointer)


def _columns(report: Report, value: Any, pointer: str) -> None:
    rows = value.get("rows")
    widths = {len(row) for row in rows if isinstance(row, list)} if isinstance(rows, list) else ()
    if len(widths) > 1:
        report.add("all rows must have the same number of cells", f"{pointer}/rows")


_section = _block(
    {},
    {
        "text": objects.text(limits.SECTION_TEXT_CHARACTERS_MAX),
        "fields": listing(
            objects.text(limits.SECTION_FIELD_CHARACTERS_MAX),
            limits.SECTION_FIELDS_MAX,
        ),
        "accessory": elements.in_section,
        "expand": boolean,
    },
    also=_has_words,
)
_image = _block(
    {"alt_text": string(limits.IMAGE_ALT_CHARACTERS_MAX)},
    {
        "image_url": url(limits.URL_CHARACTERS_MAX),
        "slack_file": objects.slack_file,
        "title": objects.plain(limits.IMAGE_ALT_CHARACTERS_MAX),
    },
    also=_has_picture,
)
_input = _block(
    {
        "label": objects.plain(limits.INPUT_LABEL_CHARACTERS_MAX),
        "element": elements.in_input,
    },
    {
        "hint": objects.plain(limits.INPUT_LABEL_CHARACTERS_MAX),
        "optional": boolean,
        "dispatch_action": boolean,
    },
)
_table = _block(
    {
        "rows": listing(
            listing(table_cell, limits.TABLE_COLUMNS_MAX),
            limits.TABLE_ROWS_MAX,
        ),
    },
    {
        "column_settings": listing(
            shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}),
            limits.TABLE_COLUMNS_MAX,
        ),
    },
    also=_columns,
)
_everywhere: dict[str, Check] = {
    "section": _section,
    "divider": _block({}),
    "header": _block(
        {"text": objects.plain(limits.HEADER_CHARACTERS_MAX)},
        {"level": integer(1, 4)},
    ),
    "image": _image,
    "context": _block(
        {"elements": listing(elements.in_context, limits.CONTEXT_ELEMENTS_MAX)},
    ),
    "actions": _block(
        {"elements": listing(elements.in_actions, limits.ACTIONS_ELEMENTS_MAX)},
    ),
    "input": _input,
    "rich_text": _block({"elements": rich_text_elements}),
}
_only_messages: dict[str, Check] = {
    "table": _table,
    "markdown": _block({"text": string(limits.MARKDOWN_CHARACTERS_MAX)}),
}


def block_problems(
    blocks: Any,
    surface: Surface,
    *,
    pointer: str = "/blocks",
    files: Callable[[str], bool] = lambda _: False,
) -> list[str]:
    """Every problem Slack would name, in its words; an empty list is a yes."""
    report = Report(surface, files)
    on_message = surface == "message"
    table = {**_everywhere, **_only_messages} if on_message else _everywhere
    most = limits.MESSAGE_BLOCKS_MAX if on_message else limits.VIEW_BLOCKS_MAX
    listing(by_type(table), most, least=0 if on_message else 1)(report, blocks, pointer)
    known = blocks if isinstance(blocks, list) else []
    kinds = [each.get("type") for each in known if isinstance(each, dict)]
    if kinds.count("table") > limits.TABLES_PER_MESSAGE_MAX:
        report.add("only one table allowed per message", pointer)
    return report.problems


def blocks_characters(blocks: Any) -> int:
    """The length that Slack's undocumented limit on a whole message is measured by."""
    return len(msgspec.json.encode(blocks).decode())


def with_ids(blocks: list[Any]) -> list[dict[str, Any]]:
    """A copy in which every block and interactive element has an id, as Slack stores them."""
    copied: list[dict[str, Any]] = msgspec.json.decode(msgspec.json.encode(blocks))
    for block in copied:
        block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
        for element in interactive(block):
            element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
    return copied


def interactive(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The interactive elements of one (accepted) block."""
    found: list[Any] = []
    if block["type"] == "actions":
        found = block["elements"]
    elif block["type"] == "input":
        found = [block["element"]]
    elif "accessory" in block:
        found = [block["accessory"]]
    return [each for each in found if each["type"] != "image"]
