"""The HTTP doors for the page: one state, one stream of changes, and a POST for each act."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import trio
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.slack import limits, page_acts
from sandbox.slack.acts import ChannelActs, Outcome
from sandbox.slack.feed import Feed
from sandbox.slack.modal_acts import ModalActs
from sandbox.slack.page_state import page_state
from sandbox.slack.refusal import BAD_JSON, NotPossible, Refused
from sandbox.slack.web_api import limited_body
from sandbox.slack.world import World

PAGE: Final = Path(__file__).with_name("page")
KEEP_ALIVE_SECONDS: Final = 15.0
ACT_BYTES_MAX: Final = 400_000
_PICTURES: Final = ("image/png", "image/jpeg", "image/gif")
_KINDS: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'self'; img-src * data:; style-src 'self'; frame-ancestors 'none'"
    ),
}


class ChangeStream(Response):
    """Server-sent events: the feed's version now and after every change, until the page goes."""

    def __init__(self, feed: Feed) -> None:
        headers = {"Cache-Control": "no-store"}
        super().__init__(headers=headers, media_type="text/event-stream")
        del self.headers["content-length"]
        self._feed = feed

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._watch, receive, nursery.cancel_scope)
            await send(head)
            seen = -1
            while True:
                words = ": still here\n\n"
                with trio.move_on_after(KEEP_ALIVE_SECONDS):
                    seen = await self._feed.wait_beyond(seen)
                    words = f"data: {seen}\n\n"
                body = words.encode()
                await send({"type": "http.response.body", "body": body, "more_body": True})

    async def _watch(self, receive: Receive, scope: trio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        scope.cancel()


class PageApi:
    """Serves the static page and what it asks for."""

    def __init__(self, world: World, channels: ChannelActs, modals: ModalActs) -> None:
        self._world = world
        self._channels = channels
        self._modals = modals

    async def index(self, _request: Request) -> Response:
        """GET /: the page."""
        return FileResponse(PAGE / "index.html", headers=dict(_HEADERS))

    async def static(self, request: Request) -> Response:
        """GET /page/NAME: one of the page's own files, and nothing else."""
        known = {each.name: each for each in PAGE.iterdir() if each.suffix in _KINDS}
        path = known.get(request.path_params["name"])
        if path is None:
            return Response("not found", 404)
        return FileResponse(path, media_type=_KINDS[path.suffix], headers=dict(_HEADERS))

    async def permalink(self, request: Request) -> Response:
        """GET /archives/CHANNEL/pTS: the page, at one message."""
        channel, ts = request.path_params["channel"], request.path_params["ts"][1:]
        if not channel.isalnum() or not ts.isdecimal():
            return Response("not found", 404)
        return RedirectResponse(f"/#{channel}/{ts[:-6]}.{ts[-6:]}", 307)

    async def state(self, request: Request) -> Response:
        """GET /page-api/state?user=ID: all that this person sees now."""
        try:
            state = page_state(self._world, request.query_params.get("user", ""))
        except NotPossible as wrong:
            return _json({"ok": False, "error": str(wrong)}, 400)
        return _json(state)

    async def changes(self, _request: Request) -> Response:
        """GET /page-api/changes: a server-sent event with the version after every change."""
        return ChangeStream(self._world.feed)

    async def file(self, request: Request) -> Response:
        """GET /page-files/ID/NAME: what the page shows; a browser has no token of the app."""
        try:
            file = self._world.files.find(request.path_params["id"])
        except Refused:
            return Response("not found", 404)
        kind = self._world.files.json(file, self._world.base)["mimetype"]
        safe = kind if kind in _PICTURES else "text/plain; charset=utf-8"
        return Response(file.content or b"", media_type=safe, headers=dict(_HEADERS))

    async def upload(self, request: Request) -> Response:
        """POST /page-upload?user=ID&name=NAME: the bytes of a file for a file input."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip()
        if kind != "application/octet-stream":  # as with acts, no foreign page can send it
            return _json({"ok": False, "error": "send application/octet-stream"}, 415)
        asked = request.query_params
        try:
            content = await limited_body(request, limits.FILE_BYTES_MAX)
            file = self._modals.upload(asked.get("user", ""), asked.get("name", ""), content)
        except (NotPossible, Refused) as wrong:
            return _json({"ok": False, "error": str(wrong)}, 400)
        return _json({"ok": True, "file": file})

    async def act(self, request: Request) -> Response:
        """POST /page-api/ACT with a JSON object: something that the person does."""
        doer = page_acts.ACTS.get(request.path_params["act"])
        kind = request.headers.get("content-type", "").partition(";")[0].strip()
        if doer is None:
            return _json({"ok": False, "error": "there is no such act"}, 404)
        if kind != "application/json":  # which a foreign page cannot send without being asked
            return _json({"ok": False, "error": "send application/json"}, 415)
        try:
            body = await limited_body(request, ACT_BYTES_MAX)
            outcome = await doer(self._channels, self._modals, body)
        except (NotPossible, Refused, *BAD_JSON) as wrong:
            return _json({"ok": False, "error": str(wrong)}, 400)
        if isinstance(outcome, Outcome):
            answer = {"ok": outcome.ok, "error": outcome.error, "errors": outcome.errors}
            return _json(answer)
        return _json({"ok": True, **outcome})


def _json(body: Any, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(body), status, headers, media_type="application/json")
