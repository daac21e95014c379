"""What a person entered: from the plain value of a form to the state object that Slack sends.

A plain value is a str for one thing (an option's value, a user id, a date, a number as text), a
list of str for several (of files: their ids), an int for a date with time, None for nothing.
"""

import math
from typing import Any, Final

from sandbox.slack import limits
from sandbox.slack.blocks import interactive
from sandbox.slack.refusal import NotPossible

Entered = dict[str, dict[str, Any]]  # block id -> action id -> plain value
TEXT_INPUTS: Final = ("plain_text_input", "number_input", "email_text_input", "url_text_input")
ONE_OPTION: Final = ("static_select", "external_select", "radio_buttons", "overflow")
MANY_OPTIONS: Final = ("multi_static_select", "multi_external_select", "checkboxes")
FILES: Final = "file_input"
# the kind of element -> (the name of its value, the name of its first value)
NAMES: Final = {
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    FILES: ("files", "initial_files"),  # of which no bot can set the first value
    **dict.fromkeys(TEXT_INPUTS, ("value", "initial_value")),
    **dict.fromkeys(ONE_OPTION, ("selected_option", "initial_option")),
    **dict.fromkeys(MANY_OPTIONS, ("selected_options", "initial_options")),
}


def has_state(element: dict[str, Any]) -> bool:
    """Whether an element holds a value (buttons and overflow menus hold none)."""
    return element["type"] in NAMES and element["type"] != "overflow"


def first_state(element: dict[str, Any], channel: str | None = None) -> dict[str, Any]:
    """The state of an element that nobody has touched; the person stands in `channel`."""
    kind = element["type"]
    name, first = NAMES[kind]
    several = _takes_several(kind)
    untouched: Any = [] if several else None
    if element.get("default_to_current_conversation") and channel is not None:
        untouched = [channel] if several else channel
    return {"type": kind, name: element.get(first, untouched)}


def kept_values(
    blocks: list[dict[str, Any]],
    old: dict[str, Any],
    channel: str | None = None,
) -> dict[str, dict[str, Any]]:
    """The state of some blocks: the old one where block, action id and type stayed."""
    values: dict[str, dict[str, Any]] = {}
    for block in blocks:
        for element in filter(has_state, interactive(block)):
            before = old.get(block["block_id"], {}).get(element["action_id"])
            same = before is not None and before["type"] == element["type"]
            state = before if same else first_state(element, channel)
            values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """All options that an element lists itself, those of its groups too."""
    grouped = [each for group in element.get("option_groups", []) for each in group["options"]]
    first = element.get("initial_options", [])
    if "initial_option" in element:
        first = [*first, element["initial_option"]]
    return [*element.get("options", []), *grouped, *first]


def plain_value(state: dict[str, Any]) -> Any:
    """The plain value of a state object: the opposite of `entered`."""
    value = state.get(NAMES[state["type"]][0])
    if isinstance(value, dict):
        return value["value"]
    if isinstance(value, list):
        return [_named(each) if isinstance(each, dict) else each for each in value]
    return value


def entered(
    element: dict[str, Any],
    value: Any,
    offered: list[dict[str, Any]],
) -> dict[str, Any]:
    """The state object for a plain value; `offered` are options or files that may be chosen.

    Raises NotPossible for a value that nobody could choose or type there.
    """
    kind = element["type"]
    name = NAMES[kind][0]
    known = {_named(each): each for each in [*offered, *options_of(element)]}
    if _takes_several(kind):
        chosen = [] if value is None else value
        if not isinstance(chosen, list) or not all(isinstance(each, str) for each in chosen):
            raise NotPossible(f"{element['action_id']} takes a list of values, not {value!r}")
        most = element.get("max_selected_items")
        if kind == FILES:
            most = element.get("max_files", limits.INPUT_FILES_MAX)
        if most is not None and len(chosen) > most:
            raise NotPossible(f"{element['action_id']} takes at most {most} values")
        return {"type": kind, name: [_pick(element, each, known) for each in chosen]}
    if value is None or value == "":
        return {"type": kind, name: None}
    if kind == "datetimepicker":
        if not isinstance(value, int):
            raise NotPossible(f"{element['action_id']} takes epoch seconds, not {value!r}")
        return {"type": kind, name: value}
    if not isinstance(value, str):
        raise NotPossible(f"{element['action_id']} takes a text, not {value!r}")
    return {"type": kind, name: _pick(element, value, known)}


def _takes_several(kind: str) -> bool:
    return kind.startswith("multi_") or kind in ("checkboxes", FILES)


def _named(each: dict[str, Any]) -> str:
    """What a person chooses an option or a file by."""
    return str(each["id"] if "id" in each else each["value"])


def _pick(element: dict[str, Any], value: str, known: dict[str, Any]) -> Any:
    if element["type"] not in (*ONE_OPTION, *MANY_OPTIONS, FILES):
        return value
    if value not in known:
        choices = ", ".join(sorted(known)) or "none; type to search first"
        raise NotPossible(f"{element['action_id']} has no option {value!r}; it has: {choices}")
    kinds = element.get("filetypes")
    if kinds and known[value]["name"].rpartition(".")[2].lower() not in kinds:
        raise NotPossible(f"{element['action_id']} takes files of type {', '.join(kinds)}")
    return known[value]


def input_errors(blocks: list[dict[str, Any]], values: dict[str, Any]) -> dict[str, str]:
    """What Slack's own client says beneath the inputs before it asks the bot, by block id."""
    errors: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = plain_value(values[block["block_id"]][element["action_id"]])
        if value is None or value == []:
            if not block.get("optional", False):
                errors[block["block_id"]] = "Please complete this required field."
        elif element["type"] in TEXT_INPUTS and (wrong := _text_error(element, value)):
            errors[block["block_id"]] = wrong
    return errors


def _text_error(element: dict[str, Any], value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3_000)
    if len(value) < least:
        return f"This field requires at least {least} characters."
    if len(value) > most:
        return f"This field takes at most {most} characters."
    match element["type"]:
        case "number_input":
            return _number_error(element, value)
        case "email_text_input" if "@" not in value.strip("@"):
            return "Please enter a valid email address."
        case "url_text_input" if not value.startswith(("http://", "https://")):
            return "Please enter a valid URL."
        case _:
            return None


def _number_error(element: dict[str, Any], value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        return "Please enter a number."
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "Please enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None
