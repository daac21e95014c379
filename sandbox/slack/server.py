"""The local Slack itself: one server, one workspace, and the people in it."""

import logging
import time
from collections.abc import Callable, Collection
from typing import Any

import trio
from hypercorn.config import Config
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from sandbox import serving
from sandbox.slack import limits, payloads
from sandbox.slack.acts import ChannelActs, Outcome
from sandbox.slack.courier import Courier
from sandbox.slack.http_delivery import HttpCourier
from sandbox.slack.messages import Message
from sandbox.slack.modal_acts import ModalActs
from sandbox.slack.page_api import PageApi
from sandbox.slack.refusal import Complaint
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.values import Entered
from sandbox.slack.views import View
from sandbox.slack.web_api import WebApi
from sandbox.slack.world import World


class LocalSlack:
    """A Slack workspace for one bot.

    Without a `request_url` the bot connects by Socket Mode; with one it gets signed HTTP POSTs
    there. The bot gets the `events` it subscribes to ("message" means its direct messages).
    `is_read_only`: nobody writes in its direct messages (`messages_tab_read_only_enabled`).
    `now` is the clock (epoch seconds) of message names, triggers and rate limits; `seed` makes
    ids repeatable. What the bot does wrong is kept in `complaints`: to answer later than after
    `answer_seconds_max` too, which a machine that is busy with anything else may need more of.
    """

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str,
        signing_secret: str,
        request_url: str | None = None,
        events: Collection[str] = ("app_home_opened", "app_mention"),
        is_read_only: bool = False,
        now: Callable[[], float] = time.time,
        seed: int = 0,
        answer_seconds_max: float = limits.ANSWER_SECONDS_MAX,
    ) -> None:
        self.world = World(now, seed, answer_seconds_max, is_read_only=is_read_only)
        self._socket = SocketMode(self.world)
        self._courier: Courier = self._socket
        if request_url is not None:
            complain = self.world.complain
            self._courier = HttpCourier(
                request_url, signing_secret, now, complain, answer_seconds_max
            )
        self._channels = ChannelActs(self.world, self._courier, self._emit)
        self._modals = ModalActs(self.world, self._courier, self._emit, self._notify)
        self._events = frozenset(events)
        self._nursery: trio.Nursery | None = None
        api = WebApi(self.world, bot_token, app_token, self._socket.new_url)
        page = PageApi(self.world, self._channels, self._modals)
        self._app = Starlette(
            routes=[
                Route("/", page.index),
                Route("/page/{name}", page.static),
                Route("/archives/{channel}/{ts}", page.permalink),
                Route("/page-api/state", page.state),
                Route("/page-api/changes", page.changes),
                Route("/page-upload", page.upload, methods=["POST"]),
                Route("/page-files/{id}/{name}", page.file),
                Route("/page-api/{act}", page.act, methods=["POST"]),
                Route("/api/{method}", api.call, methods=["GET", "POST"]),
                Route("/response/{key}", api.respond, methods=["POST"]),
                Route("/upload/{key}", api.upload, methods=["POST"]),
                Route("/files/{id}/{name}", api.file),
                WebSocketRoute("/link/", self._socket.serve),
            ],
        )

    async def serve(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED,
    ) -> None:
        """Run until cancelled; starts with the base URL, such as http://127.0.0.1:41234."""
        config = Config()
        config.bind = [f"{host}:{port}"]
        config.errorlog = logging.getLogger(__name__)
        async with trio.open_nursery() as nursery:
            binds = await nursery.start(serving.serve, self._app, config)
            self.world.base = binds[0]
            self._nursery = nursery
            task_status.started(binds[0])
            try:
                await trio.sleep_forever()
            finally:
                self._nursery = None

    @property
    def base_url(self) -> str:
        """Where it serves; empty before it does."""
        return self.world.base

    @property
    def complaints(self) -> list[Complaint]:
        """Refused API calls, missing and late acknowledgements, and answers Slack would drop."""
        return self.world.complaints.listed()

    @property
    def connections(self) -> int:
        """How many Socket Mode connections take events."""
        return self._socket.connected

    async def refresh_connections(self) -> None:
        """Ask the bot for fresh Socket Mode connections, as Slack does every few hours."""
        await self._socket.refresh()

    async def wait_until(self, true: Callable[[], bool]) -> None:
        """Return once `true()` holds, asked again after every change (a test sets the limit)."""
        await self.world.feed.wait_until(true)

    async def command(self, user: str, channel: str, text: str) -> Outcome:
        """Type a slash command, such as `/campaign help`; returns when the bot has answered."""
        return await self._channels.command(user, channel, text)

    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Write a plain message."""
        return self._channels.say(user, channel, text, thread_ts)

    async def click(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: Any = None,
        values: Entered | None = None,
    ) -> Outcome:
        """Press a button of a message, or choose `value` in a menu; `values` are its inputs."""
        return await self._channels.click(
            user,
            channel,
            ts,
            action_id,
            block_id=block_id,
            value=value,
            values=values,
        )

    async def change(
        self,
        user: str,
        view_id: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
        values: Entered | None = None,
    ) -> Outcome:
        """Press a button of a view, or choose or type `value` in one of its elements."""
        return await self._modals.change(
            user,
            view_id,
            action_id,
            value,
            block_id=block_id,
            values=values,
        )

    async def suggest(
        self,
        user: str,
        view_id: str,
        action_id: str,
        typed: str,
        *,
        block_id: str | None = None,
    ) -> list[dict[str, Any]]:
        """Type into an external select of a view; the options that the bot offers."""
        return await self._modals.suggest(user, view_id, action_id, typed, block_id=block_id)

    def upload(self, user: str, name: str, content: bytes) -> str:
        """Put a file where a file input can take it; its id is the value to enter there."""
        return str(self._modals.upload(user, name, content)["id"])

    async def submit(self, user: str, view_id: str, values: Entered | None = None) -> Outcome:
        """Fill in `values` (block id -> action id -> plain value) and press submit."""
        return await self._modals.submit(user, view_id, values)

    def close_view(self, user: str, view_id: str) -> None:
        """Close a modal without submitting it."""
        self._modals.close(user, view_id)

    def open_home(self, user: str) -> None:
        """Look at the bot's home tab."""
        self._modals.open_home(user)

    def dismiss(self, user: str, channel: str, ts: str) -> None:
        """Take away a message that only this user sees."""
        self._channels.dismiss(user, channel, ts)

    def messages(self, channel: str) -> list[Message]:
        """What stands in a channel, oldest first."""
        return self.world.messages.in_channel(channel)

    def ephemerals(self, user: str, channel: str) -> list[Message]:
        """What only this user sees in a channel, oldest first."""
        return self.world.messages.ephemerals(user, channel)

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The replies to a message, oldest first."""
        return self.world.messages.replies(channel, ts)

    def views(self, user: str) -> list[View]:
        """The user's open modals, the one on top last."""
        return self.world.views.stack(user)

    def home(self, user: str) -> View | None:
        """The user's home tab of the bot."""
        return self.world.views.home(user)

    def _emit(self, inner: dict[str, Any]) -> None:
        if self._nursery is not None and inner["type"] in self._events:
            payload = payloads.event(self.world, inner)
            self._nursery.start_soon(self._deliver_event, payload)

    def _notify(self, payload: dict[str, Any]) -> None:
        if self._nursery is not None:
            self._nursery.start_soon(self._courier.deliver, "interactive", payload)

    async def _deliver_event(self, payload: dict[str, Any]) -> None:
        """Deliver an event, and again at once, after a minute and after five if it fails."""
        reply = await self._courier.deliver("events_api", payload)
        for attempt, wait in enumerate(limits.EVENT_RETRY_WAITS_SECONDS, start=1):
            if reply.error is None:
                return
            await trio.sleep(wait)
            reply = await self._courier.deliver("events_api", payload, attempt=attempt)
