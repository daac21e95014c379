"""The disk under the data folder: how much room it has, and the ballast for when it has none.

On a full disk nothing could be committed any more, not even a pause. So a file of some size, the
ballast, lies in the folder from the start. When a commit finds the disk full, the ballast is given
up, and what it frees is kept for what is urgent; once there is room again it is made anew.
"""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

State: TypeAlias = Literal["ample", "low", "full"]

BALLAST_NAME = "ballast"
BALLAST_BYTES = 32 * 2**20
FREE_BYTES_MIN = 512 * 2**20
"""With less than this free, the disk counts as low; `[data] free_bytes_min` says otherwise."""
FULL_BYTES = 2**20
"""With less than this free, a write that fails has failed for want of room."""


class Disk:
    """Says how much room there is, and owns the ballast.

    `state` and `free_bytes` cost one system call and may be asked at any time, from any thread.
    """

    def __init__(
        self,
        folder: Path,
        *,
        free_bytes_min: int = FREE_BYTES_MIN,
        ballast_bytes: int = BALLAST_BYTES,
        free: Callable[[Path], int] | None = None,
    ) -> None:
        self._folder = folder
        self._ballast = folder / BALLAST_NAME
        self._free_bytes_min = free_bytes_min
        self._ballast_bytes = ballast_bytes
        self._free = _free if free is None else free
        self.spent = False
        """Whether the ballast is gone: only what is urgent may be written."""

    def free_bytes(self) -> int:
        """Return how many bytes this process could still write."""
        return self._free(self._folder)

    def state(self) -> State:
        """Return how things are: `full` until there is room for the ballast, and as much again."""
        free = self.free_bytes()
        if free < (2 * self._ballast_bytes if self.spent else FULL_BYTES):
            return "full"
        return "low" if free < self._free_bytes_min else "ample"

    def has_room(self, size_bytes: int) -> bool:
        """Tell whether it would still be ample with so many bytes more."""
        return self.free_bytes() - size_bytes >= self._free_bytes_min

    def keep_ballast(self) -> bool:
        """Make the ballast unless it is there; tell whether it is.

        It blocks for as long as the file system takes to find the room: milliseconds, where it
        can promise room without writing. Without enough of it, nothing is taken.
        """
        if _size(self._ballast) == self._ballast_bytes:
            self.spent = False
        elif self.free_bytes() < 2 * self._ballast_bytes:
            self.give_up()
        else:
            try:
                _allocate(self._ballast, self._ballast_bytes)
                self.spent = False
            except OSError as error:
                self.give_up()
                if error.errno not in _NO_ROOM:
                    raise
        return not self.spent

    def give_up(self) -> None:
        """Free the ballast's room, for what is urgent."""
        self._ballast.unlink(missing_ok=True)
        self.spent = True


def is_no_room(error: BaseException) -> bool:
    """Tell whether the file system refused a write for want of room."""
    return isinstance(error, OSError) and error.errno in _NO_ROOM


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _size(path: Path) -> int:
    """Return a file's size, counted by what it really occupies; 0 for one that is not there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    sparse = found.st_blocks * 512 < found.st_size
    return 0 if sparse else found.st_size


def _allocate(path: Path, size: int) -> None:
    """Make a file that really occupies its room, for its owner only."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, size)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
