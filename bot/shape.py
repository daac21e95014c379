"""Whether a request has the shape that Slack's documentation gives it, before anything reads it.

A genuine one always has; whatever does not is turned away at the door with one plain answer, so
that no listener must doubt each field. Source: Slack's reference of interaction payloads.
"""

from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType


class _Named(Struct):
    id: str


class _Person(Struct):
    id: str
    team_id: str = ""


class _Action(Struct):
    type: str
    action_id: str
    block_id: str = ""
    value: str | None = ""  # null where somebody has emptied an input


class _Container(Struct):
    type: str
    channel_id: str = ""
    message_ts: str = ""
    view_id: str = ""


class _State(Struct):
    values: dict[str, dict[str, dict[str, Any]]]


class _View(Struct):
    id: str
    type: str
    blocks: list[dict[str, Any]] = []
    callback_id: str = ""
    hash: str = ""
    private_metadata: str = ""
    state: _State | None = None


class _Interaction(Struct):
    type: str
    user: _Person
    team: _Named | None = None
    channel: _Named | None = None
    container: _Container | None = None
    actions: Annotated[list[_Action], Meta(min_length=1)] | UnsetType = UNSET
    view: _View | UnsetType = UNSET
    trigger_id: str = ""
    response_url: str = ""
    action_id: str = ""
    block_id: str = ""
    callback_id: str = ""
    value: str = ""  # what was typed into a menu


class _Command(Struct):
    command: str
    user_id: str
    team_id: str = ""
    channel_id: str = ""
    text: str = ""
    trigger_id: str = ""
    response_url: str = ""


class _Event(Struct):
    type: str


class _Envelope(Struct):
    type: str
    event: _Event
    event_id: str = ""


_Shape: TypeAlias = type[_Command] | type[_Interaction] | type[_Envelope]
_NEEDS_VIEW = frozenset({"view_submission", "view_closed"})
_NEEDS_ACTIONS = frozenset({"block_actions"})


def is_slacks(body: dict[str, Any]) -> bool:
    """Tell whether this can be a command, an interaction or an event of Slack."""
    if body.get("type") == "url_verification" or "ssl_check" in body:
        return True
    shape: _Shape = _Interaction
    if "command" in body:
        shape = _Command
    elif body.get("type") == "event_callback":
        shape = _Envelope
    try:
        read = msgspec.convert(body, shape)
    except msgspec.ValidationError:
        return False
    if isinstance(read, _Interaction):
        has_view, has_actions = read.view is not UNSET, read.actions is not UNSET
        pressed = () if read.actions is UNSET else read.actions
        return (
            (has_view or read.type not in _NEEDS_VIEW)
            and (has_actions or read.type not in _NEEDS_ACTIONS)
            and all(each.value is not None or each.type != "button" for each in pressed)
        )
    return True
