"""Reading a request's body without keeping, or waiting for, more of it than is wanted."""

from typing import NamedTuple

from starlette.requests import Request


class Body(NamedTuple):
    """The first bytes, how many were read in all, and whether the client stayed to the end."""

    kept: bytes
    read: int
    complete: bool


async def read_body(request: Request, *, read_max: int, kept_max: int) -> Body:
    """Read until the body ends or `read_max` bytes came, and keep up to `kept_max` of them.

    Starlette's own stream is an async generator, which nobody closes if one stops half-way.
    """
    kept = bytearray()
    read = 0
    while read < read_max:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            return Body(bytes(kept), read, complete=False)
        piece = message.get("body", b"")
        read += len(piece)
        kept += piece[: kept_max - len(kept)]
        if not message.get("more_body", False):
            break
    return Body(bytes(kept), read, complete=True)
