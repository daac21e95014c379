"""Block Kit's composition objects: text, options, confirm dialogs, filters."""

from datetime import date
from typing import Any

from sandbox.slack import limits
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


def plain(limit: int) -> Check:
    """A text object of type plain_text."""
    fields = {"type": anything, "text": string(limit)}
    return by_type({"plain_text": shape(fields, {"emoji": boolean})})


def text(limit: int) -> Check:
    """A text object of either type."""
    fields = {"type": anything, "text": string(limit)}
    return by_type(
        {
            "plain_text": shape(fields, {"emoji": boolean}),
            "mrkdwn": shape(fields, {"verbatim": boolean}),
        },
    )


def _option(words: Check) -> Check:
    return shape(
        {"text": words, "value": string(limits.OPTION_VALUE_CHARACTERS_MAX)},
        {
            "description": text(limits.OPTION_TEXT_CHARACTERS_MAX),
            "url": url(limits.URL_CHARACTERS_MAX),
        },
    )


option = _option(plain(limits.OPTION_TEXT_CHARACTERS_MAX))
choice_option = _option(text(limits.OPTION_TEXT_CHARACTERS_MAX))
options = listing(option, limits.OPTIONS_MAX)
offered_options = listing(option, limits.OPTIONS_MAX, least=0)
offered_groups = listing(
    shape({"label": plain(limits.OPTION_TEXT_CHARACTERS_MAX), "options": offered_options}),
    limits.OPTION_GROUPS_MAX,
    least=0,
)
option_group = shape({"label": plain(limits.OPTION_TEXT_CHARACTERS_MAX), "options": options})
option_groups = listing(option_group, limits.OPTION_GROUPS_MAX)

confirm = shape(
    {
        "title": plain(limits.CONFIRM_TITLE_CHARACTERS_MAX),
        "text": text(limits.CONFIRM_TEXT_CHARACTERS_MAX),
        "confirm": plain(limits.CONFIRM_BUTTON_CHARACTERS_MAX),
        "deny": plain(limits.CONFIRM_BUTTON_CHARACTERS_MAX),
    },
    {"style": one_of("primary", "danger")},
)

dispatch_config = shape(
    {},
    {"trigger_actions_on": listing(one_of("on_enter_pressed", "on_character_entered"), 2)},
)

conversation_filter = shape(
    {},
    {
        "include": listing(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)


def calendar_date(report: Report, value: Any, pointer: str) -> None:
    """A date written YYYY-MM-DD."""
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        report.add("must be a valid date", pointer)


def wall_time(report: Report, value: Any, pointer: str) -> None:
    """A time of day written HH:MM."""
    hour, colon, minute = value.partition(":") if isinstance(value, str) else ("", "", "")
    digits = hour.isdigit() and minute.isdigit() and len(hour) == len(minute) == 2
    if not (colon and digits and int(hour) < 24 and int(minute) < 60):
        report.add("must be a valid time", pointer)


epoch_seconds = integer(1_000_000_000, 9_999_999_999)  # ten digits, as the reference demands


def _ready_file(report: Report, value: dict[str, Any], pointer: str) -> None:
    reference = value.get("id") or value.get("url")
    if not reference:
        report.add("must define either `id` or `url`", pointer)
    elif not report.file_is_ready(str(reference)):
        report.add("invalid slack file", pointer)


slack_file = shape(
    {},
    {"id": string(255), "url": url(limits.URL_CHARACTERS_MAX)},
    also=_ready_file,
)
