"""The page at `/`, and `/control/*`: the same for other processes, as JSON.

`GET /control/state?after=N&requests_after=M&limit=L` gives the counters, the faults at work, the
rate of the last two minutes and two pages of rows: those after a number, oldest first, or the
newest. `POST /control/faults` sets a fault (`{"kind": "hang", "count": 2}`); `DELETE` clears all.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.segment.answers import JSON, refusal
from sandbox.segment.body import read_body
from sandbox.segment.faults import Fault, FaultRefusedError, kind_of
from sandbox.segment.receipts import Message, page
from sandbox.segment.workspace import Workspace

ROWS_DEFAULT = 200
ROWS_MAX = 2_000
CONTROL_BYTES_MAX = 16_384

PAGE_FOLDER = Path(__file__).parent / "page"
PAGE_FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/table.js": ("table.js", "text/javascript; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
# What arrives is anybody's text: the page may run its own scripts and talk to itself, no more.
PAGE_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}

Endpoint = Callable[[Request], Awaitable[Response]]


def routes_of(workspace: Workspace) -> list[Route]:
    """The page's files and the control endpoints."""
    control = _Control(workspace)
    return [
        *(Route(path, _file(*file), methods=["GET"]) for path, file in PAGE_FILES.items()),
        Route("/control/state", control.state, methods=["GET"]),
        Route("/control/faults", control.set_fault, methods=["POST"]),
        Route("/control/faults", control.clear_faults, methods=["DELETE"]),
    ]


class _Control:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def state(self, request: Request) -> Response:
        """Everything that the page shows."""
        query = request.query_params
        try:
            limit = min(int(query.get("limit", ROWS_DEFAULT)), ROWS_MAX)
            after, requests_after = (
                int(query[name]) if name in query else None for name in ("after", "requests_after")
            )
        except ValueError:
            return _refused("`limit`, `after` and `requests_after` are whole numbers.")
        receipts = self._workspace.receipts
        return _json(
            {
                "now_ms": int(self._workspace.now() * 1000),
                "counters": receipts.counters,
                "faults": self._workspace.faults.state(),
                "rate": list(receipts.seconds),
                "messages": [_row(m) for m in _page(receipts.messages, after, limit)],
                "requests": _page(receipts.requests, requests_after, limit),
            }
        )

    async def set_fault(self, request: Request) -> Response:
        """Set one fault; a wrong one is explained with 400."""
        # A page of another site can post a form here, but not JSON.
        if request.headers.get("content-type", "").partition(";")[0].strip() != JSON:
            return _refused(f"Send the fault as {JSON}.")
        more = CONTROL_BYTES_MAX + 1
        body = await read_body(request, read_max=more, kept_max=more)
        if body.read > CONTROL_BYTES_MAX:
            return _refused(f"A fault has at most {CONTROL_BYTES_MAX} bytes.")
        try:
            fault: Fault = msgspec.json.decode(body.kept, type=Fault)
            self._workspace.faults.set(fault)
        except (msgspec.DecodeError, FaultRefusedError) as error:
            return _refused(str(error))
        return _json({"set": kind_of(fault), "faults": self._workspace.faults.state()})

    async def clear_faults(self, _request: Request) -> Response:
        """All is well from now on."""
        self._workspace.faults.clear()
        return _json({"faults": []})


def _row(message: Message) -> dict[str, Any]:
    row = {name: getattr(message, name) for name in message.__struct_fields__ if name != "raw"}
    return row | {"body": msgspec.Raw(message.raw)}


def _page(rows: deque[Any], after: int | None, limit: int) -> list[Any]:
    return list(page(rows, after, max(1, limit)))


def _file(name: str, media_type: str) -> Endpoint:
    content = (PAGE_FOLDER / name).read_bytes()

    async def give(_request: Request) -> Response:
        return Response(content, headers=PAGE_HEADERS | {"content-type": media_type})

    return give


def _refused(message: str) -> Response:
    answer = refusal(400, "not_understood", message)
    return Response(answer.body, answer.status, answer.headers)


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type=JSON)
