"""The acts of the page as JSON objects: each is decoded strictly, then done."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec

from sandbox.slack.acts import ChannelActs, Outcome
from sandbox.slack.modal_acts import ModalActs
from sandbox.slack.refusal import NotPossible
from sandbox.slack.values import Entered

Answer = Outcome | dict[str, Any]


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line typed into the composer."""

    user: str
    channel: str
    text: str
    thread_ts: str | None = None


class InMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something done with a message or one of its elements; `values` is what the others hold."""

    user: str
    channel: str
    ts: str
    action_id: str = ""
    block_id: str | None = None
    value: str | int | list[str] | None = None
    values: Entered = {}


class InView(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something done in a view; `values` is everything that its inputs hold."""

    user: str
    view_id: str
    action_id: str = ""
    block_id: str | None = None
    value: str | int | list[str] | None = None
    values: Entered = {}


class Looked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person looked at a channel, or at the home tab."""

    user: str
    channel: str = ""


async def _command(channels: ChannelActs, _modals: ModalActs, body: bytes) -> Answer:
    act = msgspec.json.decode(body, type=Said)
    return await channels.command(act.user, act.channel, act.text)


async def _say(channels: ChannelActs, _modals: ModalActs, body: bytes) -> Answer:
    act = msgspec.json.decode(body, type=Said)
    return {"ts": channels.say(act.user, act.channel, act.text, act.thread_ts).ts}


async def _click(channels: ChannelActs, _modals: ModalActs, body: bytes) -> Answer:
    act = msgspec.json.decode(body, type=InMessage)
    return await channels.click(
        act.user,
        act.channel,
        act.ts,
        act.action_id,
        block_id=act.block_id,
        value=act.value,
        values=act.values,
    )


async def _suggest(channels: ChannelActs, _modals: ModalActs, body: bytes) -> Answer:
    act = msgspec.json.decode(body, type=InMessage)
    typed = str(act.value or "")
    found = await channels.suggest(act.user, act.channel, act.ts, act.action_id, typed)
    return {"options": found}


async def _dismiss(channels: ChannelActs, _modals: ModalActs, body: bytes) -> Answer:
    act = msgspec.json.decode(body, type=InMessage)
    channels.dismiss(act.user, act.channel, act.ts)
    return {}


async def _read(channels: ChannelActs, _modals: ModalActs, body: bytes) -> Answer:
    act = msgspec.json.decode(body, type=Looked)
    channels.read(act.user, act.channel)
    return {}


async def _home(_channels: ChannelActs, modals: ModalActs, body: bytes) -> Answer:
    modals.open_home(msgspec.json.decode(body, type=Looked).user)
    return {}


async def _change(_channels: ChannelActs, modals: ModalActs, body: bytes) -> Answer:
    act = msgspec.json.decode(body, type=InView)
    return await modals.change(
        act.user,
        act.view_id,
        act.action_id,
        act.value,
        block_id=act.block_id,
        values=modals.still_there(act.user, act.view_id, act.values),
    )


async def _suggest_in_view(_channels: ChannelActs, modals: ModalActs, body: bytes) -> Answer:
    act = msgspec.json.decode(body, type=InView)
    typed = str(act.value or "")
    try:
        modals.enter(act.user, act.view_id, modals.still_there(act.user, act.view_id, act.values))
        found = await modals.suggest(
            act.user,
            act.view_id,
            act.action_id,
            typed,
            block_id=act.block_id,
        )
    except NotPossible:  # the bot took the menu away while somebody typed into it
        found = []
    return {"options": found}


async def _submit(_channels: ChannelActs, modals: ModalActs, body: bytes) -> Answer:
    act = msgspec.json.decode(body, type=InView)
    return await modals.submit(act.user, act.view_id, act.values)


async def _close(_channels: ChannelActs, modals: ModalActs, body: bytes) -> Answer:
    act = msgspec.json.decode(body, type=InView)
    modals.close(act.user, act.view_id)
    return {}


ACTS: Final[Mapping[str, Callable[[ChannelActs, ModalActs, bytes], Awaitable[Answer]]]] = {
    "command": _command,
    "say": _say,
    "click": _click,
    "suggest": _suggest,
    "dismiss": _dismiss,
    "read": _read,
    "home": _home,
    "change": _change,
    "suggest-in-view": _suggest_in_view,
    "submit": _submit,
    "close": _close,
}
