"""The control socket: the command line's door to the desk, for the owner of the folder alone.

One request a line and one answer a line, both JSON with a `type`: `actors.mail` says which.
"""

import logging
import socket
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import msgspec
import trio

from actors.mail import Answer, Pause, Refused, Request, Stop
from actors.mail_trust import PauseAll
from clarion import logs
from clarion.socket_file import LINE_BYTES_MAX, address
from clarion.socket_file import socket_path as socket_path  # the wiring needs both
from store.errors import StoreError

CLIENTS_MAX = 32
CLIENTS_TO_HOLD_MAX = 8
"""So many more may come in to pause or stop, whatever the others wait for."""
CLIENT_SECONDS_MAX = 10.0
"""How long a client may take to send its line, and to take its answer."""
CHUNK_BYTES = 65_536
BACKLOG = 64

_BUSY = Refused(what="The daemon is answering too many commands at once.", fix="Try it again.")
_TOO_LONG = Refused(
    what=f"The request is longer than {LINE_BYTES_MAX:,} bytes.",
    fix="A definition is a page or two; shorten it.",
)
_log = logging.getLogger(__name__)
_requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)


class SocketTaken(OSError):  # noqa: N818 - says what is the matter
    """Something that is no socket stands where the socket must be."""


async def serve_control(
    path: Path,
    ask: Callable[[Request], Awaitable[Answer]],
    *,
    error_id: Callable[[], str] = logs.error_id,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Answer on the socket until cancelled; started once it listens, gone from the folder after.

    The caller owns the folder: a socket that is there already is what a dead daemon left.
    """
    limiter = trio.CapacityLimiter(CLIENTS_MAX)
    reserve = trio.CapacityLimiter(CLIENTS_TO_HOLD_MAX)

    async def hold(request: Request) -> Answer:
        return await ask(request) if isinstance(request, Pause | Stop | PauseAll) else _BUSY

    async def serve(stream: trio.SocketStream) -> None:
        async with stream:
            try:
                if limiter.available_tokens:
                    async with limiter:
                        await _converse(stream, ask, error_id)
                elif reserve.available_tokens:
                    async with reserve:
                        await _converse(stream, hold, error_id)
                else:
                    await _write(stream, _BUSY)
            except (trio.BrokenResourceError, trio.TooSlowError) as error:
                _log.info("a client of the control socket went away: %s", type(error).__name__)

    async with _listening(path) as listener:
        task_status.started()
        await trio.serve_listeners(serve, [listener])


async def _converse(
    stream: trio.SocketStream,
    ask: Callable[[Request], Awaitable[Answer]],
    error_id: Callable[[], str],
) -> None:
    """Answer one line after another, until the client has no more.

    Raises BrokenResourceError when it goes away and TooSlowError when it is too slow.
    """
    buffer = bytearray()
    while (line := await _line(stream, buffer)) is not None:
        if isinstance(line, Refused):
            await _write(stream, line)
            return
        await _write(stream, await _answer(line, ask, error_id))


async def _line(stream: trio.SocketStream, buffer: bytearray) -> bytes | Refused | None:
    """Take the next line off the stream: None at its end, Refused for one that is too long."""
    seen = 0
    with trio.fail_after(CLIENT_SECONDS_MAX):
        while (end := buffer.find(b"\n", seen)) < 0:
            if len(buffer) > LINE_BYTES_MAX:
                return _TOO_LONG
            seen = len(buffer)
            chunk = await stream.receive_some(CHUNK_BYTES)
            if not chunk:
                return None
            buffer += chunk
    line = bytes(buffer[:end])
    del buffer[: end + 1]
    return line


async def _answer(
    line: bytes, ask: Callable[[Request], Awaitable[Answer]], error_id: Callable[[], str]
) -> Answer:
    try:
        request = _requests.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return Refused(
            what=f"The daemon does not understand the request: {error}.",
            fix="Use the `clarion` command of the daemon's own version.",
        )
    try:
        return await ask(request)
    except StoreError as error:
        _log.error("%s was not done: %s", type(request).__name__, error)
        return Refused(what=f"It could not be kept: {error}.", fix="Then try it again.")
    except Exception:  # noqa: BLE001 - the client gets an id, never a traceback
        name = error_id()
        _log.exception("%s failed, error %s", type(request).__name__, name)
        return Refused(
            what=f"Something went wrong, error {name}.",
            fix="The daemon's log says more under this id. Look at the campaign before you retry.",
        )


async def _write(stream: trio.SocketStream, answer: Answer) -> None:
    with trio.fail_after(CLIENT_SECONDS_MAX):
        await stream.send_all(msgspec.json.encode(answer) + b"\n")


@asynccontextmanager
async def _listening(path: Path) -> AsyncIterator[trio.SocketListener]:
    with _bound(path) as bound:
        async with trio.SocketListener(trio.socket.from_stdlib_socket(bound)) as listener:
            yield listener


@contextmanager
def _bound(path: Path) -> Iterator[socket.socket]:
    """Bind and listen; remove the file at the end."""
    _clear(path)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with address(path) as place:
            bound.bind(place)
        # Nobody can connect before it listens, so the rights are right from the first moment.
        path.chmod(0o600)
        bound.listen(BACKLOG)
        yield bound
    finally:
        bound.close()
        path.unlink(missing_ok=True)


def _clear(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise SocketTaken(f"{path}: this is not a socket. Move it away and start again.")
    path.unlink()
