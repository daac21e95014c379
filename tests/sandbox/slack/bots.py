"""Small bots and words that the tests of the local Slack share."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import trio
import trio_websocket

from sandbox.slack import LocalSlack
from sandbox.slack.courier import Kind, Reply

BOT_TOKEN = "xoxb-local"
APP_TOKEN = "xapp-local"
SECRET = "a signing secret"
Json = dict[str, Any]


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


class ScriptedCourier:
    """Keeps what is delivered and answers from a list; with an empty list, with a plain ack."""

    def __init__(self) -> None:
        self.sent: list[tuple[Kind, Json]] = []
        self.answers: list[Reply] = []

    async def deliver(self, kind: Kind, payload: Json, *, attempt: int = 0) -> Reply:
        await trio.lowlevel.checkpoint()
        self.sent.append((kind, msgspec.json.decode(msgspec.json.encode(payload))))
        return self.answers.pop(0) if self.answers else Reply()

    @property
    def last(self) -> Json:
        return self.sent[-1][1]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str, text: str | None = None) -> Json:
    return {"text": plain(text or value), "value": value}


def button(action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def section(text: str = "words", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def text_field(block_id: str = "name", action_id: str = "value", **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": action_id, **more.pop("element", {})}
    return field(element, block_id=block_id, **more)


def field(element: Json, block_id: str = "field", **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain("Label"),
        "element": {"action_id": "value", **element},
        **more,
    }


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "title": plain("A form"),
        "submit": plain("Save"),
        "callback_id": "form",
        "blocks": list(blocks) or [text_field()],
        **more,
    }


@asynccontextmanager
async def socket_bot(slack: LocalSlack):  # type: ignore[no-untyped-def]  # noqa: ANN201 - trio_websocket has no types
    """One open Socket Mode connection, after its hello."""
    async with httpx.AsyncClient(trust_env=False) as client:
        headers = {"Authorization": f"Bearer {APP_TOKEN}"}
        url = f"{slack.base_url}/api/apps.connections.open"
        address = (await client.post(url, headers=headers)).json()["url"]
    async with trio_websocket.open_websocket_url(address) as connection:
        hello = msgspec.json.decode(await connection.get_message())
        assert hello["type"] == "hello"
        yield connection


async def answer_once(connection: Any, reply: Callable[[Json], Json | None]) -> Json:
    """Take one envelope, acknowledge it with what `reply` says, and give it back."""
    envelope = await take_one(connection)
    await acknowledge(connection, envelope, reply(envelope))
    return envelope


async def take_one(connection: Any) -> Json:
    """Take one envelope, which is to be acknowledged."""
    envelope: Json = msgspec.json.decode(await connection.get_message())
    return envelope


async def acknowledge(connection: Any, envelope: Json, payload: Json | None) -> None:
    """Acknowledge an envelope, with or without an answer."""
    ack = {"envelope_id": envelope["envelope_id"]}
    if payload is not None:
        ack["payload"] = payload
    await connection.send_message(msgspec.json.encode(ack).decode())
