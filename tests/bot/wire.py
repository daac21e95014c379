"""Slack's requests as they come over the wire, signed, for the app under test."""

import json
from typing import Any
from urllib.parse import urlencode

import msgspec
import trio
from slack_bolt import BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.app import make_app, make_client
from bot.directory import Directory
from bot.dispatch import Dispatcher
from bot.home_tab import Homes
from bot.menus import name_option
from bot.ports import Desk
from bot.settings import BotSettings
from tests.bot.fake_desk import NOW_MS
from tests.bot.slack_stub import SlackStub

SECRET = "a-signing-secret"
ANA, BEN, CHLOE = "U0ANA", "U0BEN", "U0CHLOE"


def signed(body: str, *, at_ms: int = NOW_MS, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(at_ms // 1000)
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signature or "",
    }


class Wire:
    """Sends what people do to the app, and returns when all of it has been done."""

    def __init__(
        self,
        settings: BotSettings,
        desk: Desk,
        slack: SlackStub,
        nursery: trio.Nursery | None = None,
    ) -> None:
        self.settings = settings
        self.now_ms = NOW_MS
        client = make_client(settings)
        directory = Directory(client, desk.members)
        homes = Homes(client, desk, directory, settings, now_ms=lambda: NOW_MS, settle_seconds=0.0)
        if nursery is not None:  # then home tabs are drawn
            nursery.start_soon(homes.run)
        self.app = make_app(settings, desk, directory, now_ms=lambda: self.now_ms, homes=homes)
        self.slack = slack
        self._tick = 0

    async def send(self, body: str, headers: dict[str, str] | None = None) -> BoltResponse:
        async with trio.open_nursery() as nursery:
            request = BoltRequest(body=body, headers={**(headers or signed(body))})
            return await Dispatcher(self.app, nursery)(request)

    async def early(self, nursery: trio.Nursery, body: str) -> BoltResponse:
        """Return what Slack is answered at once; the rest goes on in the nursery."""
        return await Dispatcher(self.app, nursery)(BoltRequest(body=body, headers={**signed(body)}))

    async def command(self, user: str, text: str, **more: str) -> BoltResponse:
        return await self.send(self.command_body(user, text, **more))

    def command_body(self, user: str, text: str, **more: str) -> str:
        self._tick += 1
        fields = {
            "command": "/campaign",
            "text": text,
            "user_id": user,
            "team_id": "T1",
            "channel_id": "C0MAIN",
            "trigger_id": f"trigger-{self._tick}",
            "response_url": self.slack.response_url,
        }
        return urlencode(fields | more)

    async def press(self, user: str, action: str, value: str, **more: Any) -> BoltResponse:
        return await self.send(self.press_body(user, action, value, **more))

    def press_body(
        self,
        user: str,
        action: str,
        value: str,
        *,
        ephemeral: bool = False,
        team: str = "T1",
        channel: str = "C0REVIEW",
    ) -> str:
        container = {
            "type": "message",
            "channel_id": channel,
            "message_ts": "1.0001",
            "is_ephemeral": ephemeral,
        }
        return self.interact_body(
            type="block_actions",
            user={"id": user, "team_id": team},
            container=container,
            channel={"id": channel},
            response_url=self.slack.response_url,
            actions=[self._action(action, value)],
        )

    async def choose(self, user: str, action: str, value: str, *, block: str) -> BoltResponse:
        """Choose an option of a menu on a message that only the person sees."""
        chosen = self._action(action, "") | {
            "type": "static_select",
            "block_id": block,
            "selected_option": {"text": {"type": "plain_text", "text": value}, "value": value},
        }
        return await self.interact(
            type="block_actions",
            user={"id": user, "team_id": "T1"},
            container={"type": "message", "channel_id": "C0REVIEW", "is_ephemeral": True},
            channel={"id": "C0REVIEW"},
            response_url=self.slack.response_url,
            actions=[chosen],
        )

    async def in_view(
        self, user: str, action: str, view: dict[str, Any], block: str = "b", value: str = ""
    ) -> BoltResponse:
        return await self.interact(
            type="block_actions",
            user={"id": user, "team_id": "T1"},
            view=view,
            container={"type": "view", "view_id": view["id"]},
            actions=[self._action(action, value) | {"block_id": block}],
        )

    async def submit(self, user: str, view: dict[str, Any]) -> Any:
        response = await self.interact(
            type="view_submission", user={"id": user, "team_id": "T1"}, view=view
        )
        assert response.status == 200
        return json.loads(response.body) if response.body else None

    async def interact(self, **payload: Any) -> BoltResponse:
        return await self.send(self.interact_body(**payload))

    def interact_body(self, **payload: Any) -> str:
        self._tick += 1
        whole = {"team": {"id": "T1"}, "trigger_id": f"trigger-{self._tick}", **payload}
        return urlencode({"payload": json.dumps(whole)})

    def _action(self, action: str, value: str) -> dict[str, Any]:
        self._tick += 1
        return {
            "type": "button",
            "action_id": action,
            "block_id": "b",
            "value": value,
            "action_ts": str(self._tick),
        }


def opened(view: dict[str, Any], values: dict[str, str], view_hash: str = "hash-0") -> Any:
    """A view as Slack sends it back, after somebody entered these values (block id -> text).

    The value of a file input is `ID:NAME`.
    """
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            name = block["block_id"]
            state[name] = {element["action_id"]: _state(element, values.get(name))}
    return {**view, "id": "V1", "hash": view_hash, "state": {"values": state}}


def _state(element: dict[str, Any], value: str | None) -> dict[str, Any]:
    kind = element["type"]
    if kind in ("checkboxes", "multi_static_select"):
        wanted = None if value is None else value.split(",")
        chosen = [each for each in element["options"] if each["value"] in (wanted or ())]
        first = element.get("initial_options", [])
        return {"type": kind, "selected_options": first if wanted is None else chosen}
    if kind == "external_select":
        typed = name_option(value) if value else None
        option = element.get("initial_option") if value is None else typed
        return {"type": kind, "selected_option": option}
    if kind == "multi_external_select":
        several = [name_option(each) for each in (value or "").split(",")]
        options = element.get("initial_options", []) if value is None else several
        return {"type": kind, "selected_options": options}
    if kind == "file_input":
        file = dict(zip(("id", "name"), (value or "").split(":"), strict=False))
        return {"type": kind, "files": [file] if value else []}
    if kind in ("static_select", "radio_buttons"):
        first = element["initial_option"]
        chosen = [each for each in element["options"] if each["value"] == value]
        return {"type": kind, "selected_option": chosen[0] if chosen else first}
    name = {"datepicker": "date", "timepicker": "time"}.get(kind)
    if name:
        first = element.get(f"initial_{name}")
        return {"type": kind, f"selected_{name}": first if value is None else value}
    return {"type": kind, "value": element.get("initial_value") if value is None else value}


async def look_home(wire: Wire, user: str, tab: str = "home") -> None:
    event = {"type": "app_home_opened", "user": user, "tab": tab, "channel": "D1"}
    body = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{user}{tab}", "event": event}
    text = msgspec.json.encode(body).decode()
    headers = signed(text) | {"content-type": "application/json"}
    async with trio.open_nursery() as nursery:
        await Dispatcher(wire.app, nursery)(BoltRequest(body=text, headers={**headers}))
