"""Segment as a daemon meets it: the local Segment's rules and faults, in virtual time.

Nothing listens on a socket. What would be done to the connection becomes the exception that httpx
would have raised, at the time at which it would have.
"""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import httpx
import msgspec
import trio

from sandbox.segment import protocol
from sandbox.segment.answers import Answer
from sandbox.segment.faults import (
    Counted,
    Hang,
    Late,
    Refuse,
    ResetInAnswer,
    ResetInBody,
    Slow,
    Standing,
    kind_of,
)
from sandbox.segment.workspace import Arrival
from tests.simulation.history import Received, Request, Response, Sent
from tests.simulation.inline import Died
from tests.simulation.world import World

WAY_MS_MAX = 80.0
"""How long a request or an answer is on its way, when all is well."""


class SegmentInWorld(httpx.AsyncBaseTransport):
    """Carries one daemon's requests; `alive` says whether that daemon still is."""

    def __init__(self, world: World, daemon: int, *, alive: Callable[[], bool]) -> None:
        self._world = world
        self._daemon = daemon
        self._alive = alive

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Play one request from its first byte to the end of its answer."""
        body = await request.aread()
        if not self._alive():
            raise Died
        world = self._world
        world.requests += 1
        fault = world.segment.faults.take()
        flight = _Flight(world, request, body, fault, n=world.requests)
        world.record(
            Request(
                at_ms=world.now_ms(),
                n=flight.n,
                daemon=self._daemon,
                messages=flight.sent(),
                fault="" if fault is None else kind_of(fault),
            )
        )
        status, success, seen = 0, False, {}
        world.on_the_wire += 1
        try:
            answer = await flight.play()
            self._or_died()
            content = b"".join([part async for part in flight.answer(answer)])
            status, success = answer.status, answer.body == b'{"success": true}'
            seen = {
                "retry_after": answer.headers.get("retry-after", ""),
                "reset": answer.headers.get("x-ratelimit-reset", ""),
            }
            self._or_died()
            return httpx.Response(answer.status, headers=answer.headers, content=content)
        except trio.Cancelled:
            flight.lost(dead=not self._alive())
            raise
        finally:
            world.on_the_wire -= 1
            if self._alive():
                now_ms = world.now_ms()
                world.record(Response(now_ms, flight.n, status, success=success, **seen))

    def _or_died(self) -> None:
        if not self._alive():
            raise Died


class _Flight:
    """One request on its way."""

    def __init__(
        self,
        world: World,
        request: httpx.Request,
        body: bytes,
        fault: Counted | Standing | None,
        *,
        n: int,
    ) -> None:
        self._world = world
        self._request = request
        self._body = body
        self._fault = fault
        self._chance = world.chance("request", n)
        self._timeout = float(request.extensions["timeout"]["read"] or 0)
        self._arrived = False
        self.n = n

    def sent(self) -> tuple[Sent, ...]:
        """Return the messages that the request carries."""
        plain = protocol.unzip(self._body, self._request.headers.get("content-encoding", ""))
        assert isinstance(plain, bytes), plain
        return tuple(_sent(message) for message in msgspec.json.decode(plain)["batch"])

    async def play(self) -> Answer:
        """Let the request arrive, and return the answer that sets out; raise as httpx would."""
        await self._travel()
        match self._fault:
            case Refuse():
                self._arrive()
                raise httpx.ConnectError("refused", request=self._request)
            case ResetInBody():
                self._arrive()
                raise httpx.WriteError("reset in the body", request=self._request)
            case Hang(seconds=seconds):
                self._arrive()
                await trio.sleep(min(seconds, self._timeout))
                if seconds < self._timeout:
                    raise httpx.RemoteProtocolError("reset", request=self._request)
                raise httpx.ReadTimeout("no answer", request=self._request)
            case ResetInAnswer():
                self._arrive()
                await self._travel()
                raise httpx.RemoteProtocolError("reset in the answer", request=self._request)
            case Late(seconds=seconds):
                answer = self._arrive()
                await trio.sleep(min(seconds, self._timeout))
                if seconds >= self._timeout:
                    raise httpx.ReadTimeout("a late answer", request=self._request)
                return answer
            case _:
                answer = self._arrive()
                await self._travel()
                return answer

    async def answer(self, answer: Answer) -> AsyncIterator[bytes]:
        """Yield the answer's body as it comes."""
        if isinstance(self._fault, Slow):
            for _ in range(round(self._fault.seconds)):
                await trio.sleep(1)
        yield answer.body

    def lost(self, *, dead: bool) -> None:
        """Decide what becomes of a request whose daemon gave up or died: perhaps it arrives."""
        whole = not isinstance(self._fault, Refuse | ResetInBody)
        if not self._arrived and whole and (not dead or self._chance.random() < 0.5):
            self._arrive()

    async def _travel(self) -> None:
        await trio.sleep(self._chance.random() ** 3 * WAY_MS_MAX / 1000)

    def _arrive(self) -> Answer:
        """Let Segment decide, and write down what it took."""
        self._arrived = True
        segment = self._world.segment
        before = segment.receipts.next_message
        headers = self._request.headers
        answer = segment.receive(
            Arrival(
                call="batch",
                body=self._body,
                bytes_read=len(self._body),
                encoding=headers.get("content-encoding", ""),
                authorization=headers.get("authorization", ""),
                fault=self._fault,
            )
        )
        found: dict[str, list[str]] = {"accepted": [], "duplicate": [], "dropped": []}
        count = segment.receipts.next_message - before
        for place in range(-count, 0):
            message = segment.receipts.messages[place]
            found[message.outcome].append(message.message_id or "")
        if count:
            self._world.record(
                Received(
                    at_ms=self._world.now_ms(),
                    n=self.n,
                    accepted=tuple(found["accepted"]),
                    duplicates=tuple(found["duplicate"]),
                    dropped=tuple(found["dropped"]),
                )
            )
        return answer


def _sent(message: dict[str, Any]) -> Sent:
    properties = message["properties"]
    expires = datetime.fromisoformat(properties["expires_at"])
    return Sent(
        message_id=message["messageId"],
        user=message.get("userId") or message["anonymousId"],
        campaign=properties["campaign_name"],
        run=properties["run_id"],
        expires_ms=round(expires.timestamp() * 1000),
        event=(properties.get("event") or {}).get("id", ""),
        variant=properties["variant"] or "",
        said=(properties.get("key_values") or {}).get("said", ""),
    )
