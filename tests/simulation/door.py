"""Posts to the product's own ingest application, without a server between."""

from base64 import b64encode
from typing import Any

import msgspec
import trio
from msgspec import Struct
from starlette.applications import Starlette


class Answer(Struct, frozen=True):
    """What came back."""

    status: int
    body: str


async def post(app: Starlette, call: str, body: object, *, key: str) -> Answer:
    """Post JSON to `/v1/{call}`."""
    return await _ask(app, "POST", f"/v1/{call}", msgspec.json.encode(body), key)


async def health(app: Starlette) -> Answer:
    """Ask how the daemon is."""
    return await _ask(app, "GET", "/health", b"", "")


async def _ask(app: Starlette, method: str, path: str, content: bytes, key: str) -> Answer:
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [
            (b"content-type", b"application/json"),
            (b"authorization", b"Basic " + b64encode(f"{key}:".encode())),
            (b"content-length", str(len(content)).encode()),
        ],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
    }
    status, told = 0, b""
    parts = [{"type": "http.request", "body": content, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if parts:
            return parts.pop()
        await trio.sleep_forever()
        raise AssertionError("it sleeps for ever")

    async def send(message: Any) -> None:
        nonlocal status, told
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            told += message.get("body", b"")
        await trio.lowlevel.checkpoint()

    await app(scope, receive, send)
    return Answer(status, told.decode(errors="replace"))
