"""HTTP for an ASGI application: hypercorn's protocols, with connections that fail alone.

hypercorn's own loop keeps all connections in one nursery, so an exception that leaves one of them
ends the server, and the daemon with it. One does leave where a sender breaks off its body while it
is refused: whoever closes the stream and whoever answers meet in the middle of both.
"""

import logging
from functools import partial

import trio
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData
from hypercorn.trio.tcp_server import TCPServer
from hypercorn.trio.worker_context import WorkerContext
from hypercorn.typing import ConnectionState
from hypercorn.utils import repr_socket_addr, wrap_app
from starlette.applications import Starlette

SEND_SECONDS_MAX = 10.0
"""Who does not take the next part of an answer within it is gone; no stop waits for longer."""

_log = logging.getLogger(__name__)


async def serve(app: Starlette, config: Config, *, task_status: trio.TaskStatus[list[str]]) -> None:
    """Serve plain HTTP until cancelled; started with the addresses, such as http://127.0.0.1:80.

    Raises OSError where it may not listen. The application has no lifespan.
    """
    listeners, addresses = [], []
    for sock in config.create_sockets().insecure_sockets:
        sock.listen(config.backlog)
        listeners.append(trio.SocketListener(trio.socket.from_stdlib_socket(sock)))
        addresses.append(f"http://{repr_socket_addr(sock.family, sock.getsockname())}")
    connect = partial(
        _Connection,
        wrap_app(app, config.wsgi_max_body_size, "asgi"),  # type: ignore[arg-type]  # Starlette is ASGI
        config,
        WorkerContext(None),
        ConnectionState({}),
    )
    task_status.started(addresses)
    await trio.serve_listeners(connect, listeners)


class _Connection(TCPServer):
    """One connection, to its end."""

    async def run(self) -> None:
        """Take requests and answer them; whatever goes wrong, it is this connection's alone."""
        try:
            await super().run()
        except* Exception as group:  # noqa: BLE001 - the others go on
            kinds = sorted({type(error).__name__ for error in _leaves(group)})
            _log.error("a connection broke: %s", ", ".join(kinds))  # its words may quote a request

    async def protocol_send(self, event: Event) -> None:
        """Send a part of an answer, or hear that nobody takes it any more."""
        if not isinstance(event, RawData):
            await super().protocol_send(event)
            return
        async with self.send_lock:
            try:
                with trio.fail_after(SEND_SECONDS_MAX, shield=True):
                    await self.stream.send_all(event.data)
            except trio.TooSlowError:
                await trio.aclose_forcefully(self.stream)
                await self.protocol.handle(Closed())
            except (trio.BrokenResourceError, trio.ClosedResourceError, trio.BusyResourceError):
                await self.protocol.handle(Closed())  # busy: another task is closing it


def _leaves(group: BaseExceptionGroup[Exception]) -> list[BaseException]:
    return [
        leaf
        for error in group.exceptions
        for leaf in (_leaves(error) if isinstance(error, BaseExceptionGroup) else [error])
    ]
