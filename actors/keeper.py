"""The keeper of the audience's copy: it follows the log, is asked one thing at a time, is renewed.

A worker thread uses the copy; a question first catches up with the log. The copy is made anew
beside the old one, which answers meanwhile.
"""

import logging
import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import trio

from actors.copying import ROWS_PAGE_MAX, Renewal, new_of, next_page, take
from actors.mail import Refused
from actors.mail_copy import AboutCopy, CopyStatus, Making, RebuildCopy
from store import copy_compacting, copy_erasure, copy_file, erasures, log
from store.copy_connection import Limits
from store.copy_errors import (
    CopyBehindError,
    CopyDamagedError,
    CopyNotWrittenError,
    CopyUnreadableError,
    CopyWaitsError,
    QuestionTooLargeError,
)
from store.database import Database
from store.disk import Disk
from store.fault_points import reach
from store.hold import Hold
from store.projection import Projection

T = TypeVar("T")

CATCH_UP_EVERY_SECONDS = 5.0
COMPACT_EVERY_SECONDS = 3_600.0
"""However many users are erased, the whole copy is not written anew more often."""
ROWS_BEHIND_MAX = 1_000_000
"""Nobody waits for a copy that is further behind than this: some 20 seconds."""
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
        self._disk = disk
        self._turn = trio.Lock()
        self._projection = copy_file.open_or_make(path, limits)
        self._broken: CopyWaitsError | None = None
        self._wanted = trio.Event()
        self._making: Making = ""
        self._renewal: Renewal | None = None
        self._rebuilds = 0
        self._why = ""
        self._is_old = False  # its file has bytes of users who were erased
        self._compact_at = -math.inf

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Catch up now and then, so that a question has little to wait for; close at the end."""
        await self._begin()
        task_status.started()
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._make_when_wanted)
                await self._keep_warm()
        finally:
            with trio.CancelScope(shield=True):
                async with self._turn:
                    await self._hold.in_thread(self._projection.close)

    async def ask(self, question: Callable[[Projection], T]) -> T:
        """Answer in a worker thread, from everything that was in the log when it was asked.

        Raises CopyWaitsError: the copy is behind, damaged or cannot be written, or the question
        needs too much.
        """
        async with self._turn:
            await self._catch_up()
            try:
                return await self._hold.in_thread(lambda: question(self._projection))
            except CopyWaitsError as error:
                self._remember(error)
                raise

    async def forget_erased(self) -> None:
        """Take the users who were erased out of the copy now. Raises CopyWaitsError."""
        async with self._turn:
            await self._mend()
            while erased := (await next_page(self._store, self._projection)).erased:
                await self._forget(erased)

    async def answer(self, request: AboutCopy) -> CopyStatus | Refused:
        """Say how the copy stands, or have it made anew; return at once."""
        return await (self._rebuild() if isinstance(request, RebuildCopy) else self.status())

    async def status(self) -> CopyStatus:
        """Return how the copy stands, and the one that is made to replace it."""
        last = await self._store.read(log.last_seq)
        size = await self._hold.in_thread(lambda: copy_file.size_bytes(self._path))
        renewal = self._renewal
        return CopyStatus(
            watermark=self._projection.watermark(),
            last_seq=last,
            bytes=size,
            making=self._making,
            made=0 if renewal is None else renewal.made,
            to_make=last if renewal is None else renewal.to_make,
            rebuilds=self._rebuilds,
            why=self._why,
        )

    async def _rebuild(self) -> CopyStatus | Refused:
        """Have the copy made anew, unless it is already; refused where the disk has no room."""
        if self._making not in {"waiting", "running"}:
            size = await self._hold.in_thread(lambda: copy_file.size_bytes(self._path))
            if self._disk is not None and not self._disk.has_room(size):
                return Refused(
                    what=f"There is no room for a second copy of {size:,} bytes.",
                    fix="Free some, or stop the daemon and delete the old copy: see `clarion"
                    " audience rebuild --help`.",
                )
            self._making, self._why = "waiting", ""
            self._wanted.set()
        return await self.status()

    async def _keep_warm(self) -> None:
        while True:
            try:
                while await self._page_in_turn() == ROWS_PAGE_MAX:
                    pass  # questions have their turns between the pages
            except CopyWaitsError as failed:  # whoever asks is told; others go on
                _log.warning("audiences wait: %s", failed)
            if self._is_old and trio.current_time() >= self._compact_at:
                await self._compact()
            await trio.sleep(CATCH_UP_EVERY_SECONDS)

    async def _page_in_turn(self) -> int:
        async with self._turn:
            return await self._copy_page()

    async def _catch_up(self) -> None:
        """Take every row of the log that is new, unless that would take too long."""
        while await self._copy_page():
            last = await self._store.read(log.last_seq)
            if last - self._projection.watermark() > ROWS_BEHIND_MAX:
                raise CopyBehindError(100 * self._projection.watermark() // last)

    async def _copy_page(self) -> int:
        """Let go of who was erased, then take the next rows; return how many there were."""
        await self._mend()
        while (page := await next_page(self._store, self._projection)).erased:
            await self._forget(page.erased)
        if page.rows:
            try:
                await take(self._projection, page, self._hold)
            except CopyWaitsError as error:
                self._remember(error)
                raise
        return len(page.rows)

    async def _forget(self, users: Sequence[str]) -> None:
        """Take erased users out of the copy, before it is asked anything more."""
        forget = partial(copy_erasure.forget, self._projection, self._path, users)
        try:
            await self._hold.in_thread(forget)
        except CopyWaitsError as error:
            self._remember(error)
            raise
        if self._renewal is not None:
            self._renewal.forget(users)
        reach("projector.forgotten")
        await self._store.write(partial(erasures.done, users=users))
        self._is_old = True

    async def _compact(self) -> None:
        """Write the copy's file anew, without the bytes of users who were erased."""
        self._compact_at = trio.current_time() + COMPACT_EVERY_SECONDS
        async with self._turn:
            try:
                await self._hold.in_thread(self._compact_file)
            except CopyNotWrittenError as failed:
                _log.warning("the audience's copy is not written anew yet: %s", failed)
                return
            reach("projector.compacted")
            await self._file_is_new()

    def _compact_file(self) -> None:
        self._projection.close()
        try:
            copy_compacting.compact(self._path, memory_mb=self._limits.memory_mb_max)
        finally:
            self._open_anew()

    async def _file_is_new(self) -> None:
        await self._store.write(erasures.copy_is_new)
        self._is_old = False

    def _remember(self, error: CopyWaitsError) -> None:
        if not isinstance(error, QuestionTooLargeError):
            self._broken = error

    async def _mend(self) -> None:
        if (broken := self._broken) is None:
            return
        damaged = isinstance(broken, CopyDamagedError)
        await self._hold.in_thread(partial(self._open_anew, empty=damaged))
        self._broken = None

    def _open_anew(self, *, empty: bool = False) -> None:
        """Open the copy again after an error that it does not survive, or begin another."""
        self._projection.close()
        if empty:
            copy_file.remove(self._path)
        try:
            self._projection = copy_file.open_or_make(self._path, self._limits)
        except CopyUnreadableError as error:
            raise CopyNotWrittenError(self._path, error) from error

    async def _begin(self) -> None:
        """Remove what a crash left; renew a copy that knows more than a log from a backup."""
        last, self._is_old = await self._store.read(
            lambda conn: (log.last_seq(conn), erasures.copy_is_old(conn))
        )
        async with self._turn:
            await self._hold.in_thread(partial(copy_file.remove, new_of(self._path)))
            if self._projection.watermark() > last:
                await self._hold.in_thread(partial(self._open_anew, empty=True))

    async def _make_when_wanted(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted = trio.Event()
            self._making = "running"
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
                    await self._copy_page()  # which lets go of the erased first, in both
                with trio.CancelScope(shield=True):
                    await self._hold.in_thread(partial(self._replace, renewal))
                if self._is_old and not renewal.has_forgotten:
                    await self._file_is_new()
        finally:
            self._renewal = None
            with trio.CancelScope(shield=True):
                await self._hold.in_thread(renewal.give_up)

    def _replace(self, renewal: Renewal) -> None:
        self._projection.close()
        try:
            renewal.put_in_place()
        except OSError as error:
            raise CopyNotWrittenError(self._path, error) from error
        finally:
            self._open_anew()
