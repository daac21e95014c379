"""The inputs of modals in small pieces, each within Slack's limits."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, TypeAlias

from bot.blocks import PLACEHOLDER_CHARS_MAX, Block, option, plain, short
from bot.ids import ActionId, ViewId

TITLE_CHARS_MAX = 24
TEXT_CHARS_MAX = 3_000
ERROR_CHARS_MAX = 1_000

_DECIMAL = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,18})?", re.ASCII)

Errors: TypeAlias = dict[str, str]
"""What is wrong, by the block id of the input."""


def modal(
    view_id: ViewId,
    title: str,
    blocks: list[Block],
    *,
    submit: str | None = None,
    close: str = "Cancel",
    memo: str = "",
) -> dict[str, Any]:
    """Return a modal; one with inputs needs the words of its submit button."""
    assert len(title) <= TITLE_CHARS_MAX, "titles are our own words"
    made = {
        "type": "modal",
        "callback_id": view_id.value,
        "title": plain(title),
        "close": plain(close),
        "blocks": blocks,
        "private_metadata": memo,
    }
    if submit:
        made["submit"] = plain(submit)
    return made


def input_block(
    block_id: str,
    label: str,
    element: Block,
    *,
    hint: str = "",
    optional: bool = False,
) -> Block:
    """Return an input; one whose action is REDRAW tells us at once when it changes."""
    made = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        "optional": optional,
    }
    if hint:
        made["hint"] = plain(hint)
    if element["action_id"] == ActionId.REDRAW:
        made["dispatch_action"] = True
    return made


def text_input(
    value: str = "",
    *,
    placeholder: str = "",
    multiline: bool = False,
    chars_max: int = TEXT_CHARS_MAX,
) -> Block:
    """Return a text field, holding `value` at first."""
    made = _element("plain_text_input", placeholder)
    made |= {"multiline": multiline, "max_length": chars_max}
    if value:
        made["initial_value"] = value[:chars_max]
    return made


def number_input(value: str = "", *, placeholder: str = "", decimal: bool = False) -> Block:
    """Return a field for a whole number of at least 0; `decimal`: for any number."""
    made = _element("number_input", placeholder)
    made |= {"is_decimal_allowed": decimal} | ({} if decimal else {"min_value": "0"})
    if _DECIMAL.fullmatch(value) if decimal else value.isascii() and value.isdigit():
        made["initial_value"] = value
    return made


def select(choices: Mapping[str, str], chosen: str, action: ActionId = ActionId.VALUE) -> Block:
    """Return a menu of (value -> words), with one chosen at first."""
    return _choice("static_select", choices, chosen, action)


def radio(choices: Mapping[str, str], chosen: str, action: ActionId = ActionId.REDRAW) -> Block:
    """Return radio buttons of (value -> words), with one chosen at first."""
    return _choice("radio_buttons", choices, chosen, action)


def file_input(kinds: Sequence[str] = ()) -> Block:
    """Return a field for one file; `kinds` are the ends of the names that are taken, none: any."""
    made = _element("file_input", "") | {"max_files": 1}
    return made | ({"filetypes": list(kinds)} if kinds else {})


def date_input(value: str = "") -> Block:
    """Return a calendar; `value` is `YYYY-MM-DD`, and what is no such day is not shown."""
    made = _element("datepicker", "Choose a day")
    return made | ({"initial_date": value} if is_date(value) else {})


def time_input(value: str = "") -> Block:
    """Return a menu of times of day; `value` is `HH:MM`, and what is no such time is not shown."""
    made = _element("timepicker", "Choose a time")
    return made | ({"initial_time": value} if is_time(value) else {})


def is_date(text: str) -> bool:
    """Tell whether a calendar can show it."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_time(text: str) -> bool:
    """Tell whether a menu of times can show it."""
    try:
        return f"{time.fromisoformat(text):%H:%M}" == text
    except ValueError:
        return False


def _choice(kind: str, choices: Mapping[str, str], chosen: str, action: ActionId) -> Block:
    options = {value: option(words, value) for value, words in choices.items()}
    first = options.get(chosen) or next(iter(options.values()))
    return {
        "type": kind,
        "action_id": action.value,
        "options": list(options.values()),
        "initial_option": first,
    }


def _element(kind: str, placeholder: str) -> Block:
    made: Block = {"type": kind, "action_id": ActionId.VALUE.value}
    if placeholder:
        made["placeholder"] = plain(short(placeholder, PLACEHOLDER_CHARS_MAX))
    return made
