"""Posts to the product's own ingest application, without a server between."""

from base64 import b64encode
from typing import Any

import msgspec
import trio
from starlette.applications import Starlette


async def post(app: Starlette, call: str, body: object, *, key: str) -> int:
    """Post JSON to `/v1/{call}` and return the status of the answer."""
    content = msgspec.json.encode(body)
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": f"/v1/{call}",
        "raw_path": f"/v1/{call}".encode(),
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
    status = 0
    parts = [{"type": "http.request", "body": content, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if parts:
            return parts.pop()
        await trio.sleep_forever()
        raise AssertionError("it sleeps for ever")

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        await trio.lowlevel.checkpoint()

    await app(scope, receive, send)
    return status
