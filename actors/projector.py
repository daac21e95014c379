"""The projector keeps DuckDB's copy of the log up to date, and answers who and how many.

DuckDB is used from one worker thread at a time; a question first catches up with the log.
"""

import logging
import sqlite3
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import trio

from actors.clock import Clock
from actors.mail import Estimate
from actors.page import know
from domain.audience import Node
from domain.campaign import Campaign
from domain.control import NO_CONTROLS, Controls, shares
from domain.facts import User
from domain.saved import list_names
from store import audience, copy_erasure, diagnostics, erasures, log, memberships
from store.database import Database
from store.fault_points import reach
from store.hold import Hold
from store.log import LogRow
from store.memberships import NO_LISTS, ListVersion
from store.projection import CopyNotWrittenError, CopyUnreadableError, Projection

ROWS_PAGE_MAX = 20_000
ERASED_PAGE_MAX = 1_000
CATCH_UP_EVERY_SECONDS = 5.0
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
        controls: Controls = NO_CONTROLS,
    ) -> None:
        self._store = store
        self._controls = controls
        self._clock = clock
        self._zone = zone
        self._hold = hold
        self._turn = trio.Lock()
        self._path = path
        self._projection = _open(path)
        self._broken = False

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Catch up now and then, so that a question has little to wait for; close at the end."""
        await self._renew_if_ahead()
        task_status.started()
        try:
            while True:
                async with self._turn:
                    try:
                        await self._catch_up()
                    except CopyNotWrittenError as failed:  # whoever asks is told; others go on
                        _log.warning("audiences wait: %s", failed)
                await trio.sleep(CATCH_UP_EVERY_SECONDS)
        finally:
            with trio.CancelScope(shield=True):
                async with self._turn:
                    await self._hold.in_thread(self._projection.close)

    async def estimate(self, campaign: Campaign, *, campaign_id: str, now_ms: int) -> Estimate:
        """Count the users that the definition would reach now, and how long that took."""
        began = self._clock.now_ms()
        limits = campaign.limits
        control = list(shares(campaign_id, campaign, self._controls))
        lists = await self._lists(campaign.who)
        async with self._turn:
            await self._catch_up()
            reach = await self._hold.in_thread(
                lambda: audience.count(
                    self._projection,
                    campaign.who,
                    now_ms=now_ms,
                    zone=self._zone,
                    control=control,
                    lists=lists,
                )
            )
        caps = [n for n in (limits.cap_total, limits.cap_per_run) if n is not None]
        expected = min([reach.reachable, *caps])
        return Estimate(
            qualified=reach.qualified,
            control=sum(reach.control.values()),
            control_of={group: n for group, n in reach.control.items() if n},
            unreachable=reach.unreachable,
            capped=reach.reachable - expected,
            expected=expected,
            took_ms=self._clock.now_ms() - began,
        )

    async def notes(self, who: Node) -> tuple[str, ...]:
        """Return a line for each property of which some values have another type than is asked."""
        async with self._turn:
            await self._catch_up()
            found = await self._hold.in_thread(
                lambda: diagnostics.mismatches(self._projection, who)
            )
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
        members = await self._store.read(partial(_members, versions=lists)) if lists else {}
        async with self._turn:
            await self._catch_up()
            return await self._hold.in_thread(
                lambda: [
                    qualified.user
                    for qualified in audience.select(
                        self._projection,
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
            lambda conn: _members(conn, memberships.required(conn, names))
        )

    async def _renew_if_ahead(self) -> None:
        """Make the copy anew if it knows more than the log: the log came from a backup."""
        last = await self._store.read(log.last_seq)
        async with self._turn:
            if self._projection.watermark() > last:
                await self._hold.in_thread(self._projection.close)
                remove_copy(self._path)
                self._projection = _open(self._path)

    async def _catch_up(self) -> None:
        """Take every row of the log that is new, a page at a time.

        Raises CopyNotWrittenError while the disk takes nothing.
        """
        if self._broken:
            await self._hold.in_thread(self._open_anew)
            self._broken = False
        while True:
            after = self._projection.watermark()
            rows, people, erased = await self._store.read(partial(_page, after=after))
            if erased:
                await self._forget(erased)
                continue
            if not rows:
                return
            reach("projector.page_read")
            before = self._projection.left_out
            try:
                await self._hold.in_thread(partial(self._projection.catch_up, rows, people))
            except CopyNotWrittenError:
                self._broken = True
                raise
            reach("projector.page_committed")
            if left_out := self._projection.left_out - before:
                _log.error("%d events cannot be read and are left out of audiences", left_out)

    async def _forget(self, users: Sequence[str]) -> None:
        """Take erased users out of the copy, before it is asked anything more."""
        forget = partial(copy_erasure.forget, self._projection, self._path, users)
        try:
            await self._hold.in_thread(forget)
        except CopyNotWrittenError:
            self._broken = True
            raise
        reach("projector.forgotten")
        await self._store.write(partial(erasures.done, users=users))

    async def forget_erased(self) -> None:
        """Take the users who were erased out of the copy now. Raises CopyNotWrittenError."""
        async with self._turn:
            await self._catch_up()

    def _open_anew(self) -> None:
        """Open the copy again after an error that it does not survive; else make another."""
        self._projection.close()
        try:
            self._projection = _open(self._path)
        except CopyUnreadableError as error:
            raise CopyNotWrittenError(self._path, error) from error


def _members(conn: sqlite3.Connection, versions: Mapping[str, ListVersion]) -> dict[str, list[str]]:
    return {name: list(memberships.members(conn, each)) for name, each in versions.items()}


def _page(conn: sqlite3.Connection, after: int) -> tuple[list[LogRow], list[User], list[str]]:
    """Return the next rows of the log, the users that they changed, and who was erased."""
    if erased := erasures.waiting(conn, limit=ERASED_PAGE_MAX):
        return [], [], erased
    rows = log.rows_after(conn, after, ROWS_PAGE_MAX)
    known = know(conn, {row.user for row in rows}, (), upto=0)
    return rows, list(known.users.values()), []


def _open(path: Path) -> Projection:
    """Open the copy; one that cannot be read is made anew, since the log has everything."""
    try:
        return Projection.open(path)
    except CopyUnreadableError:
        remove_copy(path)
        return Projection.open(path)


def remove_copy(path: Path) -> None:
    """Remove a copy that nobody has open: the log has everything, so it is made anew."""
    for old in (path, path.with_name(path.name + ".wal")):
        old.unlink(missing_ok=True)
