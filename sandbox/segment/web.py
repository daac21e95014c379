"""The doors of the local Segment: `/v1/*` with every fault done to the connection, and the rest.

Without a front (an in-process client) a reset is a `ConnectionResetError` raised to the client.
"""

import trio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.segment.answers import REDIRECTED, Answer, refusal
from sandbox.segment.body import read_body
from sandbox.segment.control import routes_of
from sandbox.segment.faults import Hang, Late, Refuse, ResetInAnswer, ResetInBody, Slow
from sandbox.segment.front import Front, Link
from sandbox.segment.protocol import BATCH_BYTES_MAX, CALLS
from sandbox.segment.workspace import Arrival, Workspace

BODY_BYTES_KEPT_MAX = BATCH_BYTES_MAX + 1  # one more than allowed is enough to refuse it
BODY_BYTES_READ_MAX = 64 * 1024 * 1024
ANSWER_BYTES_BEFORE_RESET = 24  # ends within the first header line


def app_of(workspace: Workspace, front: Front | None = None) -> Starlette:
    """The whole as an ASGI application."""
    door = _Door(workspace, front)
    return Starlette(
        routes=[
            Route("/v1/{call}", door.track, methods=["POST"]),
            Route(REDIRECTED + "/{path:path}", door.followed, methods=["GET", "POST"]),
            *routes_of(workspace),
        ]
    )


class _Door:
    def __init__(self, workspace: Workspace, front: Front | None) -> None:
        self._workspace = workspace
        self._front = front

    async def track(self, request: Request) -> Response:
        """One request of a client of Segment's."""
        call = request.path_params["call"]
        if call not in CALLS:
            return _response(refusal(404, "not_found", f"There is no /v1/{call}."))
        began = self._workspace.now()
        fault = self._workspace.faults.take()
        match fault:
            case Refuse():
                read_max = 0
            case ResetInBody(after_bytes=after_bytes):
                read_max = after_bytes
            case _:
                read_max = BODY_BYTES_READ_MAX
        body = await read_body(request, read_max=read_max, kept_max=BODY_BYTES_KEPT_MAX)
        arrival = Arrival(
            call=call,
            body=body.kept,
            bytes_read=body.read,
            complete=body.complete,
            encoding=request.headers.get("content-encoding", ""),
            authorization=request.headers.get("authorization", ""),
            retry_count=request.headers.get("x-retry-count"),
            fault=fault,
            began=began,
        )
        return await self._play(request, arrival, self._workspace.receive(arrival))

    async def followed(self, request: Request) -> Response:
        """Somebody followed a redirect, and brought the write key along."""
        self._workspace.receipts.redirects_followed += 1
        message = f"Nobody should follow a redirect to {request.url.path}."
        return _response(refusal(404, "not_found", message))

    async def _play(self, request: Request, arrival: Arrival, answer: Answer) -> Response:
        """Do to the connection what the fault wants, then answer what is left to answer."""
        match arrival.fault:
            case Refuse() | ResetInBody():
                self._link(request).reset()
            case Hang(seconds=seconds):
                await _silence(request, seconds)
                self._link(request).reset()
            case ResetInAnswer():
                self._link(request).cut_after(ANSWER_BYTES_BEFORE_RESET)
            case Slow(seconds=seconds):
                self._link(request).slow_for(seconds)
            case Late(seconds=seconds):
                await _silence(request, seconds)
            case _:
                pass
        return _response(answer)

    def _link(self, request: Request) -> Link:
        client = request.client
        link = self._front.link(client.port) if self._front and client else None
        if link is None:
            raise ConnectionResetError("The local Segment reset this connection, as it was asked.")
        return link


async def _silence(request: Request, seconds: float) -> None:
    """Say nothing for so long, or until the client has gone."""
    with trio.move_on_after(seconds):
        while (await request.receive())["type"] != "http.disconnect":
            pass


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status or 500, answer.headers)
