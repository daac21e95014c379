"""Block Kit's interactive elements, each as the fields that Slack accepts for it."""

from typing import Any

from sandbox.slack import limits, objects
from sandbox.slack.checks import (
    Check,
    Report,
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

_id = string(limits.ID_CHARACTERS_MAX)
_placeholder = objects.plain(limits.PLACEHOLDER_CHARACTERS_MAX)
_ids = listing(string(limits.ID_CHARACTERS_MAX), limits.OPTIONS_MAX)


def _register(report: Report, element: dict[str, Any], pointer: str) -> None:
    """An action id is unique in its block; one element may ask for the focus."""
    action_id = element.get("action_id")
    if isinstance(action_id, str):
        if action_id in report.action_ids:
            report.add(f"`action_id` {action_id} already exists", f"{pointer}/action_id")
        report.action_ids.add(action_id)
    if element.get("focus_on_load") is True:
        report.focused += 1
        if report.focused > 1:
            report.add("only one element may set focus_on_load", f"{pointer}/focus_on_load")


def _element(
    required: dict[str, Check] | None = None,
    optional: dict[str, Check] | None = None,
    *,
    also: Check = anything,
) -> Check:
    def whole(report: Report, value: Any, pointer: str) -> None:
        _register(report, value, pointer)
        also(report, value, pointer)

    return shape(
        {"type": anything, **(required or {})},
        {"action_id": _id, **(optional or {})},
        also=whole,
    )


def _field(optional: dict[str, Check], required: dict[str, Check] | None = None) -> Check:
    """An element with a placeholder that can take the focus and ask for confirmation."""
    common = {
        "placeholder": _placeholder,
        "focus_on_load": boolean,
        "confirm": objects.confirm,
    }
    return _element(required, {**common, **optional})


def _values(options: list[Any]) -> list[Any]:
    return [each.get("value") for each in options if isinstance(each, dict)]


def _known_options(report: Report, value: dict[str, Any], pointer: str) -> None:
    """Options or groups, not both; what is chosen at first must be among them."""
    given, groups = value.get("options"), value.get("option_groups")
    if (given is None) == (groups is None):
        report.add("must define either `options` or `option_groups`", pointer)
    known = list(given) if isinstance(given, list) else []
    for group in groups if isinstance(groups, list) else []:
        if isinstance(group, dict) and isinstance(group.get("options"), list):
            known += group["options"]
    first = value.get("initial_options", [value.get("initial_option")])
    for each in first if isinstance(first, list) else []:
        if each is not None and each not in known:
            report.add("initial option is not among the options", pointer)


def _unique_values(report: Report, value: dict[str, Any], pointer: str) -> None:
    _known_options(report, value, pointer)
    given = value.get("options")
    values = _values(given) if isinstance(given, list) else []
    if len(values) != len({str(each) for each in values}):
        report.add("options must have unique values", f"{pointer}/options")


def _select(optional: dict[str, Check], *, also: Check = anything) -> Check:
    common: dict[str, Check] = {
        "placeholder": _placeholder,
        "focus_on_load": boolean,
        "confirm": objects.confirm,
    }
    return _element(None, common | optional, also=also)


def _choices(first: str, check: Check) -> Check:
    many = listing(objects.choice_option, limits.CHOICE_OPTIONS_MAX)
    optional = {first: check, "confirm": objects.confirm, "focus_on_load": boolean}
    return _element({"options": many}, optional, also=_unique_values)


_text_input = {
    "placeholder": _placeholder,
    "focus_on_load": boolean,
    "dispatch_action_config": objects.dispatch_config,
}
_static = {"options": objects.options, "option_groups": objects.option_groups}
_most = integer(1, limits.OPTIONS_MAX)

BUTTON = _element(
    {"text": objects.plain(limits.BUTTON_TEXT_CHARACTERS_MAX)},
    {
        "value": string(limits.BUTTON_VALUE_CHARACTERS_MAX),
        "url": url(limits.URL_CHARACTERS_MAX),
        "style": one_of("primary", "danger"),
        "confirm": objects.confirm,
        "accessibility_label": string(75),
    },
)
OVERFLOW = _element(
    {"options": listing(objects.option, limits.OVERFLOW_OPTIONS_MAX)},
    {"confirm": objects.confirm},
)
PLAIN_TEXT_INPUT = _element(
    None,
    _text_input
    | {
        "multiline": boolean,
        "initial_value": string(limits.INPUT_TEXT_CHARACTERS_MAX, least=0),
        "min_length": integer(0, limits.INPUT_TEXT_CHARACTERS_MAX),
        "max_length": integer(1, limits.INPUT_TEXT_CHARACTERS_MAX),
    },
)
NUMBER_INPUT = _element(
    {"is_decimal_allowed": boolean},
    _text_input | {"initial_value": string(50), "min_value": string(50), "max_value": string(50)},
)
_LINE_INPUT = _element(None, _text_input | {"initial_value": string(3000)})


def _in_a_modal(report: Report, _value: Any, pointer: str) -> None:
    if report.surface != "modal":
        report.add("file inputs are allowed in modals only", pointer)


FILE_INPUT = _element(
    None,
    {
        "filetypes": listing(string(limits.ID_CHARACTERS_MAX), limits.FILE_TYPES_MAX),
        "max_files": integer(1, limits.INPUT_FILES_MAX),
    },
    also=_in_a_modal,
)

CHOOSERS: dict[str, Check] = {
    "static_select": _select(_static | {"initial_option": objects.option}, also=_known_options),
    "multi_static_select": _select(
        _static
        | {
            "initial_options": listing(objects.option, limits.OPTIONS_MAX),
            "max_selected_items": _most,
        },
        also=_known_options,
    ),
    "external_select": _field(
        {"initial_option": objects.option, "min_query_length": integer(0, 100)},
    ),
    "multi_external_select": _field(
        {
            "initial_options": listing(objects.option, limits.OPTIONS_MAX),
            "min_query_length": integer(0, 100),
            "max_selected_items": _most,
        },
    ),
    "users_select": _field({"initial_user": _id}),
    "multi_users_select": _field({"initial_users": _ids, "max_selected_items": _most}),
    "conversations_select": _field(
        {
            "initial_conversation": _id,
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": objects.conversation_filter,
        },
    ),
    "multi_conversations_select": _field(
        {
            "initial_conversations": _ids,
            "default_to_current_conversation": boolean,
            "max_selected_items": _most,
            "filter": objects.conversation_filter,
        },
    ),
    "channels_select": _field({"initial_channel": _id, "response_url_enabled": boolean}),
    "multi_channels_select": _field({"initial_channels": _ids, "max_selected_items": _most}),
    "datepicker": _field({"initial_date": objects.calendar_date}),
    "timepicker": _field({"initial_time": objects.wall_time, "timezone": string(100)}),
    "radio_buttons": _choices("initial_option", objects.choice_option),
    "checkboxes": _choices(
        "initial_options",
        listing(objects.choice_option, limits.CHOICE_OPTIONS_MAX),
    ),
}
DATETIMEPICKER = _element(
    None,
    {
        "initial_date_time": objects.epoch_seconds,
        "confirm": objects.confirm,
        "focus_on_load": boolean,
    },
)
_image = shape(
    {"type": anything, "alt_text": string(limits.IMAGE_ALT_CHARACTERS_MAX)},
    {"image_url": url(limits.URL_CHARACTERS_MAX), "slack_file": objects.slack_file},
)
_multi_kinds = tuple(kind for kind in CHOOSERS if kind.startswith("multi_"))

in_section = by_type({"image": _image, "button": BUTTON, "overflow": OVERFLOW, **CHOOSERS})
in_context = by_type(
    {
        "image": _image,
        "plain_text": objects.text(limits.SECTION_TEXT_CHARACTERS_MAX),
        "mrkdwn": objects.text(limits.SECTION_TEXT_CHARACTERS_MAX),
    },
)
in_actions = by_type(
    {
        "button": BUTTON,
        "overflow": OVERFLOW,
        "datetimepicker": DATETIMEPICKER,
        **{kind: check for kind, check in CHOOSERS.items() if kind not in _multi_kinds},
    },
)
in_input = by_type(
    {
        "plain_text_input": PLAIN_TEXT_INPUT,
        "number_input": NUMBER_INPUT,
        "email_text_input": _LINE_INPUT,
        "url_text_input": _LINE_INPUT,
        "file_input": FILE_INPUT,
        "datetimepicker": DATETIMEPICKER,
        **CHOOSERS,
    },
)
