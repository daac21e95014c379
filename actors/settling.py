"""What Segment's answer means for the messages of a request, and for all that wait.

Accepted is certain, and so is refused; the rest goes again later with the same ids, and holds
everyone back meanwhile. A message that Segment refuses is sought by halves.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from actors import durably
from actors.clock import Clock
from actors.notices import Notices
from actors.prepare import Ready
from actors.restraint import Restraint
from actors.segment import (
    Accepted,
    Ambiguous,
    Misdirected,
    NotSent,
    Outcome,
    Rejected,
    Throttled,
)
from domain.bisection import Search
from domain.books import SkipReason
from store import attempts, blanks, fault_points, held_back, outbox
from store.database import Database
from store.held_back import HeldBack
from store.outbox import Ending

T = TypeVar("T")


class Settling:
    """Settles requests, and remembers which messages are under search."""

    def __init__(
        self, store: Database, *, clock: Clock, restraint: Restraint, notices: Notices
    ) -> None:
        self._store = store
        self._clock = clock
        self._restraint = restraint
        self._notices = notices
        self._search = Search()
        self._kept: HeldBack | None = None

    def batches(self, ready: Sequence[Ready]) -> list[list[Ready]]:
        """Return which messages may go together now."""
        places = self._search.batches([r.row.message_id for r in ready])
        return [[ready[place] for place in batch] for batch in places]

    async def settle(self, campaign: str, ready: Sequence[Ready], outcome: Outcome) -> None:
        """Write down what one request's answer says of its messages, and learn from it."""
        fault_points.reach("answer.received")
        ids = [r.row.message_id for r in ready]
        restraint = self._restraint
        match outcome:
            case Accepted():
                restraint.answered()
                self._notices.works_again()
                self._search = self._search.settled(ids)
                now = self._clock.now_ms()
                missing = {r.row.message_id: r.missing for r in ready}
                job = partial(blanks.accepted, missing=missing, now_ms=now)
                await self._write(job, now)
            case Rejected(status=status):
                restraint.answered()
                await self._refused(campaign, ready, status)
            case NotSent(why=why):
                restraint.failed()
                await self._again(campaign, ids, "not_sent", why)
            case Ambiguous(why=why):
                restraint.failed()
                await self._again(campaign, ids, "ambiguous", why)
            case Throttled(retry_ms=retry_ms):
                restraint.throttled(retry_ms)
                await self._again(campaign, ids, "throttled", "status 429")
            case Misdirected(status=status):
                restraint.refused()
                await self._again(campaign, ids, "misdirected", f"status {status}")
                await self._notices.misdirected(status)
        fault_points.reach("settle.committed")

    async def _again(
        self, campaign: str, ids: Sequence[str], outcome: attempts.Outcome, detail: str
    ) -> None:
        """Put messages back, behind the others that were tried before; what waits, waits for all.

        So each probe of an outage asks with another message, of the few that may have arrived.
        """
        now = self._clock.now_ms()
        job = partial(
            outbox.again,
            message_ids=ids,
            due_ms=now,
            outcome=outcome,
            detail=detail,
            now_ms=now,
        )
        if await self._write(job, now):
            await self._notices.unknown(campaign)

    async def _refused(self, campaign: str, ready: Sequence[Ready], status: int) -> None:
        """Find the message that Segment refuses; the others must not suffer for it.

        They wait again and go in halves, each asked anew whether it may, until the one goes alone.
        """
        now = self._clock.now_ms()
        ids = [r.row.message_id for r in ready]
        detail = f"status {status}"
        if len(ready) == 1:
            self._search = self._search.settled(ids)
            ending = Ending(ready[0].row, "dead", SkipReason.DEAD, detail)
            job = partial(outbox.end, endings=[ending], now_ms=now)
            await self._write(job, now)
            await self._notices.dead(campaign, status)
            return
        self._search = self._search.refused(ids)
        await self._again(campaign, ids, "rejected", detail)

    async def _write(self, job: Callable[[sqlite3.Connection], T], now_ms: int) -> T:
        """Write a settlement, and with it what the answer says about those to come."""
        held = self._restraint.held(now_ms)
        if self._kept is not None and held.is_like(self._kept):
            return await durably.write(self._store, job, urgent=True)

        def both(conn: sqlite3.Connection) -> T:
            if self._kept is not None:  # the latest, should this commit have to be tried again
                held_back.keep(conn, self._kept)
            return job(conn)

        self._kept = held
        return await durably.write(self._store, both, urgent=True)
