"""Copying the log into the audience's copy, a page at a time, and into a new one beside the old."""

import logging
import sqlite3
from functools import partial
from pathlib import Path

from actors.page import know
from domain.facts import User
from store import copy_file, log
from store.copy_errors import CopyNotWrittenError, CopyUnreadableError
from store.database import Database
from store.fault_points import reach
from store.hold import Hold
from store.log import LogRow
from store.projection import Limits, Projection

ROWS_PAGE_MAX = 20_000
NEW_SUFFIX = ".new"
_log = logging.getLogger(__name__)


async def copy_page(store: Database, projection: Projection, hold: Hold) -> int:
    """Take the next rows of the log into a copy; return how many there were.

    Raises CopyWaitsError: the object is of no use then, and must be opened anew.
    """
    after = projection.watermark()
    rows, people = await store.read(partial(_page, after=after))
    if not rows:
        return 0
    reach("projector.page_read")
    before = projection.left_out
    await hold.in_thread(partial(projection.catch_up, rows, people))
    reach("projector.page_committed")
    if left_out := projection.left_out - before:
        _log.error("%d events cannot be read and are left out of audiences", left_out)
    return len(rows)


class Renewal:
    """A second copy, made from the log's first row while the first one answers.

    It has the thread of its own that each page needs, and the memory of a second copy. Nothing of
    a renewal that was broken off is used again.
    """

    def __init__(
        self, store: Database, path: Path, limits: Limits, hold: Hold, *, to_make: int
    ) -> None:
        self._store = store
        self._hold = hold
        self._path = path.with_name(path.name + NEW_SUFFIX)
        self._target = path
        self._limits = limits
        self._projection: Projection | None = None
        self.made = 0
        self.to_make = to_make

    async def catch_up(self) -> None:
        """Copy everything that the log has by now. Raises CopyWaitsError: give it up then."""
        if self._projection is None:
            self._projection = await self._hold.in_thread(self._open)
        while await copy_page(self._store, self._projection, self._hold):
            self.made = self._projection.watermark()
            self.to_make = max(self.to_make, self.made)

    def put_in_place(self) -> None:
        """Take the place of the first copy, which is closed. To be called in a worker thread."""
        assert self._projection is not None, "it has caught up before"
        self._projection.close()
        copy_file.put_in_place(self._path, self._target)

    def give_up(self) -> None:
        """Leave nothing behind; in a worker thread. After `put_in_place` there is nothing left."""
        if self._projection is not None:
            self._projection.close()
        copy_file.remove(self._path)

    def _open(self) -> Projection:
        copy_file.remove(self._path)  # what a crash left
        try:
            return Projection.open(self._path, self._limits)
        except (CopyUnreadableError, OSError) as error:
            raise CopyNotWrittenError(self._path, error) from error


def _page(conn: sqlite3.Connection, after: int) -> tuple[list[LogRow], list[User]]:
    rows = log.rows_after(conn, after, ROWS_PAGE_MAX)
    known = know(conn, {row.user for row in rows}, (), upto=0)
    return rows, list(known.users.values())
