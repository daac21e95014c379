"""A daemon's control socket in a thread of its own, so that a test can be the command line."""

import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from random import Random

import trio

from actors.clock import WallClock
from actors.mail import Answer, Request
from actors.restraint import Pace
from clarion.control import serve_control, socket_path
from clarion.engine import EngineSettings, Surroundings, open_engine
from clarion.socket_file import address
from store.hold import Hold
from tests.patience import PATIENCE_SECONDS

Ask = Callable[[Request], Awaitable[Answer]]
ANA, BEN = "U0ANA00001", "U0BEN00002"
DEFINITION = """\
name = "Win back"
kind = "past_behaviour"
[who]
type = "property"
name = "country"
op = "equals"
value = "NO"
"""


def bound(path: Path) -> socket.socket:
    """Return a socket with this path, however long the path is; it does not listen yet."""
    door = socket.socket(socket.AF_UNIX)
    with address(path) as near:
        door.bind(near)
    return door


async def connected(path: Path) -> trio.SocketStream:
    """Connect to a socket, however long its path is."""
    with address(path) as near:
        return await trio.open_unix_socket(near)


@contextmanager
def answering(folder: Path, asked: AbstractAsyncContextManager[Ask]) -> Iterator[None]:
    """Answer on the folder's socket until the body ends."""
    started = threading.Event()
    stop: list[Callable[[], None]] = []

    async def main() -> None:
        async with asked as ask, trio.open_nursery() as nursery:
            await nursery.start(serve_control, socket_path(folder), ask)
            token = trio.lowlevel.current_trio_token()
            stop.append(lambda: token.run_sync_soon(nursery.cancel_scope.cancel))
            started.set()

    thread = threading.Thread(target=trio.run, args=(main,))
    thread.start()
    try:
        assert started.wait(PATIENCE_SECONDS)
        yield
    finally:
        for each in stop:
            each()
        thread.join()


@asynccontextmanager
async def plain(ask: Ask) -> AsyncIterator[Ask]:
    """Take a function as the desk."""
    yield ask


@asynccontextmanager
async def real_desk(folder: Path) -> AsyncIterator[Ask]:
    """Open a whole engine; its Segment is a port that nobody listens on."""
    settings = EngineSettings(
        folder=folder,
        zone="Europe/Oslo",
        segment_url="http://127.0.0.1:9",
        write_key="write-key",
        pace=Pace(messages_per_second=10, requests_at_once_max=1),
    )
    around = Surroundings(WallClock(), Hold(), Random(1), b"k" * 32, lambda: "E1")
    async with open_engine(settings, around) as engine:
        yield engine.desk.ask
