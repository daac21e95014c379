"""The projector keeps DuckDB's copy of the log up to date, and answers who and how many.

DuckDB is used from one worker thread at a time. A question first catches up with the log, so in
between the copy is left alone until it is so far behind that a question would feel it: a commit
to DuckDB costs far more than the few rows in it.
"""

import logging
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import trio

from actors.clock import Clock
from actors.mail import Estimate
from actors.page import know
from domain.audience import Node
from domain.campaign import Campaign
from domain.facts import User
from domain.verdict import control_coefficients
from store import audience, log
from store.database import Database
from store.fault_points import reach
from store.hold import Hold
from store.log import LogRow
from store.projection import CopyNotWrittenError, CopyUnreadableError, Projection

ROWS_PAGE_MAX = 20_000
ROWS_BEHIND_MAX = 1_000
"""With more of the log missing, the copy catches up though nobody asks."""
AGAIN_SECONDS = 30.0
"""So long after a copy that could not be written it is tried again."""
_log = logging.getLogger(__name__)


class Projector:
    """Asks the copy questions, one at a time, and keeps it warm in between.

    The file is opened when it is first needed: most starts need it much later, or not at all.
    """

    def __init__(self, store: Database, path: Path, *, clock: Clock, zone: str, hold: Hold) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._hold = hold
        self._turn = trio.Lock()
        self._path = path
        self._projection: Projection | None = None
        self._behind = trio.Event()
        self._known = 0  # how far the copy is known to reach

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Catch up when much is missing, so that a question has little to wait for."""
        self.follow(await self._store.read(log.last_seq))
        task_status.started()
        try:
            while True:
                await self._behind.wait()
                self._behind = trio.Event()
                try:
                    async with self._turn:
                        await self._caught_up()
                except CopyNotWrittenError as failed:  # whoever asks is told; others go on
                    _log.warning("audiences wait: %s", failed)
                    await trio.sleep(AGAIN_SECONDS)
                    self._behind.set()
        finally:
            with trio.CancelScope(shield=True):
                async with self._turn:
                    await self._close()

    def follow(self, last_seq: int) -> None:
        """Hear how far the log reaches. Never blocks."""
        if last_seq - self._known > ROWS_BEHIND_MAX:
            self._behind.set()

    async def estimate(self, campaign: Campaign, *, campaign_id: str, now_ms: int) -> Estimate:
        """Count the users that the definition would reach now, and how long that took."""
        began = self._clock.now_ms()
        limits = campaign.limits
        control = None
        if limits.control_percent:
            control = (*control_coefficients(campaign_id), limits.control_percent)
        async with self._turn:
            projection = await self._caught_up()
            reach = await self._hold.in_thread(
                lambda: audience.count(
                    projection,
                    campaign.who,
                    now_ms=now_ms,
                    zone=self._zone,
                    control=control,
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
        async with self._turn:
            projection = await self._caught_up()
            return await self._hold.in_thread(
                lambda: [
                    qualified.user
                    for qualified in audience.select(
                        projection, who, now_ms=now_ms, zone=self._zone, draw=draw
                    )
                ]
            )

    async def _opened(self) -> Projection:
        """Return the copy; one that knows more than the log is made anew: a backup was put back.

        Raises CopyNotWrittenError while the disk takes nothing.
        """
        if self._projection is None:
            last = await self._store.read(log.last_seq)
            self._projection = await self._hold.in_thread(partial(_open, self._path, last=last))
        return self._projection

    async def _caught_up(self) -> Projection:
        """Take every row of the log that is new, a page at a time, and return the copy.

        Raises CopyNotWrittenError while the disk takes nothing.
        """
        projection = await self._opened()
        while True:
            after = self._known = projection.watermark()
            rows, people = await self._store.read(partial(_page, after=after))
            if not rows:
                return projection
            reach("projector.page_read")
            before = projection.left_out
            try:
                await self._hold.in_thread(partial(projection.catch_up, rows, people))
            except CopyNotWrittenError:  # it does not survive that: opened anew, it is well
                await self._close()
                raise
            reach("projector.page_committed")
            if left_out := projection.left_out - before:
                _log.error("%d events cannot be read and are left out of audiences", left_out)

    async def _close(self) -> None:
        projection, self._projection = self._projection, None
        if projection is not None:
            await self._hold.in_thread(projection.close)


def _page(conn: sqlite3.Connection, after: int) -> tuple[list[LogRow], list[User]]:
    rows = log.rows_after(conn, after, ROWS_PAGE_MAX)
    known = know(conn, {row.user for row in rows}, (), upto=0)
    return rows, list(known.users.values())


def _open(path: Path, *, last: int) -> Projection:
    """Open the copy; one that cannot be read is made anew, since the log has everything."""
    try:
        projection = Projection.open(path)
        if projection.watermark() <= last:
            return projection
        projection.close()
    except CopyUnreadableError:
        pass
    remove_copy(path)
    try:
        return Projection.open(path)
    except CopyUnreadableError as error:
        raise CopyNotWrittenError(path, error) from error


def remove_copy(path: Path) -> None:
    """Remove a copy that nobody has open: the log has everything, so it is made anew."""
    for old in (path, path.with_name(path.name + ".wal")):
        old.unlink(missing_ok=True)
