"""What of a share goes now: the rest is written down as ended, postponed or set aside.

A message that breaks the preparation is set aside alone; a campaign too many of whose messages
break pauses itself.
"""

import logging
import sqlite3
from collections.abc import Callable
from functools import partial

from actors import durably
from actors.clock import Clock, monotonic_ms
from actors.isolation import Broken, apart
from actors.loading import Batch
from actors.notices import Notices
from actors.prepare import Bad, Prepared, Ready, prepare, set_aside
from actors.sending import STALE_MS
from domain.books import SkipReason
from domain.fuse import Fuse
from domain.matching import History
from store import fault_points, fuses, log, outbox
from store.database import Database
from store.outbox import Ending, Postponed, Row
from store.past import Logged

LASTS_MS_MAX = 1_000
"""What is prepared goes within seconds of that: a share that takes longer is cut."""
AGAIN_MS = 60_000
"""So much later a message is prepared again whose user's past took too long to look through."""
_log = logging.getLogger(__name__)


class Sorting:
    """Prepares the messages of a batch, and counts how many of each campaign's failed."""

    def __init__(
        self,
        store: Database,
        *,
        clock: Clock,
        zone: str,
        library_version: str,
        notices: Notices,
        audit_key: bytes,
        halt: Callable[[str], object],
        on_settled: Callable[[str], None],
        error_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._version = library_version
        self._notices = notices
        self._audit_key = audit_key
        self._halt = halt
        self._on_settled = on_settled
        self._error_id = error_id
        self._fuses: dict[str, Fuse] = {}

    def forget(self, campaign: str) -> None:
        """Forget which of the campaign's messages failed before: it goes on."""
        self._fuses.pop(campaign, None)

    async def sort_out(self, batch: Batch) -> list[Ready]:
        """Write down what will not go, or not yet; return what goes."""
        now = self._clock.now_ms()
        campaign = batch.campaign.id
        decided: list[Prepared] = []
        fuse = self._fuses.get(campaign, batch.fuse)
        began_ms = monotonic_ms()
        for row in batch.rows:
            if decided and monotonic_ms() - began_ms > LASTS_MS_MAX:
                break  # the rest comes with the next turn
            decided.append(await self._prepare(batch, row, now))
            fuse = _counted(fuse, decided[-1], now)
            if fuse.blown():
                break  # what comes after waits for a person
        self._fuses[campaign] = fuse
        aside = [self._set_aside(campaign, p) for p in decided if isinstance(p, Bad)]
        endings = [*(p for p in decided if isinstance(p, Ending)), *aside]
        postponed = [p for p in decided if isinstance(p, Postponed)]
        if endings:
            failed = any(_is_failed(ending.reason) for ending in endings)
            await self._end(campaign, endings, now, fuse=fuse if failed else None)
        if postponed:
            job = partial(outbox.postpone, postponed=postponed, now_ms=now)
            await durably.write(self._store, job)
            fault_points.reach("postpone.committed")
        if fuse.blown() and await self._blow(campaign, fuse):
            return []
        return [p for p in decided if isinstance(p, Ready)]

    async def _end(
        self, campaign: str, endings: list[Ending], now_ms: int, *, fuse: Fuse | None
    ) -> None:
        """Write down what ended; and the fuse, if something failed."""

        def end(conn: sqlite3.Connection) -> None:
            outbox.end(conn, endings=endings, now_ms=now_ms)
            if fuse is not None:
                fuses.keep(conn, campaign, fuse, now_ms=now_ms)

        fault_points.reach("endings.before")
        await durably.write(self._store, end)
        fault_points.reach("endings.committed")
        self._on_settled(campaign)
        if any(ending.state == "unknown" for ending in endings):
            await self._notices.unknown(campaign)
        if any(ending.state == "dead" for ending in endings):
            await self._notices.set_aside(campaign)

    async def _blow(self, campaign: str, fuse: Fuse) -> bool:
        """Pause the campaign, and tell people; return whether it is paused by that.

        It is halted only then: nobody could resume one that is over, where what a person sent
        again still goes, and those messages would wait for ever.
        """
        paused = await self._notices.fuse_blown(campaign, fuse, key=self._audit_key)
        fault_points.reach("fuse.committed")
        if not paused:
            self._fuses[campaign] = Fuse()  # what was kept of it is over, too
        elif campaign in self._fuses:  # else it was resumed in the very same commit
            self._halt(campaign)
        self._on_settled(campaign)
        return paused

    async def _prepare(self, batch: Batch, row: Row, now_ms: int) -> Prepared:
        """Prepare one message; for a robot the log is read while it is prepared.

        If that took so long that the message would be stale, it makes room for others, and comes
        again later.
        """
        if row.user not in batch.known.robots:
            return self._prepared(batch, row, batch.known.history.get(row.user, ()), now_ms)

        def of_robot(conn: sqlite3.Connection) -> Prepared:
            past = Logged(conn, row.user, upto_seq=log.last_seq(conn))
            return self._prepared(batch, row, past, now_ms)

        began_ms = monotonic_ms()
        found = await self._store.read_long(of_robot, urgent=True)
        late = isinstance(found, Ready) and monotonic_ms() - began_ms > STALE_MS
        return Postponed(row, now_ms + AGAIN_MS, row.expires_ms) if late else found

    def _prepared(self, batch: Batch, row: Row, history: History, now_ms: int) -> Prepared:
        """Prepare one message; what breaks that sets this one aside, and no other."""
        job = partial(
            prepare,
            batch,
            row,
            history,
            now_ms=now_ms,
            account_zone=self._zone,
            library_version=self._version,
        )
        prepared = apart(job)
        return Bad(row, prepared) if isinstance(prepared, Broken) else prepared

    def _set_aside(self, campaign: str, bad: Bad) -> Ending:
        error_id = self._error_id()
        _log.error(
            "campaign %s sets message %s aside: %s %s, error %s",
            campaign,
            bad.row.message_id,
            bad.broken.error,
            bad.broken.where,
            error_id,
        )
        return set_aside(bad, error_id)


def _counted(fuse: Fuse, decided: Prepared, now_ms: int) -> Fuse:
    """Count a message that is prepared for its first try, rendered or failed."""
    failed = isinstance(decided, Bad) or (
        isinstance(decided, Ending) and _is_failed(decided.reason)
    )
    if decided.row.attempts or not (failed or isinstance(decided, Ready)):
        return fuse
    return fuse.count(now_ms, failed=failed)


def _is_failed(reason: SkipReason | None) -> bool:
    return reason in {SkipReason.CONTENT_FAILED, SkipReason.SET_ASIDE}
