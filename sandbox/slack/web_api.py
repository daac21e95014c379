"""The HTTP doors for the bot: the Web API, response URLs and file uploads."""

from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from sandbox.slack import api_chat, api_directory, api_files, api_views, limits
from sandbox.slack.refusal import BAD_JSON, Refused
from sandbox.slack.world import World

METHODS: Final[Mapping[str, Callable[[World, dict[str, Any]], dict[str, Any]]]] = {
    **api_chat.METHODS,
    **api_directory.METHODS,
    **api_files.METHODS,
    **api_views.METHODS,
}
_JSON_ARGUMENTS: Final = ("blocks", "view", "metadata", "attachments", "files")


class WebApi:
    """Answers API calls with the tokens of one app; `new_socket` makes WebSocket addresses."""

    def __init__(
        self,
        world: World,
        bot_token: str,
        app_token: str,
        new_socket: Callable[[], str],
    ) -> None:
        self._world = world
        self._bot_token = bot_token
        self._app_token = app_token
        self._new_socket = new_socket

    async def call(self, request: Request) -> Response:
        """POST or GET /api/METHOD."""
        method = request.path_params["method"]
        args: dict[str, Any] = {}
        try:
            args = await _arguments(request)
            answer = {"ok": True, **self._answer(method, args, _token(request, args))}
        except Refused as refused:
            if not self._lost_a_race(method, args, refused):
                self._world.complain(method, refused.error, *refused.messages)
            if refused.retry_after is not None:
                headers = {"Retry-After": str(refused.retry_after)}
                return _json(refused.body(), 429, headers)
            return _json(refused.body())
        return _json(answer)

    def _lost_a_race(self, method: str, args: dict[str, Any], refused: Refused) -> bool:
        """Tell whether the view was closed or changed under the bot, which no bot can foresee."""
        if method != "views.update":
            return False
        gone = refused.error == "not_found" and self._world.views.was_open(args.get("view_id"))
        return gone or refused.error == "hash_conflict"

    def _answer(self, method: str, args: dict[str, Any], token: str) -> dict[str, Any]:
        for_app = method == "apps.connections.open"
        if not for_app and method not in METHODS:
            raise Refused("unknown_method")
        if method != "api.test":
            self._authorise(token, for_app=for_app)
        self._world.pace.check_method(method)
        if for_app:
            return {"url": self._new_socket()}
        args.pop("token", None)
        return METHODS[method](self._world, args)

    def _authorise(self, token: str, *, for_app: bool) -> None:
        wanted, other = self._bot_token, self._app_token
        if for_app:
            wanted, other = other, wanted
        if not token:
            raise Refused("not_authed")
        if token == other:
            raise Refused("not_allowed_token_type")
        if token != wanted:
            raise Refused("invalid_auth")

    async def respond(self, request: Request) -> Response:
        """POST /response/KEY."""
        try:
            args = await _arguments(request)
            api_chat.respond(self._world, request.path_params["key"], args)
        except Refused as refused:
            self._world.complain("response_url", refused.error, *refused.messages)
            gone = refused.error in ("expired_url", "used_url", "invalid_url")
            return _json(refused.body(), 404 if gone else 400)
        return PlainTextResponse("ok")

    async def upload(self, request: Request) -> Response:
        """POST /upload/KEY: the bytes of a file."""
        try:
            content = await limited_body(request, limits.FILE_BYTES_MAX)
        except Refused as refused:
            self._world.complain("upload", refused.error)
            return PlainTextResponse("too large", 413)
        if not self._world.files.fill(request.path_params["key"], content):
            self._world.complain("upload", "unknown place or wrong length")
            return PlainTextResponse("not found", 404)
        return PlainTextResponse(f"OK - {len(content)}")

    async def file(self, request: Request) -> Response:
        """GET /files/ID/NAME: the bytes, for the app; others are sent to sign in, as by Slack."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token.strip() != self._bot_token:
            self._world.complain("files", "invalid_auth")
            return RedirectResponse("/", 302)
        try:
            file = self._world.files.find(request.path_params["id"])
        except Refused:
            return PlainTextResponse("not found", 404)
        kind = self._world.files.json(file, self._world.base)["mimetype"]
        return Response(file.content or b"", media_type=kind or "application/octet-stream")


async def limited_body(request: Request, limit: int) -> bytes:
    """The body of a request, refused as soon as it is longer than `limit` bytes."""
    body = bytearray()
    async with aclosing(request.stream()) as stream:
        async for chunk in stream:
            body += chunk
            if len(body) > limit:
                raise Refused("request_too_large")
    return bytes(body)


async def _arguments(request: Request) -> dict[str, Any]:
    """The arguments of a call: query, form or JSON, with nested JSON texts decoded."""
    args: dict[str, Any] = dict(request.query_params)
    body = await limited_body(request, limits.REQUEST_BYTES_MAX)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" and body:
        try:
            decoded = msgspec.json.decode(body)
        except BAD_JSON:
            raise Refused("invalid_json") from None
        if not isinstance(decoded, dict):
            raise Refused("json_not_object")
        args |= decoded
    elif kind == "application/x-www-form-urlencoded":
        try:
            args |= parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=1000)
        except ValueError:
            raise Refused("invalid_form_data") from None
    elif body:
        raise Refused("invalid_post_type")
    for name in _JSON_ARGUMENTS:
        if isinstance(args.get(name), str):
            try:
                args[name] = msgspec.json.decode(args[name])
            except BAD_JSON:
                wrong = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
                raise Refused(wrong) from None
    return {name: value for name, value in args.items() if value is not None}


def _token(request: Request, args: Mapping[str, Any]) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return str(args.get("token", ""))


def _json(
    body: dict[str, Any],
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    content = msgspec.json.encode(body)
    return Response(content, status, headers, media_type="application/json; charset=utf-8")
