"""The answers of something that is not Segment: without end, or packed."""

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest
import trio

from actors.clock import WallClock
from actors.segment import (
    ANSWER_BYTES_MAX,
    Accepted,
    Ambiguous,
    Outcome,
    Rejected,
    Segment,
    Throttled,
)
from store.hold import Hold
from tests.patience import PATIENCE_SECONDS

KEY = "segment-write-key"
EVENT = b'{"type":"track","messageId":"m1","userId":"u","event":"E"}'
YES = b'{"success": true}'


class Endless(httpx.AsyncByteStream):
    """An answer's body without end; `read` counts its bytes."""

    def __init__(self, head: bytes) -> None:
        self._head = head
        self.read = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:  # noqa: D105 - httpx asks for it
        chunk = self._head
        while True:
            await trio.lowlevel.checkpoint()
            self.read += len(chunk)
            yield chunk
            chunk = b" " * 4_096

    async def aclose(self) -> None:
        await trio.lowlevel.checkpoint()
        self.closed = True


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Ambiguous(why="an answer of 200 that is too long or packed")),
        (400, Rejected(400)),
        (429, Throttled(9_000)),
        (500, Ambiguous(why="status 500")),
    ],
)
async def test_an_answer_without_end_fills_no_memory_and_its_status_counts(
    status: int, outcome: Outcome
) -> None:
    body = Endless(YES)

    async def answer(_request: httpx.Request) -> httpx.Response:
        await trio.lowlevel.checkpoint()
        return httpx.Response(status, headers={"Retry-After": "9"}, stream=body)

    ours = Segment(
        "http://localhost",
        KEY,
        clock=WallClock(),
        timeout_seconds=PATIENCE_SECONDS,
        hold=Hold(),
        transport=httpx.MockTransport(answer),
    )
    async with ours:
        assert await ours.send(await ours.pack([EVENT])) == outcome
    assert (body.read <= ANSWER_BYTES_MAX + 4_096, body.closed) == (True, True)


@pytest.mark.parametrize(
    ("encoding", "outcome"),
    [
        ("identity", Accepted()),
        ("gzip", Ambiguous("an answer of 200 that is too long or packed")),
    ],
)
async def test_an_answer_that_is_packed_is_not_asked_for_and_not_read(
    encoding: str, outcome: Outcome
) -> None:
    """Packed, a few bytes could be as large as all memory."""
    asked: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        await trio.lowlevel.checkpoint()
        asked.append(request.headers["Accept-Encoding"])
        yes = gzip.compress(YES) if encoding == "gzip" else YES
        return httpx.Response(
            200, headers={"Content-Encoding": encoding}, stream=httpx.ByteStream(yes)
        )

    ours = Segment(
        "http://localhost",
        KEY,
        clock=WallClock(),
        timeout_seconds=PATIENCE_SECONDS,
        hold=Hold(),
        transport=httpx.MockTransport(answer),
    )
    async with ours:
        assert await ours.send(await ours.pack([EVENT])) == outcome
    assert asked == ["identity"]
