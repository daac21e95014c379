"""Ingest: the HTTP doors for events and profiles, in Segment's protocol and in CleverTap's.

A request is answered 200 only after its records are on disk. Past a watermark of bytes that wait
it says 429, so nothing waits in memory without bound.
"""

import logging
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import msgspec
import trio
from hypercorn.config import Config
from msgspec import Struct
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from actors import segment_door, serving, upload_door
from actors.clock import Clock
from actors.doors import Asked, Door, Opened, Refusal
from actors.pressure import Pressure
from actors.refusals import Refusals
from actors.request_body import Held, Waiting, read_body
from actors.router import Router
from actors.segment_door import SegmentDoor
from actors.sources import Source
from actors.upload_door import UploadDoor
from actors.webhook_door import WebhookDoor
from domain.control import NO_CONTROLS, Controls
from store import intake, log
from store.database import Database
from store.errors import StoreError
from store.fault_points import reach

_log = logging.getLogger(__name__)
PLACES_TOLD_MAX = 20
"""So many places are named in one line of the log; the count is of all."""
_BUSY = Refusal(
    429,
    "ingest",
    f"More than {upload_door.AT_ONCE_MAX} requests are under way at once.",
    "Send fewer at once, each with more records.",
)

_DOORS = frozenset({"v1", "hooks", "1"})
_NOTHING_THERE = Refusal(
    404,
    "path",
    "There is nothing at this address.",
    "Post to /v1/batch and its siblings, to /hooks/segment or to /1/upload.",
)
_NOT_POSTED = Refusal(405, "method", "This address takes POST alone.", "Post to it.")


class IngestSettings(Struct, frozen=True):
    """Where the doors are, who may come in, and how much at once. It shows no key."""

    host: str
    port: int
    sources: tuple[Source, ...]
    body_bytes_max: int
    waiting_bytes_max: int
    controls: Controls = NO_CONTROLS


class Ingest:
    """The doors: they read and check, ingest hands records to the store and tells the router."""

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
        refusals: Refusals | None = None,
    ) -> None:
        self._store = store
        self._router = router
        self._settings = settings
        self._clock = clock
        self._pressure = pressure
        self._install_key = install_key
        self._error_id = error_id
        self._refusals = refusals or Refusals()
        self._draining = False
        self.waiting = Waiting(settings.waiting_bytes_max)
        self.accepted = 0
        self._opened = 0
        self._sources = {one.name: Counter[str]() for one in settings.sources}
        self._uploads = Counter[bool]()  # under way, of whom we know and of strangers
        post = ["POST"]
        others = ["GET", "PUT", "PATCH", "DELETE"]
        segment = self._at(SegmentDoor(settings.sources))
        self.app = Starlette(
            routes=[
                Route("/v1/{call}", _preflight, methods=["OPTIONS"]),
                Route("/v1/{call}", segment, methods=post),
                Route("/hooks/{call}", self._at(WebhookDoor(settings.sources)), methods=post),
                Route("/1/{call}", self._at(UploadDoor(settings.sources)), methods=post),
                Route("/health", self._health, methods=["GET"]),
                Route("/{path:path}", self._nowhere, methods=[*others, *post]),
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
        await serving.serve(self.app, config, task_status=task_status)

    async def _health(self, _request: Request) -> Response:
        """Answer 200 while events are taken, else 503; either with what is measured."""
        health = self._pressure.health()
        well = not (health.refusing or self._draining)
        body = {
            "success": well,
            "accepted": self.accepted,
            "draining": self._draining,
            "sources": self._sources,
        }
        return _answer(200 if well else 503, body | msgspec.structs.asdict(health))

    def _at(self, door: Door) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers requests at a door; whatever happens, without a traceback."""

        async def post(request: Request) -> Response:
            try:
                return await self._take(request, door)
            except ClientDisconnect:
                return _answer(400, {"success": False})
            except StoreError as error:
                _log.error("ingest keeps nothing: %s", error)
                what, fix = "It could not be written to disk.", "Send it again."
                return self._refuse(door, Refusal(503, "store", what, fix))
            except Exception:  # noqa: BLE001 - a sender gets an id, never a traceback
                error_id = self._error_id()
                _log.exception("ingest failed, error %s", error_id)
                what = f"Something went wrong, error {error_id}."
                fix = "Send it again; the log has the error's id."
                return self._refuse(door, Refusal(500, "ingest", what, fix))

        return post

    async def _take(self, request: Request, door: Door) -> Response:
        headers = _headers(request)
        known = door.knows(headers)
        if (refusal := self._refusal(door, known=known)) is not None:
            return self._refuse(door, refusal)
        limited = isinstance(door, UploadDoor)
        self._uploads[known] += limited
        try:
            with Held(self.waiting, known=known) as held:
                body = await read_body(request, held, self._settings.body_bytes_max)
                if isinstance(body, Refusal):
                    return self._refuse(door, body)
                held.add(len(body))
                reach("ingest.body_read")
                self._opened += 1
                asked = _asked(request, headers, body, self._opened)
                return await self._keep(asked, door, held)
        finally:
            self._uploads[known] -= limited

    def _refusal(self, door: Door, *, known: bool) -> Refusal | None:
        """Say why nothing is taken now, before a body is read."""
        if self._draining:
            return Refusal(503, "ingest", "The daemon is going down.", "Send it again later.")
        if isinstance(door, UploadDoor) and self._uploads[known] >= upload_door.AT_ONCE_MAX:
            return _BUSY
        if (full := self.waiting.refusal(known=known)) is not None:
            return full
        if (over := self._pressure.refusal()) is None:
            return None
        fix = f"Send it again in {over.retry_seconds} seconds; nothing of it was kept."
        return Refusal(over.status, "ingest", over.what, fix, over.retry_seconds)

    async def _keep(self, asked: Asked, door: Door, held: Held) -> Response:
        now = self._clock.now_ms()
        opened = door.open(asked, now_ms=now)
        if isinstance(opened, Refusal):
            return self._refuse(door, opened)
        held.welcome()
        if asked.dry:
            return _answer(*door.answer(opened, log.Appended(0, 0, 0)), door.headers)
        job = partial(self._append, opened=opened, now_ms=now)
        reach("ingest.append_begins")
        with trio.CancelScope(shield=True):  # the sender may go, and the campaigns must hear of it
            kept = await self._store.write(job)
            reach("ingest.appended")
            if kept.broken:
                self._tell_broken(kept.broken)
            self.accepted += kept.accepted
            self._sources[opened.source.name].update(_counts(opened, kept))
            self._router.route(kept.names, kept.last_seq)
        reach("ingest.answer_begins")
        return _answer(*door.answer(opened, kept), door.headers)

    async def _nowhere(self, request: Request) -> Response:
        is_door = request.path_params["path"].partition("/")[0] in _DOORS
        refusal = _NOT_POSTED if is_door and request.method != "POST" else _NOTHING_THERE
        self._refusals.count(refusal.status, now_ms=self._clock.now_ms())
        headers = {"Allow": "POST"} if refusal is _NOT_POSTED else {}
        body = {"success": False, "problems": [refusal.problem]}
        return _answer(refusal.status, body, headers)

    def _refuse(self, door: Door, refusal: Refusal) -> Response:
        self._refusals.count(refusal.status, now_ms=self._clock.now_ms())
        headers = dict(door.headers)
        if refusal.status in {429, 503}:
            headers["Retry-After"] = str(refusal.retry_seconds)
        return _answer(refusal.status, door.refuse(refusal), headers)

    def _tell_broken(self, places: Sequence[int]) -> None:
        """Say in the log whose stored profiles cannot be read, by the place of what came now."""
        _log.error(
            "%d profile records stand in the log and in no profile, because the stored one cannot"
            " be read: places %s, error %s",
            len(places),
            ", ".join(map(str, places[:PLACES_TOLD_MAX])),
            self._error_id(),
        )

    def _append(self, conn: sqlite3.Connection, opened: Opened, now_ms: int) -> log.Appended:
        """Keep the records and count what became of all, in one transaction."""
        kept = log.append(
            conn,
            opened.records,
            now_ms=now_ms,
            install_key=self._install_key,
            controls=self._settings.controls,
        )
        intake.count(conn, opened.source.name, _counts(opened, kept), now_ms=now_ms)
        return kept


def _counts(opened: Opened, kept: log.Appended) -> Mapping[str, int]:
    return {
        **intake.counts_of(kept),
        "rejected": opened.items - len(opened.records),
        "left_out": len(opened.left_out) + kept.trimmed,
    }


def _headers(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _asked(request: Request, headers: Mapping[str, str], body: bytes, nth: int) -> Asked:
    dry = request.query_params.get("dryRun", "").lower() in {"1", "true"}
    return Asked(request.path_params["call"], headers, body, dry, nth)


async def _preflight(_request: Request) -> Response:
    """Let pages of any origin send: what is secret is the key."""
    return Response(status_code=204, headers=dict(segment_door.PREFLIGHT))


def _answer(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/json",
        headers=dict(headers or {}),
    )
