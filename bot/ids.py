"""The names that tie what we show in Slack to the code that answers it."""

from enum import StrEnum

COMMAND = "/campaign"


class ActionId(StrEnum):
    """Buttons and inputs: what was used."""

    # on cards
    SUBMIT = "submit"
    EDIT = "edit"
    SHOW = "show"
    REHEARSE = "rehearse"
    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    PUBLISH = "publish"
    PAUSE = "pause"
    PAUSE_ALL = "pause_all"
    RESUME = "resume"
    STOP = "stop"
    # on alerts
    SEND_SAMPLE = "send_sample"
    RAISE_LIMIT = "raise_limit"
    SKIP_RUN = "skip_run"
    STOP_BLOCKED = "stop_blocked"
    CONNECTION_SEEN = "connection_seen"
    CONNECTION_ABSENT = "connection_absent"
    ACCEPT_CLOCK = "accept_clock"
    # in lists
    NEWER_PAGE = "newer_page"
    OLDER_PAGE = "older_page"
    # on the home tab
    HOME_LOOK = "home_look"
    HOME_NEW = "home_new"
    # in forms
    VALUE = "value"  # an input: its block says which one
    REDRAW = "redraw"  # an input that other inputs depend on
    CHECK_REACH = "check_reach"
    PASTE_INSTEAD = "paste_instead"
    FORM_INSTEAD = "form_instead"


class ViewId(StrEnum):
    """Modals: the callback id of each."""

    DRAFT = "draft"
    PASTE = "paste"
    WAITING = "waiting"
    CHANGES = "changes"
    RAISE = "raise"
    CARD = "card"


class Field(StrEnum):
    """Inputs of the modals: the block id of each. A condition's fields carry its number too."""

    NAME = "name"
    KIND = "kind"
    TRIGGER = "trigger"
    TRIGGER_WHERE = "trigger_where"
    MATCH = "match"
    START = "start"
    START_DATE = "start_date"
    START_TIME = "start_time"
    END_DATE = "end_date"
    END_TIME = "end_time"
    ZONE = "zone"
    EVENT = "event"
    KEY_VALUES = "key_values"
    CAP_KIND = "cap_kind"
    RUN_CAP_KIND = "run_cap_kind"  # the same question, with other choices
    CAP = "cap"
    SAFETY = "safety"
    QUIET = "quiet"
    QUIET_FROM = "quiet_from"
    QUIET_TO = "quiet_to"
    TEXT = "text"
    COMMENT = "comment"
    LIMIT = "limit"
    # of each condition
    CONDITION = "condition"
    PROPERTY = "property"
    OPERATOR = "operator"
    OPERAND = "operand"
    DONE = "done"
    COUNT_OP = "count_op"
    COUNT = "count"
    DAYS = "days"
    DONE_WHERE = "done_where"


def numbered(field: Field, row: int) -> str:
    """Return the block id of a condition's field; conditions count from 0."""
    return f"{field.value}_{row}"
