"""The projector keeps DuckDB's copy of the log up to date, and answers who and how many.

DuckDB is used from one worker thread at a time. A question first catches up with the log, so in
between the copy is left alone until it is so far behind that a question would feel it: a commit
to DuckDB costs far more than the few rows in it.
"""

import logging
import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import trio

from actors import copy_reading, waterfall
from actors.clock import Clock
from actors.mail import Estimate
from domain.audience import Node
from domain.campaign import Campaign
from domain.control import NO_CONTROLS, Controls, shares
from domain.saved import list_names
from store import (
    audience,
    copy_compacting,
    copy_erasure,
    diagnostics,
    erasures,
    log,
    memberships,
    vocabulary,
)
from store.database import Database
from store.fault_points import reach
from store.hold import Hold
from store.memberships import NO_LISTS, ListVersion
from store.projection import CopyNotWrittenError, CopyUnreadableError, Projection
from store.vocabulary import EventSeen, PropertySeen

ROWS_BEHIND_MAX = 1_000
"""With more of the log missing, the copy catches up though nobody asks."""
AGAIN_SECONDS = 30.0
"""So long after a copy that could not be written it is tried again."""
COMPACT_EVERY_SECONDS = 3_600.0
"""However many users are erased, the whole copy is not written anew more often."""
_log = logging.getLogger(__name__)


class Projector:
    """Asks the copy questions, one at a time, and keeps it warm in between.

    The file is opened when it is first needed: most starts need it much later, or not at all.
    """

    def __init__(
        self,
        store: Database,
        path: Path,
        *,
        clock: Clock,
        zone: str,
        hold: Hold,
        controls: Controls = NO_CONTROLS,
    ) -> None:
        self._store = store
        self._controls = controls
        self._clock = clock
        self._zone = zone
        self._hold = hold
        self._turn = trio.Lock()
        self._path = path
        self._projection: Projection | None = None
        self._behind = trio.Event()
        self._known = 0  # how far the copy is known to reach
        self._is_old = False  # its file has bytes of users who were erased
        self._compact_at = -math.inf

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Catch up when much is missing, so that a question has little to wait for."""
        last, erased, self._is_old = await self._store.read(copy_reading.missed)
        self.follow(last)
        if erased:
            self._behind.set()
        task_status.started()
        try:
            while True:
                with trio.move_on_at(self._compact_at if self._is_old else math.inf):
                    await self._behind.wait()
                self._behind = trio.Event()
                try:
                    async with self._turn:
                        await self._caught_up()
                        if self._is_old and trio.current_time() >= self._compact_at:
                            await self._compact()
                except CopyNotWrittenError as failed:  # whoever asks is told; others go on
                    _log.warning("audiences wait: %s", failed)
                    await trio.sleep(AGAIN_SECONDS)
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
        control = list(shares(campaign_id, campaign, self._controls))
        lists = await self._lists(campaign.who)
        async with self._turn:
            projection = await self._caught_up()
            reach = await self._hold.in_thread(
                lambda: audience.count(
                    projection,
                    campaign.who,
                    now_ms=now_ms,
                    zone=self._zone,
                    control=control,
                    lists=lists,
                )
            )
        took_ms = self._clock.now_ms() - began
        return waterfall.estimate(campaign, reach, is_kept=bool(campaign_id), took_ms=took_ms)

    async def notes(self, who: Node) -> tuple[str, ...]:
        """Return a line for each property of which some values have another type than is asked."""
        async with self._turn:
            projection = await self._caught_up()
            found = await self._hold.in_thread(lambda: diagnostics.mismatches(projection, who))
        return tuple(map(str, found))

    async def select(
        self,
        who: Node,
        *,
        draw: tuple[int, int],
        now_ms: int,
        lists: Mapping[str, ListVersion] = NO_LISTS,
    ) -> Sequence[str]:
        """Return the users who qualify, in the random order of the draw."""
        members = (
            await self._store.read(partial(copy_reading.members, versions=lists)) if lists else {}
        )
        async with self._turn:
            projection = await self._caught_up()
            return await self._hold.in_thread(
                lambda: [
                    qualified.user
                    for qualified in audience.select(
                        projection,
                        who,
                        now_ms=now_ms,
                        zone=self._zone,
                        draw=draw,
                        lists=members,
                    )
                ]
            )

    async def _lists(self, who: Node) -> Mapping[str, list[str]]:
        """Read the custom lists that a tree names, as they count now."""
        if not (names := list_names(who)):
            return {}
        return await self._store.read(
            lambda conn: copy_reading.members(conn, memberships.required(conn, names))
        )

    async def forget_erased(self) -> None:
        """Take the users who were erased out of the copy now. Raises CopyNotWrittenError."""
        self._behind.set()  # whoever asks may not wait for the end of it
        async with self._turn:
            await self._caught_up()

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
            rows, people, erased = await self._store.read(partial(copy_reading.page, after=after))
            if erased:
                await self._forget(projection, erased)
                continue
            if not rows:
                return projection
            reach("projector.page_read")
            before = projection.left_out
            try:
                await self._hold.in_thread(partial(projection.catch_up, rows, people))
            except CopyNotWrittenError:
                await self._fail()
                raise
            reach("projector.page_committed")
            if left_out := projection.left_out - before:
                _log.error("%d events cannot be read and are left out of audiences", left_out)

    async def _forget(self, projection: Projection, users: Sequence[str]) -> None:
        """Take erased users out of the copy, before it is asked anything more."""
        forget = partial(copy_erasure.forget, projection, self._path, users)
        try:
            await self._hold.in_thread(forget)
        except CopyNotWrittenError:
            await self._fail()
            raise
        reach("projector.forgotten")
        await self._store.write(partial(erasures.done, users=users))
        self._is_old = True

    async def _compact(self) -> None:
        """Write the copy's file anew, without the bytes of users who were erased."""
        self._compact_at = trio.current_time() + COMPACT_EVERY_SECONDS
        try:
            await self._close()
            await self._hold.in_thread(partial(copy_compacting.compact, self._path))
        except CopyNotWrittenError as failed:
            _log.warning("the audience's copy is not written anew yet: %s", failed)
            return
        reach("projector.compacted")
        await self._store.write(erasures.copy_is_new)
        self._is_old = False

    async def events(self) -> Sequence[EventSeen]:
        """Return the names of events that were seen. Raises CopyNotWrittenError."""
        async with self._turn:
            return await self._hold.in_thread(partial(vocabulary.events, await self._caught_up()))

    async def properties(self, event: str | None) -> Sequence[PropertySeen] | None:
        """Return the properties of an event (None: of users); None: no such event was seen."""
        async with self._turn:
            ask = partial(vocabulary.properties, await self._caught_up(), event)
            return await self._hold.in_thread(ask)

    async def _fail(self) -> None:
        """Close a copy that could not be written: it does not survive that, and opened anew does.

        It is tried again soon though nobody asks: someone may have to be forgotten.
        """
        await self._close()
        self._behind.set()

    async def _close(self) -> None:
        projection, self._projection = self._projection, None
        if projection is not None:
            await self._hold.in_thread(projection.close)


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


def files_of(path: Path) -> tuple[Path, ...]:
    """Return the files of the copy at `path`: itself, and what DuckDB writes beside it."""
    return (path, path.with_name(path.name + ".wal"))


def remove_copy(path: Path) -> None:
    """Remove a copy that nobody has open: the log has everything, so it is made anew."""
    for old in files_of(path):
        old.unlink(missing_ok=True)
