"""The keeper of the audience's copy: it follows the log, is asked one thing at a time, is renewed.

A worker thread uses the copy; a question first catches up with the log. The copy is made anew
beside the old one, which answers meanwhile.
"""

import logging
import math
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import trio

from actors import copy_reading
from actors.copy_opening import CopyFile
from actors.copy_reading import Gone
from actors.copying import Page, Renewal, in_time, next_page, take
from actors.mail import Refused
from actors.mail_copy import CopyStatus, Making
from store import copy_compacting, copy_erasure, copy_file, erasures, log
from store.copy_connection import Limits
from store.copy_errors import (
    CopyBehindError,
    CopyDamagedError,
    CopyNotWrittenError,
    CopyWaitsError,
    QuestionTooLargeError,
    QuestionTooLongError,
)
from store.database import Database
from store.disk import Disk
from store.errors import CommitFailed
from store.fault_points import reach
from store.hold import Hold
from store.projection import Projection

T = TypeVar("T")

COMPACT_EVERY_SECONDS = 3_600.0
"""However many users are erased, the whole copy is not written anew more often."""
ROWS_WAITED_FOR_MAX = 1_000_000
"""Nobody waits for a copy that is further behind than this: some 20 seconds."""
LAST_PAGES_MAX = 2
"""One after which there was no more, and one for what came meanwhile: events never end."""
AGAIN_SECONDS = 30.0
"""So long after a copy that could not be written it is tried again."""
_log = logging.getLogger(__name__)


class Keeper:
    """Owns the copy's file, and everything that is done with it."""

    def __init__(
        self, store: Database, path: Path, *, hold: Hold, limits: Limits, disk: Disk | None
    ) -> None:
        self._store = store
        self._path = path
        self._hold = hold
        self._limits = limits
        self._file = CopyFile(path, limits)
        self._disk = disk
        self._turn = trio.Lock()
        self._projection: Projection | None = None
        self._nursery: trio.Nursery | None = None
        self._behind = trio.Event()
        self._known = 0  # how far the copy is known to reach
        self._is_old = False  # its file has bytes of users who were erased
        self._compact_at = -math.inf
        self._making: Making = ""
        self._renewal: Renewal | None = None
        self._rebuilds = 0
        self._why = ""

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Catch up when much is missing, so that a question has little to wait for."""
        last, erased, self._is_old = await self._store.read(copy_reading.missed)
        self.follow(last)
        if erased:
            self._behind.set()
        if (left := copy_file.new_of(self._path)).exists():  # by a crash
            await self._hold.in_thread(partial(copy_file.remove, left))
        try:
            async with trio.open_nursery() as self._nursery:
                task_status.started()
                await self._keep_warm()
        finally:
            self._nursery = None
            with trio.CancelScope(shield=True):
                async with self._turn:
                    await self._close()

    def follow(self, last_seq: int) -> None:
        """Hear how far the log reaches. Never blocks."""
        if last_seq - self._known > self._limits.rows_behind_max:
            self._behind.set()

    async def ask(self, question: Callable[[Projection], T]) -> T:
        """Answer in a worker thread, from everything that was in the log when it was asked.

        Raises CopyWaitsError: the copy is behind, damaged or cannot be written, or the question
        needs too much.
        """
        return await self.lend(lambda copy: self._hold.in_thread(partial(in_time, question, copy)))

    async def lend(self, use: Callable[[Projection], Awaitable[T]]) -> T:
        """Let `use` have the copy, as `ask` has it: nobody else asks, and nobody is forgotten."""
        async with self._turn:
            projection = await self._caught_up()
            try:
                return await use(projection)
            except CopyWaitsError as error:
                await self._fail(error)
                raise

    async def forget_erased(self) -> None:
        """Take the users who were erased out of the copy now. Raises CopyWaitsError."""
        self._behind.set()  # whoever asks may not wait for the end of it
        async with self._turn:
            projection = await self._opened()
            while gone := (await next_page(self._store, projection)).gone:
                await self._forget(projection, gone)

    async def status(self) -> CopyStatus:
        """Return how the copy stands, and the one that is made to replace it."""
        if self._projection is None:
            async with self._turn:
                await self._opened()
        last = await self._store.read(log.last_seq)
        size = await self._hold.in_thread(lambda: copy_file.size_bytes(self._path))
        renewal = self._renewal
        return CopyStatus(
            watermark=self._known,
            last_seq=last,
            bytes=size,
            making=self._making,
            made=0 if renewal is None else renewal.made,
            to_make=last if renewal is None else renewal.to_make,
            rebuilds=self._rebuilds,
            why=self._why,
        )

    async def rebuild(self) -> CopyStatus | Refused:
        """Have the copy made anew, unless it is already; refused where the disk has no room."""
        if self._making != "running":
            size = await self._hold.in_thread(lambda: copy_file.size_bytes(self._path))
            if self._disk is not None and not self._disk.has_room(size):
                return Refused(
                    what=f"There is no room for a second copy of {size:,} bytes.",
                    fix="Free some, or stop the daemon and delete the old copy: see `clarion"
                    " audience rebuild --help`.",
                )
            assert self._nursery is not None, "whoever can be asked runs"
            self._making, self._why = "running", ""
            self._nursery.start_soon(self._make)
        return await self.status()

    async def _keep_warm(self) -> None:
        while True:
            with trio.move_on_at(self._compact_at if self._is_old else math.inf):
                await self._behind.wait()
            self._behind = trio.Event()
            try:
                last = 0
                while last < LAST_PAGES_MAX and (page := await self._page_in_turn()).rows:
                    last += not page.more  # questions have turns between them
                if self._is_old and trio.current_time() >= self._compact_at:
                    await self._compact()
            except CopyWaitsError as failed:  # whoever asks is told; others go on
                _log.warning("audiences wait: %s", failed)
                await trio.sleep(AGAIN_SECONDS)

    async def _page_in_turn(self) -> Page:
        async with self._turn:
            return await self._copy_page(await self._opened())

    async def _opened(self) -> Projection:
        """Return the copy, opened when it is first needed: most starts need it much later."""
        if self._projection is None:
            last = await self._store.read(log.last_seq)
            self._projection = await self._hold.in_thread(partial(self._file.open, last=last))
            self._known = self._projection.watermark()
        return self._projection

    async def _caught_up(self) -> Projection:
        """Take every row of the log that is new, unless that would take too long."""
        projection = await self._opened()
        last_pages = 0
        while last_pages < LAST_PAGES_MAX and (page := await self._copy_page(projection)).rows:
            if not page.more:
                last_pages += 1
                continue
            last = await self._store.read(log.last_seq)
            if last - self._known > ROWS_WAITED_FOR_MAX:
                self._behind.set()
                raise CopyBehindError(100 * self._known // last)
        return projection

    async def _copy_page(self, projection: Projection) -> Page:
        """Let go of what left the log, then take the next rows."""
        while (page := await next_page(self._store, projection)).gone:
            await self._forget(projection, page.gone)
        if page.rows:
            try:
                await take(projection, page, self._hold)
            except CopyWaitsError as error:
                await self._fail(error)
                raise
            self._known = projection.watermark()
        if not page.more:
            self._file.caught_up(self._known)
        return page

    async def _forget(self, projection: Projection, gone: Gone) -> None:
        """Take what left the log out of the copy, before it is asked anything more."""
        forget = partial(copy_erasure.forget, projection, self._path, *gone)
        try:
            await self._hold.in_thread(forget)
        except CopyWaitsError as error:
            await self._fail(error)
            raise
        if self._renewal is not None:
            self._renewal.forget(gone)
        reach("projector.forgotten")
        try:
            await self._store.write(partial(copy_reading.let_go, what=gone), urgent=True)
        except CommitFailed as failed:  # they are forgotten once more, soon
            self._behind.set()
            raise CopyNotWrittenError(self._path, failed) from failed
        self._is_old |= bool(gone.users)

    async def _fail(self, error: CopyWaitsError) -> None:
        """Close a copy that does not survive an error; a damaged one is begun anew.

        It is tried again soon though nobody asks: someone may have to be forgotten.
        """
        if isinstance(error, QuestionTooLargeError | QuestionTooLongError):
            return
        await self._close()
        if isinstance(error, CopyDamagedError):
            await self._hold.in_thread(partial(self._file.begin_anew, "it is damaged"))
        self._behind.set()

    async def _close(self) -> None:
        projection, self._projection = self._projection, None
        if projection is not None:
            await self._hold.in_thread(projection.close)

    async def _compact(self) -> None:
        """Write the copy's file anew, without the bytes of users who were erased."""
        self._compact_at = trio.current_time() + COMPACT_EVERY_SECONDS
        async with self._turn:
            try:
                await self._close()
                compact = partial(copy_compacting.compact, self._path)
                await self._hold.in_thread(partial(compact, memory_mb=self._limits.memory_mb_max))
            except CopyNotWrittenError as failed:
                _log.warning("the audience's copy is not written anew yet: %s", failed)
                return
            reach("projector.compacted")
            await self._file_is_new()

    async def _file_is_new(self) -> None:
        try:
            await self._store.write(erasures.copy_is_new)
        except CommitFailed as failed:
            _log.warning("the audience's copy will be written anew once more: %s", failed)
        else:
            self._is_old = False

    async def _make(self) -> None:
        try:
            await self._make_anew()
        except CopyWaitsError as failed:
            _log.warning("the audience's copy was not made anew: %s", failed)
            self._making, self._why = "failed", str(failed)
        else:
            self._making, self._rebuilds = "", self._rebuilds + 1

    async def _make_anew(self) -> None:
        last = await self._store.read(log.last_seq)
        renewal = Renewal(self._store, self._path, self._limits, self._hold, to_make=last)
        self._renewal = renewal
        try:
            while not await renewal.catch_up():
                await self.forget_erased()
            async with self._turn:
                while not await renewal.catch_up():
                    await self._copy_page(await self._opened())  # which lets go of them in both
                with trio.CancelScope(shield=True):
                    await self._close()
                    await self._hold.in_thread(renewal.put_in_place)
                if self._is_old and not renewal.has_forgotten:
                    await self._file_is_new()
        finally:
            self._renewal = None
            with trio.CancelScope(shield=True):
                await self._hold.in_thread(renewal.give_up)
