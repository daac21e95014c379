"""HTTP mode: one route that takes Slack's signed requests, and feeds them to the dispatch."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import trio
from hypercorn.config import Config
from slack_bolt import BoltRequest, BoltResponse
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actors import serving
from bot.settings import BotSettings

PATH = "/slack/events"
BODY_BYTES_MAX = 1_000_000
"""Slack's largest requests carry a modal, of 250 KB at most, in URL encoding."""
BODY_SECONDS_MAX = 5.0

_HEADERS = (
    "content-type",
    "x-slack-signature",
    "x-slack-request-timestamp",
    "x-slack-retry-num",
    "x-slack-retry-reason",
)
"""What Bolt is told; its own control headers are none of the outside's business."""

log = logging.getLogger(__name__)


def make_door(dispatch: Callable[[BoltRequest], Awaitable[BoltResponse]]) -> Starlette:
    """Return the ASGI application."""

    async def events(request: Request) -> Response:
        try:
            with trio.fail_after(BODY_SECONDS_MAX):
                body = await _body(request)
        except (trio.TooSlowError, ClientDisconnect):
            return JSONResponse({"error": "the request did not arrive in time"}, 408)
        if body is None:
            return JSONResponse({"error": f"more than {BODY_BYTES_MAX} bytes"}, 413)
        headers = {name: request.headers[name] for name in _HEADERS if name in request.headers}
        try:
            bolt_request = BoltRequest(body=body.decode(), headers={**headers})
        except (ValueError, TypeError, AttributeError):  # not UTF-8, not JSON, not Slack's shape
            return JSONResponse({"error": "this is no request of Slack"}, 400)
        answer = await dispatch(bolt_request)
        return Response(answer.body, answer.status, answer.first_headers_without_set_cookie())

    return Starlette(routes=[Route(PATH, events, methods=["POST"])])


async def serve(
    settings: BotSettings,
    dispatch: Callable[[BoltRequest], Awaitable[BoltResponse]],
    *,
    task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Listen until cancelled; started with the address, such as http://127.0.0.1:3000."""
    config = Config()
    config.bind = [f"{settings.host}:{settings.port}"]
    config.errorlog = log
    async with trio.open_nursery() as nursery:
        binds = await nursery.start(serving.serve, make_door(dispatch), config)
        task_status.started(binds[0])


async def _body(request: Request) -> bytes | None:
    """Return the body, or None as soon as it is too long."""
    body = bytearray()
    async with aclosing(request.stream()) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > BODY_BYTES_MAX:
                return None
    return bytes(body)
