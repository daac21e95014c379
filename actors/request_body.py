"""Reading a request's body: within its limit before and after it is unpacked, and counted."""

import zlib
from contextlib import aclosing
from typing import Self

import trio
from starlette.requests import Request

from actors.doors import Refusal

BODY_SECONDS_MAX = 30.0
"""For all of a body. Libraries give up after 10 or 15; whoever only waits would keep from others
what may wait."""
STRANGERS_PART = 4
"""Of all bytes that may wait, one in so many may be of senders who have shown no key yet."""
_FULL = Refusal(429, "ingest", "Too much waits to be written.", "Send it again later.")

_SLOW = Refusal(
    408, "body", f"It did not come within {BODY_SECONDS_MAX:.0f} seconds.", "Send it again."
)


class Waiting:
    """The bytes of all requests that wait to be written.

    Strangers, who have shown no key yet, share a part of them: they keep nobody else out.
    """

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self.bytes = 0
        self.strangers_bytes = 0

    def refusal(self, *, known: bool) -> Refusal | None:
        """Why nothing more is read now of whom we know, or not; None: there is room."""
        return None if self.leaves(0, known=known) else _FULL

    def leaves(self, own: int, *, known: bool) -> bool:
        """Whether a request of so many bytes may read on beside the others."""
        if self.bytes - own > self._bytes_max:
            return False
        return known or self.strangers_bytes - own <= self._bytes_max // STRANGERS_PART


class Held:
    """The bytes of one request, counted from the first chunk: slow senders take memory too."""

    def __init__(self, waiting: Waiting, *, known: bool) -> None:
        self._waiting = waiting
        self._known = known
        self.bytes = 0

    def add(self, count: int) -> None:
        """Count more of them."""
        self.bytes += count
        self._waiting.bytes += count
        if not self._known:
            self._waiting.strangers_bytes += count

    def welcome(self) -> None:
        """Count them as those of a sender whom we know: the body had the key."""
        if not self._known:
            self._waiting.strangers_bytes -= self.bytes
            self._known = True

    @property
    def may_go_on(self) -> bool:
        """Whether there is room for more of this request."""
        return self._waiting.leaves(self.bytes, known=self._known)

    def __enter__(self) -> Self:
        """Hold none yet."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Let go of all."""
        self._waiting.bytes -= self.bytes
        if not self._known:
            self._waiting.strangers_bytes -= self.bytes


async def read_body(request: Request, held: Held, bytes_max: int) -> bytes | Refusal:
    """Read the body up to the limit, before and after it is unpacked, if it comes in time."""
    too_large = Refusal(
        413, "body", f"The body is larger than {bytes_max:,} bytes.", "Send smaller batches."
    )
    packed = bytearray()
    with trio.move_on_after(BODY_SECONDS_MAX) as coming:
        async with aclosing(request.stream()) as chunks:  # left early, it must end here and now
            async for chunk in chunks:
                packed += chunk
                held.add(len(chunk))
                if not held.may_go_on:
                    return _FULL
                if len(packed) > bytes_max:
                    return too_large
    if coming.cancelled_caught:
        return _SLOW
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"identity", ""}:
        return bytes(packed)
    if encoding != "gzip":
        what = f"{encoding!r:.40} is not known."
        return Refusal(415, "Content-Encoding", what, "Use gzip.")
    body = _gunzip(bytes(packed), bytes_max)
    return too_large if isinstance(body, bytes) and len(body) > bytes_max else body


def _gunzip(packed: bytes, bytes_max: int) -> bytes | Refusal:
    """Unpack at most one byte more than the limit, so that a bomb stays small."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        body = unpacker.decompress(packed, bytes_max + 1)
    except zlib.error as error:
        return Refusal(400, "body", f"This is not gzip: {error}.", "Send it again.")
    if len(body) > bytes_max:
        return body
    if not unpacker.eof:
        return Refusal(400, "body", "The gzip data end too early.", "Send all of it.")
    if unpacker.unused_data:
        return Refusal(400, "body", "Something follows the gzip data.", "Send one stream.")
    return body
