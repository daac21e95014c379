"""The names that tie what we show in Slack to the code that answers it."""

from enum import StrEnum

COMMAND = "/campaign"
NOTICE = "notice"
"""The block id of the buttons under a notice."""


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
    UNDO = "undo"
    PAUSE = "pause"
    PAUSE_ALL = "pause_all"
    RESUME = "resume"
    RESUME_ALL = "resume_all"
    STOP = "stop"
    SEE_MESSAGE = "see_message"
    REPORT = "report"
    CLONE = "clone"
    MORE = "more"  # the menu of what there is no room for; its entry names the deed
    # on alerts
    SEND_SAMPLE = "send_sample"
    RAISE_LIMIT = "raise_limit"
    SKIP_RUN = "skip_run"
    STOP_BLOCKED = "stop_blocked"
    CONNECTION_SEEN = "connection_seen"
    CONNECTION_ABSENT = "connection_absent"
    ACCEPT_CLOCK = "accept_clock"
    RETRY_ASIDE = "retry_aside"
    DROP_ASIDE = "drop_aside"
    VERIFY = "verify_connection"
    LIST_ASIDE = "list_aside"
    CHOOSE_PAUSE = "choose_pause"
    DRAFT_AGAIN = "draft_again"
    # on rehearsals
    TRAIL = "trail"  # the whole of an example user's
    # in the list of what is set aside
    NEWER_ASIDE = "newer_aside"
    OLDER_ASIDE = "older_aside"
    SHOW_ASIDE = "show_aside"
    RETRY_ONE = "retry_one"
    DROP_ONE = "drop_one"
    # in what a message has no room for
    NEWER_STEPS = "newer_steps"
    OLDER_STEPS = "older_steps"
    WHOLE_REPORT = "whole_report"
    REPORT_FILE = "report_file"
    WHOLE_AUDIENCES = "whole_audiences"
    # on previews
    PREVIEW_VARIANT = "preview_variant"
    SEND_TEST = "send_test"
    # in lists
    NEWER_PAGE = "newer_page"
    OLDER_PAGE = "older_page"
    IMPORT_LIST = "import_list"
    SAVE_AUDIENCE = "save_audience"
    # under a saved audience
    REACH_AUDIENCE = "reach_audience"
    EXPORT_SAMPLE = "export_sample"
    # on the home tab
    HOME_LOOK = "home_look"
    HOME_NEW = "home_new"
    HOME_ANSWER = "home_answer"
    # in forms
    VALUE = "value"  # an input: its block says which one
    KEEP = "keep"  # an input of the wizard: what is entered is kept
    PICK = "pick"  # a menu of the wizard that is filled while somebody types
    ROW = "row"  # what to do with a row of the wizard; the deed follows
    REDRAW = "redraw"  # an input that other inputs depend on
    GO = "go"  # to a step of the wizard; its name follows
    REPLACE = "replace"  # what was kept as pasted, by questions
    START_OVER = "start_over"
    SEE = "see"  # the message of a real user
    SAVE_WHO = "save_who"  # keep the conditions under a name
    PASTE_INSTEAD = "paste_instead"
    FORM_INSTEAD = "form_instead"


class ViewId(StrEnum):
    """Modals: the callback id of each."""

    DRAFT = "draft"
    PASTE = "paste"
    SEEN = "seen"
    WAITING = "waiting"
    CHANGES = "changes"
    RAISE = "raise"
    CARD = "card"
    IMPORT_LIST = "import_list"
    SAVE_AUDIENCE = "save_audience"
    EXPORT_SAMPLE = "export_sample"


class Field(StrEnum):
    """Inputs of the small modals: the block id of each. The wizard's steps name their own."""

    TEXT = "text"
    COMMENT = "comment"
    LIMIT = "limit"
    USER = "user"
    NAME = "name"
    FILE = "file"
    ENCODING = "encoding"
    CAMPAIGN = "campaign"
    NUMBER = "number"
    PROPERTIES = "properties"
