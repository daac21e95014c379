"""Delivery by Socket Mode: envelopes over the bot's own WebSocket connections.

Each event goes to one connection, in turn. A connection lives until either side closes it, or
until Slack asks for a fresh one and the grace period ends.
"""

from collections import deque
from typing import Any, Final

import msgspec
import trio
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.slack import limits, workspace
from sandbox.slack.courier import Kind, Reply
from sandbox.slack.refusal import BAD_JSON
from sandbox.slack.world import World

REFRESH_GRACE_SECONDS: Final = 10.0
_LATE_MAX: Final = 1_000


class _Waiting(msgspec.Struct):
    """An envelope on its way: `kind` for complaints, `done` set when the ack has come."""

    kind: Kind
    done: trio.Event
    body: Any = None


class _Connection:
    """One WebSocket of the bot's."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self.scope = trio.CancelScope()
        self.leaving = False
        self._sending = trio.Lock()

    async def send(self, message: dict[str, Any]) -> bool:
        """Send one message; no, if the connection is gone."""
        async with self._sending:
            try:
                await self.websocket.send_text(msgspec.json.encode(message).decode())
            except (RuntimeError, OSError, WebSocketDisconnect):
                return False
        return True


class SocketMode:
    """The bot's connections and the envelopes that wait for an acknowledgement."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tickets: dict[str, float] = {}
        self._connections: list[_Connection] = []
        self._waiting: dict[str, _Waiting] = {}
        self._late: deque[tuple[str, Kind]] = deque(maxlen=_LATE_MAX)

    @property
    def connected(self) -> int:
        """How many connections take events now."""
        return sum(not each.leaving for each in self._connections)

    def new_url(self) -> str:
        """A WebSocket address that works once, for a short time."""
        ticket = self._world.tickets.new_id()
        now = self._world.now()
        fresh = now - limits.SOCKET_TICKET_SECONDS_MAX
        self._tickets = {name: at for name, at in self._tickets.items() if at >= fresh}
        self._tickets[ticket] = now
        host = self._world.base.removeprefix("http://")
        return f"ws://{host}/link/?ticket={ticket}&app_id={workspace.APP}"

    async def serve(self, websocket: WebSocket) -> None:
        """Keep one connection until it ends."""
        issued = self._tickets.pop(websocket.query_params.get("ticket", ""), None)
        limit = limits.SOCKET_TICKET_SECONDS_MAX
        if issued is None or self._world.now() - issued > limit:
            await websocket.close()
            return
        await websocket.accept()
        connection = _Connection(websocket)
        if len(self._connections) >= limits.SOCKET_CONNECTIONS_MAX:
            await connection.send(_disconnect("too_many_websockets"))
            await websocket.close()
            return
        self._connections.append(connection)
        try:
            await connection.send(self._hello())
            self._world.feed.changed()
            with connection.scope:
                await self._listen(connection)
            if connection.scope.cancelled_caught:
                await websocket.close()
        except (RuntimeError, OSError, WebSocketDisconnect):
            pass  # the bot went away while we spoke to it: that is its right
        finally:
            self._connections.remove(connection)
            self._world.feed.changed()

    async def refresh(self) -> None:
        """Ask the bot for fresh connections, as Slack does every few hours."""
        for connection in tuple(self._connections):
            connection.leaving = True
            connection.scope.deadline = trio.current_time() + REFRESH_GRACE_SECONDS
            await connection.send(_disconnect("refresh_requested"))

    async def deliver(self, kind: Kind, payload: dict[str, Any], *, attempt: int = 0) -> Reply:
        """Send one envelope to one connection and wait for its acknowledgement."""
        name = self._world.tickets.new_id()
        envelope = {
            "envelope_id": name,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        waiting = self._waiting[name] = _Waiting(kind, trio.Event())
        try:
            if not await self._send_to_one(envelope):
                self._world.complain(kind, "dispatch_failed", "no Socket Mode connection is open")
                return Reply("dispatch_failed")
            with trio.move_on_after(self._world.answer_seconds_max):
                await waiting.done.wait()
                return Reply(None, waiting.body)
            self._late.append((name, kind))
            late = f"no acknowledgement within {self._world.answer_seconds_max:g} seconds"
            self._world.complain(kind, "operation_timeout", late)
            return Reply("operation_timeout")
        finally:
            del self._waiting[name]

    async def _send_to_one(self, envelope: dict[str, Any]) -> bool:
        for connection in tuple(self._connections):
            if not connection.leaving and await connection.send(envelope):
                if connection in self._connections:  # the next event is the next one's turn
                    self._connections.remove(connection)
                    self._connections.append(connection)
                return True
        return False

    async def _listen(self, connection: _Connection) -> None:
        while True:
            message = await connection.websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            self._acknowledged(message.get("text") or message.get("bytes") or "")

    def _acknowledged(self, raw: str | bytes) -> None:
        try:
            answer = msgspec.json.decode(raw)
        except BAD_JSON:
            answer = None
        name = answer.get("envelope_id") if isinstance(answer, dict) else None
        if not isinstance(name, str):
            self._world.complain("socket", "invalid_envelope", "no envelope_id in the message")
            return
        waiting = self._waiting.get(name)
        if waiting is not None:
            waiting.body = answer.get("payload")
            waiting.done.set()
            return
        late = next((kind for known, kind in self._late if known == name), None)
        if late is not None:
            self._world.complain(
                late, "late_ack", f"acknowledged after {self._world.answer_seconds_max:g} seconds"
            )
        else:
            self._world.complain("socket", "unknown_envelope", f"no envelope {name} waits")

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "connection_info": {"app_id": workspace.APP},
            "debug_info": {
                "host": "applink-local",
                "started": "2026-01-01 00:00:00.000",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
        }


def _disconnect(reason: str) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}}
