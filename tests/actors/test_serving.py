from collections.abc import Awaitable, Callable
from functools import partial

import httpx
import pytest
import trio
from hypercorn.config import Config
from hypercorn.trio.tcp_server import TCPServer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from trio.testing import MockClock

from actors import serving
from tests.patience import PATIENCE_SECONDS

MEETINGS = 300
"""Closing and answering must meet within one step of the scheduler."""
LONG = "x" * 20_000_000
BROKEN_OFF = b"POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nX-Steps: %d\r\n\r\nabc"


async def late(request: Request) -> Response:
    """Refuse without reading, so many steps of the scheduler later."""
    for _ in range(int(request.headers["X-Steps"])):
        await trio.lowlevel.checkpoint()
    return PlainTextResponse("no", 403)


async def long(_request: Request) -> Response:
    return PlainTextResponse(LONG)


APP = Starlette(routes=[Route("/late", late, methods=["POST"]), Route("/long", long)])


@pytest.fixture
async def address(nursery: trio.Nursery) -> str:
    return await begin(nursery)


async def begin(nursery: trio.Nursery) -> str:
    config = Config()
    config.bind = ["127.0.0.1:0"]
    start: Callable[..., Awaitable[None]] = partial(serving.serve, APP, config)
    (address,) = await nursery.start(start)
    assert isinstance(address, str)
    return address


async def connected(address: str) -> trio.SocketStream:
    return await trio.open_tcp_stream("127.0.0.1", int(address.rpartition(":")[2]))


async def is_there(address: str) -> bool:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client:
        answer = await client.post(f"{address}/late", headers={"X-Steps": "0"})
    return answer.status_code == 403


async def test_a_sender_who_breaks_off_while_it_is_refused_ends_nobody_else(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(MEETINGS):
        async with await connected(address) as stream:
            await stream.send_all(BROKEN_OFF % (n % 15))
            await stream.send_eof()
            while await stream.receive_some():
                pass
    assert await is_there(address)
    assert caplog.messages == []


async def test_what_goes_wrong_in_one_connection_is_told_by_its_kind_and_ends_it_alone(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(_self: TCPServer) -> None:
        raise ValueError("ana@example.com")

    with monkeypatch.context() as patched:
        patched.setattr(TCPServer, "_read_data", fails)
        async with await connected(address) as stream:
            assert await stream.receive_some() == b""
    assert await is_there(address)
    assert caplog.messages == ["a connection broke: ValueError"]


async def test_who_does_not_take_an_answer_does_not_keep_the_server_from_stopping(
    autojump_clock: MockClock,
) -> None:
    async with trio.open_nursery() as nursery:
        stream = await connected(await begin(nursery))
        await stream.send_all(b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n")
        while b"xxx" not in await stream.receive_some():
            pass
        nursery.cancel_scope.cancel()
    assert trio.current_time() == pytest.approx(serving.SEND_SECONDS_MAX, abs=1)
    await stream.aclose()
