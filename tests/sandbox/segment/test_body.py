import pytest
from starlette.requests import Request
from starlette.types import Message

from sandbox.segment.body import Body, read_body


def a_request(*messages: Message) -> Request:
    waiting = list(messages)

    async def receive() -> Message:
        return waiting.pop(0)

    return Request({"type": "http", "headers": []}, receive)


def piece(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.mark.parametrize(
    ("read_max", "expected"),
    [
        (0, Body(b"", 0, complete=True)),
        (1, Body(b"abc", 3, complete=True)),
        (99, Body(b"abcd", 6, complete=True)),
    ],
)
async def test_no_more_is_read_or_kept_than_is_wanted(read_max: int, expected: Body) -> None:
    request = a_request(piece(b"abc"), piece(b"def"), piece(b"", more=False))
    assert await read_body(request, read_max=read_max, kept_max=4) == expected


async def test_a_client_that_leaves_half_way_is_noticed() -> None:
    request = a_request(piece(b"abc"), {"type": "http.disconnect"})
    body = await read_body(request, read_max=99, kept_max=99)
    assert body == Body(b"abc", 3, complete=False)
