from collections.abc import Awaitable, Callable
from functools import partial

import pytest
import trio
from trio.testing import MockClock

from sandbox.segment import front as module
from sandbox.segment.front import Front, Link

Handler = Callable[[trio.SocketStream], Awaitable[None]]


async def echo(stream: trio.SocketStream) -> None:
    async for piece in stream:
        await stream.send_all(piece)


async def fronted(nursery: trio.Nursery, handler: Handler = echo) -> tuple[Front, int]:
    """A front before a server of our own, and the port on which it listens."""
    listeners = await nursery.start(partial(trio.serve_tcp, handler, 0, host="127.0.0.1"))
    front = Front()
    front.upstream_port = listeners[0].socket.getsockname()[1]
    url = await nursery.start(front.serve, "127.0.0.1", 0)
    return front, int(url.rpartition(":")[2])


async def received(stream: trio.SocketStream) -> bytes:
    """Everything until the end or a reset."""
    got = b""
    try:
        async for piece in stream:
            got += piece
    except trio.BrokenResourceError:
        got += b"|reset"
    return got


async def test_bytes_pass_both_ways_unchanged(nursery: trio.Nursery) -> None:
    _, port = await fronted(nursery)
    sent = bytes(range(256)) * 2_000
    async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
        nursery.start_soon(stream.send_all, sent)
        got = b""
        while len(got) < len(sent):
            got += await stream.receive_some()
    assert got == sent


async def link_of_next(nursery: trio.Nursery, do: Callable[[Link], None]) -> trio.SocketStream:
    """A client's connection, to whose link `do` was done before the answer `hello`."""
    holder: list[Front] = []

    async def answer(stream: trio.SocketStream) -> None:
        await stream.receive_some()
        link = holder[0].link(stream.socket.getpeername()[1])
        assert link is not None, "each connection has its link"
        do(link)
        await stream.send_all(b"hello")
        await stream.receive_some()

    front, port = await fronted(nursery, answer)
    holder.append(front)
    client = await trio.open_tcp_stream("127.0.0.1", port)
    await client.send_all(b"?")
    return client


async def test_a_reset_reaches_the_client_as_a_reset(nursery: trio.Nursery) -> None:
    async with await link_of_next(nursery, Link.reset) as client:
        assert await received(client) == b"|reset"


async def test_an_answer_is_cut_after_so_many_bytes(nursery: trio.Nursery) -> None:
    async with await link_of_next(nursery, lambda link: link.cut_after(3)) as client:
        assert await received(client) == b"hel|reset"


async def test_a_slow_answer_goes_a_byte_a_second_for_its_time(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    async with await link_of_next(nursery, lambda link: link.slow_for(2.5)) as client:
        pieces: list[bytes] = []
        while len(b"".join(pieces)) < 5:
            pieces.append(bytes(await client.receive_some()))
    assert pieces == [b"h", b"e", b"l", b"lo"]
    assert trio.current_time() == pytest.approx(3, abs=0.01)


async def test_more_connections_than_the_limit_are_reset(
    nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CONNECTIONS_MAX", 1)
    _, port = await fronted(nursery)
    async with await trio.open_tcp_stream("127.0.0.1", port) as first:
        await first.send_all(b"a")
        assert await first.receive_some() == b"a"
        async with await trio.open_tcp_stream("127.0.0.1", port) as second:
            assert await received(second) == b"|reset"


async def test_a_client_is_reset_when_there_is_no_server_behind(nursery: trio.Nursery) -> None:
    front, port = await fronted(nursery)
    with trio.socket.socket() as unused:
        await unused.bind(("127.0.0.1", 0))
        front.upstream_port = unused.getsockname()[1]
        async with await trio.open_tcp_stream("127.0.0.1", port) as client:
            assert await received(client) == b"|reset"


async def test_a_connection_that_ended_leaves_no_link_behind(nursery: trio.Nursery) -> None:
    front, port = await fronted(nursery)
    async with await trio.open_tcp_stream("127.0.0.1", port) as client:
        await client.send_all(b"a")
        await client.receive_some()
        await client.send_eof()
        assert await received(client) == b""
    await trio.testing.wait_all_tasks_blocked()
    assert front._links == {}
