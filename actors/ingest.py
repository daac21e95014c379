"""Ingest: the HTTP door for events and profiles, in Segment's protocol.

A request is answered 200 only after its records are on disk. Past a watermark of bytes that wait
it says 429, so nothing waits in memory without bound.
"""

import base64
import hmac
import logging
import zlib
from collections.abc import Callable, Sequence
from contextlib import aclosing
from functools import partial
from typing import Self

import hypercorn.trio
import msgspec
import trio
from hypercorn.config import Config
from msgspec import Struct
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from actors import protocol
from actors.clock import Clock
from actors.pressure import Pressure
from actors.router import Router
from domain.problem import Problem
from store import log
from store.database import Database
from store.errors import StoreError
from store.fault_points import reach

RETRY_SECONDS = 2
_log = logging.getLogger(__name__)


class IngestSettings(Struct, frozen=True):
    """Where the door is, who may come in, and how much at once."""

    host: str
    port: int
    keys: tuple[str, ...]
    body_bytes_max: int
    waiting_bytes_max: int

    def __repr__(self) -> str:
        """Show where the door is, and no key."""
        return f"IngestSettings(host={self.host!r}, port={self.port}, keys={len(self.keys)})"


class Ingest:
    """The door: it decodes, checks, hands records to the store, and tells the router."""

    def __init__(
        self,
        store: Database,
        router: Router,
        settings: IngestSettings,
        *,
        clock: Clock,
        pressure: Pressure,
        install_key: bytes,
        error_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._router = router
        self._settings = settings
        self._clock = clock
        self._pressure = pressure
        self._install_key = install_key
        self._error_id = error_id
        self.waiting_bytes = 0
        self._draining = False
        self.accepted = 0
        self.app = Starlette(
            routes=[
                Route("/v1/{call}", self._post, methods=["POST"]),
                Route("/health", self._health, methods=["GET"]),
            ],
        )

    def drain(self) -> None:
        """Take nothing new: the daemon is going down."""
        self._draining = True

    async def serve(
        self, *, task_status: trio.TaskStatus[list[str]] = trio.TASK_STATUS_IGNORED
    ) -> None:
        """Serve until cancelled; started with the addresses."""
        config = Config()
        config.bind = [f"{self._settings.host}:{self._settings.port}"]
        config.accesslog = None
        config.errorlog = logging.getLogger("hypercorn.error")
        config.graceful_timeout = 2
        await hypercorn.trio.serve(self.app, config, task_status=task_status)  # type: ignore[arg-type]  # Starlette is ASGI

    async def _health(self, _request: Request) -> Response:
        """Answer 200 while events are taken, else 503; either with what is measured."""
        health = self._pressure.health()
        well = not (health.refusing or self._draining)
        body = {"success": well, "accepted": self.accepted, "draining": self._draining}
        return _answer(200 if well else 503, body | msgspec.structs.asdict(health))

    async def _post(self, request: Request) -> Response:
        """Answer one request; whatever happens, in JSON and without a traceback."""
        try:
            return await self._take(request)
        except ClientDisconnect:
            return _answer(400, {"success": False})
        except StoreError as error:
            _log.error("ingest keeps nothing: %s", error)
            return _refuse(503, "store", "It could not be written to disk.", "Send it again.")
        except Exception:  # noqa: BLE001 - a sender gets an id, never a traceback
            error_id = self._error_id()
            _log.exception("ingest failed, error %s", error_id)
            what = f"Something went wrong, error {error_id}."
            return _refuse(500, "ingest", what, "Send it again; the log has the error's id.")

    async def _take(self, request: Request) -> Response:
        call = request.path_params["call"]
        kind = None if call in {"batch", "import"} else call
        if kind is not None and kind not in protocol.TYPES:
            known = ", ".join(sorted(protocol.TYPES))
            return _refuse(404, "path", f"There is no /v1/{call}.", f"Post to batch, {known}.")
        if self._draining:
            return _refuse(503, "ingest", "The daemon is going down.", "Send it again later.")
        if self.waiting_bytes > self._settings.waiting_bytes_max:
            return _too_much()
        if (refusal := self._pressure.refusal()) is not None:
            fix = f"Send it again in {refusal.retry_seconds} seconds; nothing of it was kept."
            return _refuse(
                refusal.status, "ingest", refusal.what, fix, retry_seconds=refusal.retry_seconds
            )
        with _Held(self) as held:
            body = await self._body(request, held)
            if isinstance(body, Response):
                return body
            held.add(len(body))
            reach("ingest.body_read")
            return await self._keep(request, body, kind)

    async def _keep(self, request: Request, body: bytes, kind: str | None) -> Response:
        posted = protocol.open_body(body, single=kind is not None)
        if isinstance(posted, Problem):
            return _bad([posted])
        if not self._knows(request.headers.get("authorization", ""), posted.write_key):
            return _refuse(
                401,
                "writeKey",
                "This key is not one of the ingest keys.",
                "Send a key of CLARION_INGEST_KEYS, as the user name of Basic auth or as writeKey.",
            )
        now = self._clock.now_ms()
        found = protocol.read(posted, kind=kind, received_ms=now)
        if found.problems and not found.records:
            return _bad(found.problems)
        job = partial(log.append, records=found.records, now_ms=now, install_key=self._install_key)
        reach("ingest.append_begins")
        with trio.CancelScope(shield=True):  # the sender may go, and the campaigns must hear of it
            kept = await self._store.write(job)
            reach("ingest.appended")
            self.accepted += kept.accepted
            self._router.route(kept.names, kept.last_seq)
        reach("ingest.answer_begins")
        answer: dict[str, object] = {"success": True}
        if found.problems:
            answer |= {"accepted": len(found.records), "rejected": found.problems}
        return _answer(200, answer)

    def _knows(self, header: str, write_key: str) -> bool:
        """Tell whether the request carries one of our keys; every comparison takes its time."""
        given = write_key
        scheme, _, encoded = header.partition(" ")
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(encoded, validate=True).decode().partition(":")[0]
            except ValueError:  # not base64, not ASCII, not UTF-8
                return False
        matches = [hmac.compare_digest(given.encode(), key.encode()) for key in self._settings.keys]
        return any(matches)

    async def _body(self, request: Request, held: "_Held") -> bytes | Response:
        """Read the body up to the limit, before and after it is unpacked."""
        limit = self._settings.body_bytes_max
        too_large = f"The body is larger than {limit:,} bytes."
        packed = bytearray()
        async with aclosing(request.stream()) as chunks:  # left early, it must end here and now
            async for chunk in chunks:
                packed += chunk
                held.add(len(chunk))
                if self.waiting_bytes - held.bytes > self._settings.waiting_bytes_max:
                    return _too_much()
                if len(packed) > limit:
                    return _refuse(413, "body", too_large, "Send smaller batches.")
        encoding = request.headers.get("content-encoding", "identity").lower()
        if encoding == "identity":
            return bytes(packed)
        if encoding != "gzip":
            return _refuse(415, "Content-Encoding", f"{encoding!r:.40} is not known.", "Use gzip.")
        unpacker = zlib.decompressobj(wbits=31)
        try:
            body = unpacker.decompress(bytes(packed), limit + 1)
        except zlib.error as error:
            return _refuse(400, "body", f"This is not gzip: {error}.", "Send it again.")
        if len(body) > limit:
            return _refuse(413, "body", too_large, "Send smaller batches.")
        if not unpacker.eof:
            return _refuse(400, "body", "The gzip data end too early.", "Send all of it.")
        if unpacker.unused_data:
            return _refuse(400, "body", "Something follows the gzip data.", "Send one stream.")
        return body


class _Held:
    """The bytes of one request, counted from the first chunk: slow senders take memory too."""

    def __init__(self, ingest: Ingest) -> None:
        self._ingest = ingest
        self.bytes = 0

    def add(self, count: int) -> None:
        """Count more of them."""
        self.bytes += count
        self._ingest.waiting_bytes += count

    def __enter__(self) -> Self:
        """Hold none yet."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Let go of all."""
        self._ingest.waiting_bytes -= self.bytes


def _too_much() -> Response:
    return _refuse(429, "ingest", "Too much waits to be written.", "Send it again later.")


def _bad(problems: Sequence[Problem]) -> Response:
    return _answer(400, {"success": False, "problems": problems})


def _refuse(
    status: int, where: str, what: str, fix: str, *, retry_seconds: int = RETRY_SECONDS
) -> Response:
    problem = Problem(where=where, what=what, fix=fix)
    headers = {"Retry-After": str(retry_seconds)} if status in {429, 503} else None
    return _answer(status, {"success": False, "problems": [problem]}, headers)


def _answer(status: int, body: object, headers: dict[str, str] | None = None) -> Response:
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/json",
        headers=headers,
    )
