"""Socket Mode: the bot calls Slack, so it needs no public address.

One connection at a time carries envelopes; each is dispatched by itself and acknowledged with its
answer. When Slack asks for a fresh connection, the next one opens while the old one finishes what
it has begun.
"""

import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import SplitResult, urlsplit

import trio
from slack_bolt import BoltRequest, BoltResponse
from slack_sdk import WebClient
from trio_websocket import ConnectionClosed, HandshakeError, WebSocketConnection, wrap_client_stream

from bot.line import SLACK_FAILED, reason

PING_EVERY_SECONDS = 10.0
PONG_SECONDS_MAX = 10.0
CONNECT_SECONDS_MAX = 15.0
FINISH_SECONDS_MAX = 3.0
"""Slack waits so long for an ack; what is not acknowledged by then need not be."""
RETRY_SECONDS = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
STEADY_SECONDS = 30.0
"""A connection that lived so long was a good one: the next opens at once."""
MESSAGE_BYTES_MAX = 1_000_000
ENVELOPES_KEPT_MAX = 1_000
CLOSED_SECONDS_MAX = 2.0

Dispatch = Callable[[BoltRequest], Awaitable[BoltResponse]]
log = logging.getLogger(__name__)

_LOST = (
    *SLACK_FAILED,
    HandshakeError,
    ConnectionClosed,
    trio.BrokenResourceError,
    trio.TooSlowError,
)
"""How a connection may fail to open, or end."""


async def run_socket(client: WebClient, app_token: str, dispatch: Dispatch) -> None:
    """Stay connected until cancelled, whatever Slack and the network do."""
    answers = _Answers()
    failures = 0
    async with trio.open_nursery() as nursery:
        while True:
            begun = trio.current_time()
            connection = _Connection(client, app_token, dispatch, answers)
            nursery.start_soon(connection.run)
            await connection.leaving.wait()
            if trio.current_time() - begun >= STEADY_SECONDS:
                failures = 0
            wait = RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)]
            failures += 1
            level = logging.INFO if connection.greeted else logging.WARNING
            log.log(level, "No connection to Slack (%s); again in %g s", connection.why, wait)
            await trio.sleep(wait)


class _Answers:
    """The answers to the latest envelopes: one that comes twice is done once, answered twice."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, str | None] = OrderedDict()

    def begins(self, envelope: str) -> bool:
        """Tell whether this is new, and keep it."""
        if envelope in self._known:
            return False
        self._known[envelope] = None
        if len(self._known) > ENVELOPES_KEPT_MAX:
            self._known.popitem(last=False)
        return True

    def ended(self, envelope: str, answer: str) -> None:
        if envelope in self._known:
            self._known[envelope] = answer

    def of(self, envelope: str) -> str | None:
        return self._known.get(envelope)


class _Connection:
    """One WebSocket, from its opening to its end. `leaving` is set when another is needed."""

    def __init__(
        self, client: WebClient, app_token: str, dispatch: Dispatch, answers: _Answers
    ) -> None:
        self.leaving = trio.Event()
        self.greeted = False
        self.why = "closed"
        self._client = client
        self._app_token = app_token
        self._dispatch = dispatch
        self._answers = answers

    async def run(self) -> None:
        """Open it, serve it, and end without an exception whatever happens to it."""
        try:
            await self._live(urlsplit(await self._address()))
        except _LOST as error:
            self.why = reason(error)
        finally:
            self.leaving.set()

    async def _address(self) -> str:
        """Ask Slack for an address; each is good for one connection."""
        opening = partial(self._client.apps_connections_open, app_token=self._app_token)
        answer = await trio.to_thread.run_sync(opening)
        return str(answer["url"])

    async def _live(self, url: SplitResult) -> None:
        """Connect, serve, and close; the stream is ours, so it is closed whatever happens."""
        with trio.fail_after(CONNECT_SECONDS_MAX):
            stream = await _open(url)
        async with stream, trio.open_nursery() as nursery:
            with trio.fail_after(CONNECT_SECONDS_MAX):
                resource = f"{url.path or '/'}?{url.query}"
                socket = await wrap_client_stream(
                    nursery, stream, url.netloc, resource, max_message_size=MESSAGE_BYTES_MAX
                )
            await self._serve(socket)
            with trio.move_on_after(CLOSED_SECONDS_MAX):
                await socket.aclose()
            nursery.cancel_scope.cancel()

    async def _serve(self, socket: WebSocketConnection) -> None:
        async with trio.open_nursery() as pings:
            pings.start_soon(self._keep_alive, socket)
            with trio.CancelScope() as finishing:
                async with trio.open_nursery() as work:
                    await self._read(socket, work)
                    self.leaving.set()
                    finishing.deadline = trio.current_time() + FINISH_SECONDS_MAX
            pings.cancel_scope.cancel()

    async def _read(self, socket: WebSocketConnection, work: trio.Nursery) -> None:
        """Take envelopes until Slack asks for another connection or this one ends."""
        while True:
            try:
                envelope = json.loads(await socket.get_message())
            except ConnectionClosed:
                return
            except ValueError:
                log.warning("Slack sent something that is no JSON; it is ignored")
                continue
            match envelope:
                case {"type": "hello"}:
                    self.greeted = True
                case {"type": "disconnect"}:
                    self.why = str(envelope.get("reason", "asked to"))
                    return
                case {"envelope_id": str(name), "payload": dict(payload)}:
                    work.start_soon(self._answer, socket, name, payload, envelope)
                case _:
                    log.info("Slack sent a message of an unknown kind; it is ignored")

    async def _answer(
        self, socket: WebSocketConnection, name: str, payload: dict[str, Any], whole: dict[str, Any]
    ) -> None:
        """Dispatch one envelope and acknowledge it with its answer."""
        if self._answers.begins(name):
            try:
                request = BoltRequest(mode="socket_mode", body=payload)
            except (ValueError, TypeError, AttributeError):  # not of the shape that Bolt knows
                log.warning("Slack sent what is no request, in the envelope %s", name)
                return
            response = await self._dispatch(request)
            if response.status != 200:
                return  # without an ack Slack tells the person to try again
            answer = _acknowledgement(name, response, whole.get("accepts_response_payload"))
            self._answers.ended(name, answer)
        known = self._answers.of(name)
        if known is None:
            return  # its first copy is still at work, and will acknowledge
        try:
            await socket.send_message(known)
        except ConnectionClosed:
            log.info("An answer came after its connection had ended")

    async def _keep_alive(self, socket: WebSocketConnection) -> None:
        """Ping by ourselves: a connection that died silently is left after 20 s at most."""
        try:
            while True:
                await trio.sleep(PING_EVERY_SECONDS)
                with trio.fail_after(PONG_SECONDS_MAX):
                    await socket.ping()
        except ConnectionClosed:
            return
        except trio.TooSlowError:
            log.info("Slack did not answer a ping; the connection is given up")
            with trio.move_on_after(CLOSED_SECONDS_MAX):
                await socket.aclose(1001, "no pong")


async def _open(url: SplitResult) -> trio.SocketStream | trio.SSLStream[trio.SocketStream]:
    """Open the stream of a `wss` address; `ws` is for a Slack on one's own machine."""
    host = url.hostname or ""
    if url.scheme == "ws":
        return await trio.open_tcp_stream(host, url.port or 80)
    return await trio.open_ssl_over_tcp_stream(host, url.port or 443, https_compatible=True)


def _acknowledgement(name: str, response: BoltResponse, takes_payload: object) -> str:
    answer: dict[str, Any] = {"envelope_id": name}
    if response.body and takes_payload:
        content_type = next(iter(response.headers.get("content-type", ())), "")
        is_json = content_type.startswith("application/json")
        answer["payload"] = json.loads(response.body) if is_json else {"text": response.body}
    return json.dumps(answer)
