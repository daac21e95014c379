"""The wire to Segment: one request with a batch, and an answer that says what is certain.

The only importer of httpx. What matters is not success or failure but what may have arrived:
`NotSent` and the refusals are certain, `Ambiguous` is not.
"""

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Self, TypeAlias

import httpx
import msgspec
import trio
from msgspec import Struct

from actors.clock import Clock
from domain import pace
from store.hold import Hold

GZIP_FROM_BYTES = 2_048
ANSWER_BYTES_MAX = 64 * 1024
"""Segment's answer has 20; whoever answers with more than this is not Segment."""
ANSWER_TIMEOUTS_MAX = 2
"""The time-out is httpx's for each step; an answer that drips must end after so many of them."""
_HEAD = b'{"batch":['
_TAIL_BYTES_MAX = 40
ENVELOPE_BYTES = len(_HEAD) + _TAIL_BYTES_MAX
"""What surrounds the events on the wire."""


class Accepted(Struct, frozen=True):
    """Segment answered that it has them."""


class NotSent(Struct, frozen=True):
    """Certainly not arrived: refused, unknown host, or before the body."""

    why: str


class Throttled(Struct, frozen=True):
    """429: nothing more for a while."""

    retry_ms: int | None


class Ambiguous(Struct, frozen=True):
    """It may have arrived: a time-out or a reset after the body began, a 5xx, or a strange yes."""

    why: str


class Rejected(Struct, frozen=True):
    """400 or 413: something in this batch is wrong."""

    status: int


class Misdirected(Struct, frozen=True):
    """The key or the address is wrong: nothing can be sent until a person changes it."""

    status: int


Outcome: TypeAlias = Accepted | NotSent | Throttled | Ambiguous | Rejected | Misdirected


Transport: TypeAlias = httpx.AsyncBaseTransport
"""What httpx sends through; a simulation has one of its own."""


class Packed(Struct, frozen=True):
    """The body of one request, ready for the wire."""

    body: bytes
    headers: dict[str, str]


class _Answer(Struct):
    success: bool


async def unreachable(url: str, *, timeout_seconds: float) -> str:
    """Ask the host for anything at all, without a key; return why it did not answer, "" if it did.

    Any status will do: what is asked is whether name, route, port and certificate are right.
    """
    try:
        async with httpx.AsyncClient(timeout=timeout_seconds, trust_env=False) as client:
            await client.head(url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"{type(error).__name__} {error}".strip()
    return ""


_CERTAINLY_NOT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


class Segment:
    """Posts batches to Segment's `/v1/batch`; `url` is the host's address without a path.

    `transport` is what httpx sends through: None for the network.
    """

    def __init__(
        self,
        url: str,
        write_key: str,
        *,
        clock: Clock,
        timeout_seconds: float,
        hold: Hold,
        transport: Transport | None = None,
    ) -> None:
        self._clock = clock
        self._hold = hold
        self._answer_seconds_max = ANSWER_TIMEOUTS_MAX * timeout_seconds
        self._client = httpx.AsyncClient(
            base_url=url,
            auth=httpx.BasicAuth(write_key, ""),
            timeout=timeout_seconds,
            follow_redirects=False,
            trust_env=False,
            transport=transport,
            headers={"Accept-Encoding": "identity"},  # packed, a few bytes may be all memory
        )

    async def __aenter__(self) -> Self:
        """Open the connection pool."""
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection, also when cancelled."""
        with trio.CancelScope(shield=True):
            await self._client.__aexit__(kind, error, traceback)

    async def pack(self, events: Sequence[bytes]) -> Packed:
        """Return encoded events as the body of one request, stamped with the present."""
        body = b"".join((_HEAD, b",".join(events), b'],"sentAt":"', self._sent_at(), b'"}'))
        if len(body) < GZIP_FROM_BYTES:
            return Packed(body, {"Content-Type": "application/json"})
        body = await self._hold.in_thread(partial(gzip.compress, body, 1, mtime=0))
        return Packed(body, {"Content-Type": "application/json", "Content-Encoding": "gzip"})

    async def send(self, packed: Packed) -> Outcome:
        """Post one batch; it begins at once. Never raises for what a network does."""
        try:
            with trio.fail_after(self._answer_seconds_max):
                async with self._client.stream(
                    "POST", "/v1/batch", content=packed.body, headers=packed.headers
                ) as answer:
                    body = await _bounded(answer)
        except trio.TooSlowError:
            return Ambiguous(why="an answer without end")
        except _CERTAINLY_NOT as error:
            return NotSent(why=type(error).__name__)
        except (httpx.HTTPError, httpx.StreamError) as error:
            return Ambiguous(why=type(error).__name__)
        return self._read(answer, body)

    def _sent_at(self) -> bytes:
        moment = datetime.fromtimestamp(self._clock.now_ms() / 1000, tz=UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()

    def _read(self, answer: httpx.Response, body: bytes | None) -> Outcome:
        """Say what an answer means; `body` is None where it was too long to be read."""
        match answer.status_code:
            case 200 | 201 | 202:
                if body is None:
                    return Ambiguous(why="an answer of 200 that is too long or packed")
                try:
                    said = msgspec.json.decode(body, type=_Answer)
                except msgspec.MsgspecError:
                    return Ambiguous(why="an answer of 200 that is not Segment's")
                return Accepted() if said.success else Ambiguous(why="success: false")
            case 429:
                now = self._clock.now_ms()
                asked = pace.retry_after_ms(answer.headers.get("Retry-After", ""), now)
                if asked is None:
                    asked = pace.reset_ms(answer.headers.get("X-RateLimit-Reset", ""), now)
                return Throttled(asked)
            case 400 | 413:
                return Rejected(answer.status_code)
            case 408 | 410 | 460:
                return Ambiguous(why=f"status {answer.status_code}")
            case 501 | 505:
                return Misdirected(answer.status_code)
            case status if status >= 500 or httpx.codes.is_success(status):
                return Ambiguous(why=f"status {status}")
            case status:
                return Misdirected(status)


async def _bounded(answer: httpx.Response) -> bytes | None:
    """Read an answer's body; None: it is too long, or packed although nobody asked for that.

    A reading that is broken off is cancelled: so every generator below ends, and the connection.
    """
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        return None
    body = b""
    with trio.CancelScope() as scope:
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > ANSWER_BYTES_MAX:
                scope.cancel()
    return body if len(body) <= ANSWER_BYTES_MAX else None
