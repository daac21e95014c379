"""The command line's side of the control socket: one request, one answer, and clear failures."""

import socket
from pathlib import Path

import msgspec

from actors.mail import Answer, Request
from clarion.socket_file import LINE_BYTES_MAX, PathTooLong, address

CONNECT_SECONDS_MAX = 5.0
ANSWER_SECONDS_MAX = 180.0
"""An estimate over many users takes its time; a daemon that hangs must not hang the shell."""
CHUNK_BYTES = 65_536

_answers: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


class NoDaemon(Exception):  # noqa: N818 - says what is the matter
    """No daemon answered: `what` says so, `fix` says what to do."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(f"{what} {fix}")
        self.what = what
        self.fix = fix


class WentAway(NoDaemon):
    """A daemon was asked, and ended before it answered."""


def ask(path: Path, request: Request, *, timeout_seconds: float = ANSWER_SECONDS_MAX) -> Answer:
    """Ask the daemon that listens at `path`.

    Raises NoDaemon where none does, and WentAway where it ended before it answered.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(CONNECT_SECONDS_MAX)
        _connect(link, path)
        link.settimeout(timeout_seconds)
        try:
            link.sendall(msgspec.json.encode(request) + b"\n")
            line = _line(link)
        except TimeoutError as error:
            raise NoDaemon(
                f"The daemon did not answer within {timeout_seconds:g} seconds.",
                "It may still do what you asked: look with `clarion campaign list`.",
            ) from error
        except OSError as error:
            raise _gone() from error
    try:
        return _answers.decode(line)
    except msgspec.MsgspecError as error:
        raise NoDaemon(
            f"The daemon's answer cannot be read: {error}.",
            "Use the `clarion` command of the daemon's own version.",
        ) from error


def _connect(link: socket.socket, path: Path) -> None:
    try:
        with address(path) as place:
            link.connect(place)
    except PathTooLong as error:
        raise NoDaemon(str(error), "") from error
    except PermissionError as error:
        raise NoDaemon(
            f"The daemon on {path.parent} is another user's.",
            "Run this command as the user who runs the daemon.",
        ) from error
    except OSError as error:
        raise NoDaemon(
            f"No daemon runs on {path.parent}.",
            "Start one with `clarion run`, or name its folder with `--data` or its file"
            " with `--config`.",
        ) from error


def _line(link: socket.socket) -> bytes:
    """Read up to the end of the line; an answer is never much longer than a request may be."""
    read = bytearray()
    while not read.endswith(b"\n"):
        chunk = link.recv(CHUNK_BYTES)
        if not chunk or len(read) > ANSWER_LINES_MAX * LINE_BYTES_MAX:
            raise _gone()
        read += chunk
    return bytes(read)


ANSWER_LINES_MAX = 16
"""A list of every campaign may be longer than one request: this many times its limit."""


def _gone() -> WentAway:
    return WentAway(
        "The daemon went away before it answered.",
        "It may have done what you asked: look with `clarion campaign list` once it runs again.",
    )
