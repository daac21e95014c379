"""Where the daemon's socket is, and how to name it when its path is longer than a socket allows."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOCKET_NAME = "clarion.sock"
LINE_BYTES_MAX = 2 * 1_048_576
"""A request or an answer is one line of JSON, no longer than this."""
PATH_BYTES_MAX = 103
"""macOS has room for 104 bytes with the closing zero, Linux for 108."""

_DESCRIPTORS = Path("/proc/self/fd")


class PathTooLong(OSError):  # noqa: N818 - says what is the matter
    """The path of the socket does not fit into a socket's address."""


def socket_path(folder: Path) -> Path:
    """Return where a daemon on this folder listens for the command line."""
    return folder / SOCKET_NAME


@contextmanager
def address(path: Path) -> Iterator[str]:
    """Give a text that a socket can be bound or connected to.

    A path that is too long is named through a descriptor of its folder, where the system allows
    it (Linux). Raises PathTooLong elsewhere, FileNotFoundError without the folder.
    """
    if len(os.fsencode(path)) <= PATH_BYTES_MAX:
        yield str(path)
        return
    if not _DESCRIPTORS.is_dir():
        raise PathTooLong(
            f"{path}: a socket's path has at most {PATH_BYTES_MAX} bytes here."
            " Choose a folder of data with a shorter path."
        )
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield str(_DESCRIPTORS / str(folder) / path.name)
    finally:
        os.close(folder)
