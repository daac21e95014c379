"""The shop's sender: posts batches to an ingest that speaks Segment's protocol, until it has them.

What the ingest acknowledged is counted; what it refuses for good is counted with the reason.
"""

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec
import trio

from sandbox.shop.iso import iso

BATCH_BYTES_MAX = 450_000
ANSWER_SECONDS_MAX = 30.0
BACKOFF_SECONDS_MIN = 0.1
BACKOFF_SECONDS_MAX = 10.0
RETRY_AFTER_SECONDS_MAX = 300.0
STATUS_REFUSED_FOR_GOOD = range(400, 500)
STATUS_AGAIN = frozenset({408, 410, 429, 460})


class Sent(msgspec.Struct):
    """What became of the events; `problem` is the last thing that went wrong, in words."""

    acknowledged: int = 0
    refused: int = 0
    requests: int = 0
    retries: int = 0
    problem: str | None = None


class Sender:
    """Posts to `{url}/v1/batch` with the write key; an async context manager.

    A batch that got no answer, or 429 or 5xx, is sent again with the same message ids until it is
    acknowledged: an ingest may be killed and started again meanwhile.
    """

    def __init__(
        self, url: str, write_key: str, *, now: Callable[[], float] = time.time, seed: int = 0
    ) -> None:
        self.sent = Sent()
        self._url = url.rstrip("/") + "/v1/batch"
        self._client = httpx.AsyncClient(auth=(write_key, ""), timeout=ANSWER_SECONDS_MAX)
        self._now = now
        self._rng = random.Random(f"{seed}/sender")

    async def __aenter__(self) -> Self:
        """Opens nothing yet: the first post connects."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        with trio.CancelScope(shield=True):
            await self._client.aclose()

    async def post(self, events: Sequence[dict[str, Any]]) -> None:
        """Return when all are acknowledged or refused for good."""
        for batch in _batches(events):
            await self._post(batch)

    async def _post(self, batch: Sequence[str]) -> None:
        retries = 0
        while True:
            answer = await self._try(batch, retries)
            if answer is not None and answer.is_success:
                self.sent.acknowledged += len(batch)
                return
            if answer is not None and _is_final(answer.status_code):
                self.sent.refused += len(batch)
                return
            await trio.sleep(self._wait_seconds(answer, retries))
            retries += 1
            self.sent.retries += 1

    async def _try(self, batch: Sequence[str], retries: int) -> httpx.Response | None:
        """One attempt; None when there was no answer."""
        sent_at = iso(int(self._now() * 1000))
        body = f'{{"batch":[{",".join(batch)}],"sentAt":"{sent_at}"}}'
        headers = {"content-type": "application/json"}
        if retries:
            headers["x-retry-count"] = str(retries)
        self.sent.requests += 1
        try:
            request = self._client.build_request(
                "POST", self._url, content=body.encode(), headers=headers
            )
            request.stream = _Body(body.encode())
            answer = await self._client.send(request)
        except httpx.TransportError as error:
            self.sent.problem = f"{self._url} gave no answer: {error!r}"
            return None
        if not answer.is_success:
            self.sent.problem = f"{self._url} answered {answer.status_code}: {answer.text[:200]}"
        return answer

    def _wait_seconds(self, answer: httpx.Response | None, retries: int) -> float:
        """As long as Retry-After says; otherwise doubling, with full jitter."""
        if answer is not None:
            asked = _retry_after_seconds(answer.headers.get("retry-after", ""), self._now())
            if asked is not None:
                return min(asked, RETRY_AFTER_SECONDS_MAX)
        longest = min(BACKOFF_SECONDS_MAX, BACKOFF_SECONDS_MIN * 2 ** min(retries, 16))
        return self._rng.uniform(BACKOFF_SECONDS_MIN, longest)


class _Body(httpx.AsyncByteStream):
    """A body in one piece. httpx's own leaves an open generator behind when a connection breaks."""

    def __init__(self, body: bytes) -> None:
        self._left = [body]

    def __aiter__(self) -> "_Body":
        return self

    async def __anext__(self) -> bytes:
        await trio.lowlevel.checkpoint()
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop()


def _is_final(status: int) -> bool:
    """Whether sending it again would change nothing; a redirect is never followed."""
    return status < 400 or (status in STATUS_REFUSED_FOR_GOOD and status not in STATUS_AGAIN)


def _batches(events: Sequence[dict[str, Any]]) -> Iterator[list[str]]:
    """The events as JSON, cut so that no batch is longer than an ingest takes."""
    batch: list[str] = []
    size = 0
    for event in events:
        text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        length = len(text.encode()) + 1
        if batch and size + length > BATCH_BYTES_MAX:
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch


def _retry_after_seconds(header: str, now: float) -> float | None:
    """Seconds to wait by a Retry-After of either form; None when there is none to understand."""
    if header.strip().isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.fromtimestamp(now, UTC)).total_seconds())
