"""The projector keeps DuckDB's copy of the log up to date, and answers who and how many.

One thing at a time uses the copy, in a worker thread; a question first catches up with the log.
The copy is made anew beside the old one, which answers meanwhile.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import trio

from actors.clock import Clock
from actors.copying import ROWS_PAGE_MAX, Renewal, copy_page
from actors.mail import Estimate, Refused
from actors.mail_copy import AboutCopy, CopyStatus, Making, RebuildCopy
from domain.audience import Node
from domain.campaign import Campaign
from domain.verdict import control_coefficients
from store import audience, copy_file, log
from store.copy_errors import (
    CopyBehindError,
    CopyDamagedError,
    CopyNotWrittenError,
    CopyUnreadableError,
    CopyWaitsError,
)
from store.database import Database
from store.disk import Disk
from store.hold import Hold
from store.projection import Limits, Projection

T = TypeVar("T")

CATCH_UP_EVERY_SECONDS = 5.0
ROWS_BEHIND_MAX = 1_000_000
"""Nobody waits for a copy that is further behind than this: some 20 seconds."""
_log = logging.getLogger(__name__)


class Projector:
    """Asks the copy questions, one at a time, and keeps it warm in between."""

    def __init__(
        self,
        store: Database,
        path: Path,
        *,
        clock: Clock,
        zone: str,
        hold: Hold,
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        disk: Disk | None = None,
    ) -> None:
        self._store = store
        self._path = path
        self._clock = clock
        self._zone = zone
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

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Catch up now and then, so that a question has little to wait for; close at the end."""
        await self._renew_if_ahead()
        task_status.started()
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._make_when_wanted)
                await self._keep_warm()
        finally:
            with trio.CancelScope(shield=True):
                async with self._turn:
                    await self._hold.in_thread(self._projection.close)

    async def estimate(self, campaign: Campaign, *, campaign_id: str, now_ms: int) -> Estimate:
        """Count the users that the definition would reach now, and how long that took."""
        began = self._clock.now_ms()
        limits = campaign.limits
        control = None
        if limits.control_percent:
            control = (*control_coefficients(campaign_id), limits.control_percent)
        reach = await self._ask(
            lambda copy: audience.count(
                copy, campaign.who, now_ms=now_ms, zone=self._zone, control=control
            )
        )
        caps = [n for n in (limits.cap_total, limits.cap_per_run) if n is not None]
        expected = min([reach.reachable, *caps])
        return Estimate(
            qualified=reach.qualified,
            control=reach.control,
            unreachable=reach.unreachable,
            capped=reach.reachable - expected,
            expected=expected,
            took_ms=self._clock.now_ms() - began,
        )

    async def select(self, who: Node, *, draw: tuple[int, int], now_ms: int) -> Sequence[str]:
        """Return the users who qualify, in the random order of the draw."""
        return await self._ask(
            lambda copy: [
                qualified.user
                for qualified in audience.select(
                    copy, who, now_ms=now_ms, zone=self._zone, draw=draw
                )
            ]
        )

    async def answer(self, request: AboutCopy) -> CopyStatus | Refused:
        """Say how the copy stands, or have it made anew; return at once."""
        return await (self.rebuild() if isinstance(request, RebuildCopy) else self.status())

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

    async def rebuild(self) -> CopyStatus | Refused:
        """Have the copy made anew, unless it is already; refused where the disk has no room."""
        size = await self._hold.in_thread(lambda: copy_file.size_bytes(self._path))
        if self._disk is not None and not self._disk.has_room(size):
            return Refused(
                what=f"There is no room for a second copy of {size:,} bytes.",
                fix="Free some, or stop the daemon and delete the old copy: see `clarion audience"
                " rebuild --help`.",
            )
        if self._making not in {"waiting", "running"}:
            self._making, self._why = "waiting", ""
            self._wanted.set()
        return await self.status()

    async def _ask(self, question: Callable[[Projection], T]) -> T:
        """Answer in a worker thread, from everything that was in the log when it was asked.

        Raises CopyWaitsError: the copy is behind, damaged or cannot be written, or the question
        needs too much.
        """
        async with self._turn:
            await self._catch_up()
            try:
                return await self._hold.in_thread(lambda: question(self._projection))
            except (CopyDamagedError, CopyNotWrittenError) as error:
                self._broken = error
                raise

    async def _keep_warm(self) -> None:
        while True:
            try:
                while await self._page_in_turn() == ROWS_PAGE_MAX:
                    pass  # questions have their turns between the pages
            except CopyWaitsError as failed:  # whoever asks is told; others go on
                _log.warning("audiences wait: %s", failed)
            await trio.sleep(CATCH_UP_EVERY_SECONDS)

    async def _page_in_turn(self) -> int:
        async with self._turn:
            return await self._copy_page()

    async def _catch_up(self) -> None:
        """Take every row of the log that is new, unless that would take too long."""
        while await self._copy_page() == ROWS_PAGE_MAX:
            last = await self._store.read(log.last_seq)
            if last - self._projection.watermark() > ROWS_BEHIND_MAX:
                raise CopyBehindError(100 * self._projection.watermark() // last)

    async def _copy_page(self) -> int:
        if self._broken is not None:
            broken = self._broken
            await self._hold.in_thread(
                lambda: self._open_anew(damaged=isinstance(broken, CopyDamagedError))
            )
            self._broken = None
        try:
            return await copy_page(self._store, self._projection, self._hold)
        except CopyWaitsError as failed:
            self._broken = failed
            raise

    def _open_anew(self, *, damaged: bool = False) -> None:
        """Open the copy again after an error that it does not survive, or begin another."""
        self._projection.close()
        if damaged:
            copy_file.remove(self._path)
        try:
            self._projection = copy_file.open_or_make(self._path, self._limits)
        except CopyUnreadableError as error:
            raise CopyNotWrittenError(self._path, error) from error

    async def _renew_if_ahead(self) -> None:
        """Make the copy anew if it knows more than the log: the log came from a backup."""
        last = await self._store.read(log.last_seq)
        async with self._turn:
            if self._projection.watermark() > last:
                await self._hold.in_thread(lambda: self._open_anew(damaged=True))

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
            await renewal.catch_up()
            async with self._turn:
                await renewal.catch_up()
                with trio.CancelScope(shield=True):
                    await self._hold.in_thread(lambda: self._replace(renewal))
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
