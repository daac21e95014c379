"""Copying the log into the audience's copy, a page at a time, and into a new one beside the old."""

import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from actors import copy_reading
from actors.copy_reading import Gone
from domain.facts import User
from store import copy_erasure, copy_file
from store.copy_connection import Limits
from store.copy_errors import CopyNotWrittenError, CopyUnreadableError, QuestionTooLongError
from store.database import Database
from store.fault_points import reach
from store.hold import Hold
from store.log import LogRow
from store.projection import Interrupted, Projection

T = TypeVar("T")

QUESTION_SECONDS_MAX = 300.0
"""A hundred times what the largest audience takes that people ask for, of millions of users."""
_log = logging.getLogger(__name__)


class Page(NamedTuple):
    """The next rows of the log and the users whom they changed; or first, what has left.

    `more`: there were further rows when it was read.
    """

    rows: list[LogRow]
    people: list[User]
    gone: Gone
    more: bool = False


async def next_page(store: Database, projection: Projection) -> Page:
    """Read what a copy has to take next."""
    read = partial(copy_reading.page, after=projection.watermark())
    return Page(*await store.read(read))


async def take(projection: Projection, page: Page, hold: Hold) -> None:
    """Take the rows of a page into a copy.

    Raises CopyWaitsError: the object is of no use then, and must be opened anew.
    """
    reach("projector.page_read")
    before = projection.left_out
    await hold.in_thread(partial(projection.catch_up, page.rows, page.people))
    reach("projector.page_committed")
    if left_out := projection.left_out - before:
        _log.error("%d events cannot be read and are left out of audiences", left_out)


def in_time(question: Callable[[Projection], T], projection: Projection) -> T:
    """Ask a question in this thread; one that takes too long is cut short, for others wait.

    Raises QuestionTooLongError, and what the question raises; the copy survives it.
    """
    cut_short = threading.Timer(QUESTION_SECONDS_MAX, projection.interrupt)
    cut_short.daemon = True
    cut_short.start()
    try:
        return question(projection)
    except Interrupted as error:
        raise QuestionTooLongError(QUESTION_SECONDS_MAX) from error
    finally:
        cut_short.cancel()


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
        self._path = copy_file.new_of(path)
        self._target = path
        self._limits = limits
        self._projection: Projection | None = None
        self._users: set[str] = set()
        self._seqs: set[int] = set()
        self.has_forgotten = False  # its file may have bytes of users who were erased
        self.made = 0
        self.to_make = to_make

    def forget(self, gone: Gone) -> None:
        """Let go of what left the log, too, before anything else is read into this copy."""
        self._users.update(gone.users)
        self._seqs.update(gone.seqs)
        self.has_forgotten |= bool(gone.users)

    async def catch_up(self) -> bool:
        """Copy everything that the log has by now; False: something left it, `forget` that first.

        What comes meanwhile is for whoever looks next: it may never end.

        Raises CopyWaitsError: give it up then.
        """
        if self._projection is None:
            self._projection = await self._hold.in_thread(self._open)
        while True:
            page = await next_page(self._store, self._projection)
            if page.gone:
                return False
            if self._users or self._seqs:
                await self._let_go(self._projection)
                continue  # the page may have been read before they left
            if not page.rows:
                return True
            await take(self._projection, page, self._hold)
            self.made = self._projection.watermark()
            self.to_make = max(self.to_make, self.made)
            if not page.more:
                return True

    def put_in_place(self) -> None:
        """Take the place of the first copy, which is closed. To be called in a worker thread.

        Raises CopyNotWrittenError: the first copy is as it was.
        """
        assert self._projection is not None, "it has caught up before"
        self._projection.close()
        try:
            copy_file.put_in_place(self._path, self._target)
        except OSError as error:
            raise CopyNotWrittenError(self._target, error) from error

    def give_up(self) -> None:
        """Leave nothing behind; in a worker thread. After `put_in_place` there is nothing left."""
        if self._projection is not None:
            self._projection.close()
        copy_file.remove(self._path)

    async def _let_go(self, projection: Projection) -> None:
        gone = Gone(self._users, self._seqs)
        self._users, self._seqs = set(), set()
        await self._hold.in_thread(partial(copy_erasure.forget, projection, self._path, *gone))

    def _open(self) -> Projection:
        copy_file.remove(self._path)  # what a crash left
        try:
            return Projection.open(self._path, self._limits)
        except (CopyUnreadableError, OSError) as error:
            raise CopyNotWrittenError(self._path, error) from error
