"""The reckoner credits what users do after a message to the campaigns whose goal it is.

One for all campaigns, beside them: whether a campaign still runs changes nothing, because its
windows go on. It is a few seconds behind the log, and asks it at most once a second. It judges the
tests of variants for whose winner nobody waits, once everything in their time has been counted.
"""

import logging
import sqlite3
from collections.abc import Callable
from functools import partial

import trio

from actors.clock import HELD_NAP_SECONDS, NAP_SECONDS_MAX, Clock
from actors.mailbox import Look, Mailbox
from actors.router import Router
from store import goals, reckoning, settled_tests
from store.database import Database
from store.errors import CommitFailed
from store.reckoning import Reckoned

EVENTS_PAGE_MAX = 500
PASS_SECONDS_MIN = 1.0
"""Between two passes that find nothing more to do at once."""
AGAIN_SECONDS = 15.0
"""So long after a commit that failed it is tried again."""
SUBSCRIBER = "goals"
"""What the router knows it by: no campaign's id."""
_log = logging.getLogger(__name__)


class Reckoner:
    """Waits for events that are some campaign's goal."""

    def __init__(
        self,
        store: Database,
        clock: Clock,
        router: Router,
        *,
        audit_key: bytes,
        announce: Callable[[], None],
    ) -> None:
        self._store = store
        self._key = audit_key
        self._announce = announce
        self._clock = clock
        self._router = router
        self._mailbox = Mailbox()
        self._waits = False

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Credit events for ever; started once it hears of new ones."""
        await self._listen()
        task_status.started()
        while True:
            nap = await self._reckon() if self._waits else float("inf")
            if nap <= reckoning.LAG_MS / 1000:  # until then nothing that comes is ripe
                await trio.sleep(nap)
                nap = 0.0
            if isinstance(await self._mailbox.next(wait_seconds_max=nap), Look):
                await self._listen()

    def look(self) -> None:
        """Hear that a campaign with a goal was published. Never blocks."""
        self._mailbox.post(Look())

    async def _listen(self) -> None:
        now = self._clock.now_ms()
        wanted = await self._store.read(partial(goals.open_ones, now_ms=now))
        self._router.forget(SUBSCRIBER)
        for one in wanted:
            self._router.subscribe(SUBSCRIBER, one.goal.event, self._mailbox)
        self._waits = bool(wanted)

    async def _reckon(self) -> float:
        """Take one pass; return after how many seconds the next one may find something."""
        if self._clock.held:
            return HELD_NAP_SECONDS
        now = self._clock.now_ms()
        try:
            done, settled, judge_ms = await self._store.write(partial(self._pass, now_ms=now))
        except CommitFailed as failed:
            _log.warning("conversions are not counted yet: %s", failed)
            return AGAIN_SECONDS
        if settled:
            self._announce()
        for seq, error in done.broken:
            _log.error("the event at %d could not be asked for goals: %s", seq, error)
        if done.more:
            return 0.0
        due = [at for at in (done.next_ms, judge_ms) if at is not None]
        if not due:
            return NAP_SECONDS_MAX
        return min(max((min(due) - now) / 1000, PASS_SECONDS_MIN), NAP_SECONDS_MAX)

    def _pass(self, conn: sqlite3.Connection, now_ms: int) -> tuple[Reckoned, int, int | None]:
        """Credit a page of events; if that was all, judge the tests whose time is behind it.

        Return how that went, how many were judged, and when the next one may be.
        """
        done = reckoning.reckon(conn, now_ms=now_ms, limit=EVENTS_PAGE_MAX)
        if done.more:
            return done, 0, None
        until_ms = now_ms - reckoning.LAG_MS
        settled = settled_tests.settle_ripe(conn, until_ms=until_ms, key=self._key, now_ms=now_ms)
        next_ms = settled_tests.next_ms(conn, after_ms=until_ms)
        return done, settled, None if next_ms is None else next_ms + reckoning.LAG_MS
