"""The TCP front: it passes bytes on to the HTTP server and can do to a connection what HTTP cannot.

A server of HTTP can answer anything but cannot reset a connection in the middle of an answer. So
clients connect here; each connection is passed on to the server on loopback, and the server's
side finds the client's `Link` by the port that it sees.
"""

import socket
import struct

import trio

CONNECTIONS_MAX = 1_000
CHUNK_BYTES = 65_536
SLOW_BYTE_SECONDS = 1.0

_NO_LINGER = struct.pack("ii", 1, 0)  # close() sends RST and discards what waits


class Link:
    """One client's connection, and what may be done to it."""

    def __init__(self, client: trio.SocketStream) -> None:
        self._client = client
        self._bytes_left: int | None = None
        self._slow_until: float | None = None

    def reset(self) -> None:
        """Drop the connection at once, with a TCP reset."""
        if self._client.socket.fileno() != -1:
            self._client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self._client.socket.close()

    def cut_after(self, answer_bytes: int) -> None:
        """Let so many bytes of the answer through, then reset."""
        self._bytes_left = answer_bytes

    def slow_for(self, seconds: float) -> None:
        """For so long the answer goes out a byte a second."""
        self._slow_until = trio.current_time() + seconds

    async def send(self, data: bytes) -> None:
        """Pass a piece of the answer on, as slowly or as far as was asked."""
        while data and self._slow_until is not None and trio.current_time() < self._slow_until:
            await self._client.send_all(data[:1])
            data = data[1:]
            await trio.sleep(SLOW_BYTE_SECONDS)
        if self._bytes_left is not None:
            data = data[: self._bytes_left]
            self._bytes_left -= len(data)
        await self._client.send_all(data)
        if self._bytes_left == 0:
            self.reset()


class Front:
    """Listens for clients and passes each connection on to `upstream_port` on loopback."""

    def __init__(self) -> None:
        self.upstream_port = 0
        self._links: dict[int, Link] = {}
        self._connections = 0

    def link(self, port: int) -> Link | None:
        """The client's connection behind the one that the server sees as coming from `port`."""
        return self._links.get(port)

    async def serve(
        self,
        host: str,
        port: int,
        *,
        task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED,
    ) -> None:
        """Run until cancelled; started with the base url."""
        listeners = await trio.open_tcp_listeners(port, host=host)
        bound = listeners[0].socket.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        async with trio.open_nursery() as nursery:
            await nursery.start(trio.serve_listeners, self._relay, listeners)
            task_status.started(f"http://{name}:{bound}")

    async def _relay(self, client: trio.SocketStream) -> None:
        link = Link(client)
        if self._connections >= CONNECTIONS_MAX:
            link.reset()
            return
        self._connections += 1
        try:
            async with client:
                await self._pass_on(client, link)
        finally:
            self._connections -= 1

    async def _pass_on(self, client: trio.SocketStream, link: Link) -> None:
        try:
            server = await trio.open_tcp_stream("127.0.0.1", self.upstream_port)
        except OSError:  # the server is on its way out, and the front with it
            link.reset()
            return
        port = server.socket.getsockname()[1]
        self._links[port] = link
        try:
            async with server, trio.open_nursery() as nursery:
                nursery.start_soon(_pass_inward, client, server)
                await _pass_outward(server, link)
                nursery.cancel_scope.cancel()
        finally:
            del self._links[port]


async def _pass_inward(client: trio.SocketStream, server: trio.SocketStream) -> None:
    try:
        while data := await client.receive_some(CHUNK_BYTES):
            await server.send_all(data)
        await server.send_eof()
    except (trio.BrokenResourceError, trio.ClosedResourceError):
        await server.aclose()  # the client is gone, or was reset: so is its request


async def _pass_outward(server: trio.SocketStream, link: Link) -> None:
    try:
        while data := await server.receive_some(CHUNK_BYTES):
            await link.send(bytes(data))
    except (trio.BrokenResourceError, trio.ClosedResourceError):
        return  # one side is gone; the relay closes both
