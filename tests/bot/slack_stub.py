"""Slack's Web API and response URLs on loopback, strict about what it is given."""

import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qsl

import hypercorn.trio
import trio
from hypercorn.config import Config
from msgspec import Struct
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.bot.oracle import message_problems, view_problems
from tests.patience import PATIENCE_SECONDS

BOT_TOKEN = "xoxb-test-bot"
APP_TOKEN = "xapp-test-app"


class Call(Struct):
    """One call of the API, or of a response URL (as method `respond`)."""

    method: str
    args: dict[str, Any]

    @property
    def said(self) -> str:
        return json.dumps([self.args.get("text"), self.args.get("blocks")], ensure_ascii=False)


class SlackStub:
    """What the bot said is in `calls`; `failures[method]` are errors to answer with, in turn."""

    def __init__(self) -> None:
        self.base = ""
        self.calls: list[Call] = []
        self.complaints: list[str] = []
        self.failures: dict[str, list[Any]] = {}
        self.posts: list[dict[str, Any]] = []
        self.people: dict[str, dict[str, Any]] = {}
        self.groups: dict[str, list[str]] = {}
        self.view_hash = "hash-0"
        self.uploads: list[bytes] = []
        self.files: dict[str, bytes] = {}
        self.fetched_by: list[str] = []
        self.file_kind, self.file_base, self.file_size = "text/csv", "", -1
        self.file_status = 200
        self.endless: trio.Event | None = None
        """A file has no end, and this is set as soon as some of it was given."""
        self.held: trio.Event | None = None
        """Files are given once it is set."""
        self.awaited = self.looks = 0
        self.sockets: list[WebSocket] = []
        self.acks: list[dict[str, Any]] = []
        self.greets = True
        self._changed = trio.Event()

    async def serve(self, *, task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED) -> None:
        app = Starlette(
            routes=[
                Route("/api/{method}", self._call, methods=["POST", "GET"]),
                Route("/files/{id}", self._file_of),
                Route("/upload/{key}", self._upload, methods=["POST"]),
                Route("/response/{key}", self._respond, methods=["POST"]),
                WebSocketRoute("/link", self._socket),
            ]
        )
        config = Config()
        config.bind = ["127.0.0.1:0"]
        config.errorlog = logging.getLogger("tests.slack")
        config.graceful_timeout = 0.1
        async with trio.open_nursery() as nursery:
            self.base = (await nursery.start(hypercorn.trio.serve, app, config))[0]
            task_status.started(self.base)

    @property
    def api_url(self) -> str:
        return f"{self.base}/api/"

    @property
    def response_url(self) -> str:
        return f"{self.base}/response/key"

    def of(self, *methods: str) -> list[Call]:
        return [call for call in self.calls if call.method in methods]

    async def wait_until(self, true: Callable[[], bool]) -> None:
        with trio.fail_after(PATIENCE_SECONDS):
            while not true():
                await self._changed.wait()

    async def send(self, envelope: dict[str, Any], socket: int = -1) -> None:
        await self.sockets[socket].send_text(json.dumps(envelope))

    def _wake(self) -> None:
        self._changed.set()
        self._changed = trio.Event()

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        token = APP_TOKEN if method.startswith("apps.") else BOT_TOKEN
        args = await _arguments(request)
        given = request.headers.get("authorization", f"Bearer {args.pop('token', '')}")
        if given != f"Bearer {token}":
            return JSONResponse({"ok": False, "error": "invalid_auth"})
        self.calls.append(Call(method, args))
        problems = _problems(args)
        self.complaints += problems
        self._wake()
        if self.failures.get(method):
            failure = self.failures[method].pop(0)
            if isinstance(failure, int):
                headers = {"Retry-After": "7"} if failure == 429 else {}
                return PlainTextResponse("busy", failure, headers)
            if failure == "posted, then reset":
                self._answer(method, args)
                return PlainTextResponse("no JSON at all")
            return JSONResponse({"ok": False, "error": failure})
        if problems:
            return JSONResponse({"ok": False, "error": "invalid_blocks", "errors": problems})
        return JSONResponse({"ok": True, **self._answer(method, args)})

    def _answer(self, method: str, args: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "chat.postMessage":
                self.posts.append({**args, "ts": f"{len(self.posts) + 1}.0001"})
                return {"channel": args["channel"], "ts": self.posts[-1]["ts"]}
            case "views.open" | "views.update" | "views.push":
                return {"view": {"id": "V1", "hash": self.view_hash}}
            case "conversations.history" | "conversations.replies":
                here = [each for each in self.posts if each["channel"] == args["channel"]]
                return {"messages": here[::-1]}
            case "auth.test":
                return {"user": "clarion", "team": "Local", "team_id": "T1"}
            case "users.info":
                return {"user": {"id": args["user"], **self.people.get(args["user"], {})}}
            case "usergroups.users.list":
                return {"users": self.groups[args["usergroup"]]}
            case _ if method.startswith("files."):
                return self._file(method, args)
            case "apps.connections.open" | "conversations.open":
                link = self.base.replace("http", "ws") + "/link?ticket=1"
                return {"url": link, "channel": {"id": f"D{args.get('users', '')[1:]}"}}
            case _:
                return {}

    def _file(self, method: str, args: dict[str, Any]) -> dict[str, Any]:
        if method == "files.getUploadURLExternal":
            self.awaited = int(args["length"])
            return {"upload_url": f"{self.base}/upload/1", "file_id": "F0PIC"}
        if method == "files.completeUploadExternal":
            return {"files": [{"id": "F0PIC"}]}
        if args.get("file") in self.files:
            url = f"{self.file_base or self.base}/files/{args['file']}"
            size = len(self.files[args["file"]]) if self.file_size < 0 else self.file_size
            return {"file": {"id": args["file"], "size": size, "url_private_download": url}}
        self.looks += 1
        return {"file": {"id": "F0PIC", "mimetype": "image/png" if self.looks > 1 else ""}}

    async def _upload(self, request: Request) -> Response:
        self.uploads.append(await request.body())
        right = len(self.uploads[-1]) == self.awaited
        return PlainTextResponse("OK" if right else "wrong length", 200 if right else 400)

    async def _file_of(self, request: Request) -> Response:
        given = request.headers.get("authorization", "")
        self.fetched_by.append(given)
        if self.held is not None:
            await self.held.wait()
        if self.endless is not None:
            return StreamingResponse(self._without_end(self.endless), media_type=self.file_kind)
        if given != f"Bearer {BOT_TOKEN}" or self.file_status == 302:
            return RedirectResponse("/", 302)
        if self.file_status != 200:
            return PlainTextResponse("busy", self.file_status)
        return Response(self.files[request.path_params["id"]], media_type=self.file_kind)

    async def _without_end(self, begun: trio.Event) -> AsyncIterator[bytes]:
        while True:
            yield b"u1\n"
            begun.set()
            await trio.lowlevel.checkpoint()

    async def _respond(self, request: Request) -> Response:
        args = json.loads(await request.body())
        self.calls.append(Call("respond", args))
        self.complaints += _problems(args)
        self._wake()
        if self.failures.get("respond"):
            return PlainTextResponse(self.failures["respond"].pop(0), 404)
        return PlainTextResponse("ok")

    async def _socket(self, websocket: WebSocket) -> None:
        await websocket.accept()
        self.sockets.append(websocket)
        if self.greets:
            await websocket.send_text(json.dumps({"type": "hello"}))
        self._wake()
        try:
            while True:
                self.acks.append(json.loads(await websocket.receive_text()))
                self._wake()
        except WebSocketDisconnect:
            self._wake()


async def _arguments(request: Request) -> dict[str, Any]:
    body = (await request.body()).decode()
    if request.headers.get("content-type", "").startswith("application/json"):
        args: dict[str, Any] = json.loads(body or "{}")
        return args
    args = dict(parse_qsl(body)) | dict(request.query_params)
    for name in ("blocks", "view", "metadata"):
        if isinstance(args.get(name), str):
            args[name] = json.loads(args[name])
    return args


def _problems(args: dict[str, Any]) -> list[str]:
    if "view" in args:
        return view_problems(args["view"])
    if "text" in args or "blocks" in args:
        return message_problems(args.get("text", ""), args.get("blocks") or [])
    return []
