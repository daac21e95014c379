"""Takes back reviews whose scheduled time passes: what was approved too late surprises nobody."""

import logging
import sqlite3
from collections.abc import Callable
from functools import partial

import trio

from actors import publishing
from actors.clock import HELD_NAP_SECONDS, NAP_SECONDS_MAX
from actors.context import Context
from actors.rules import Rules
from store.errors import CommitFailed

AGAIN_SECONDS = 15.0
"""So long after a commit that failed it is tried again."""
_log = logging.getLogger(__name__)


class Overdue:
    """Waits for the next such time. `turn` is the desk's: decisions are made one at a time."""

    def __init__(self, context: Context, turn: trio.Lock, rules: Callable[[], Rules]) -> None:
        self._context = context
        self._turn = turn
        self._rules = rules
        self._roused = trio.Event()

    async def run(self) -> None:
        """Take back what is overdue, for ever."""
        while True:
            self._roused = trio.Event()
            async with self._turn:
                nap = await self._expire()
            with trio.move_on_after(nap):
                await self._roused.wait()

    def rouse(self) -> None:
        """Say that the dates of reviews, or the time, are not what they were. Never blocks."""
        self._roused.set()

    async def _expire(self) -> float:
        """Take back what is overdue; return after how many seconds to look again at the latest."""
        if self._context.clock.held:
            return HELD_NAP_SECONDS
        rules = self._rules()

        def job(conn: sqlite3.Connection) -> None:
            for row, time in publishing.reviews(conn, rules):
                if time <= rules.now_ms:
                    publishing.expire(conn, row, rules)

        waiting = await self._context.store.read(partial(publishing.reviews, rules=rules))
        first = min((time for _, time in waiting), default=None)
        if first is None:
            return NAP_SECONDS_MAX
        if first > rules.now_ms:
            return min((first - rules.now_ms) / 1000, NAP_SECONDS_MAX)
        try:
            await self._context.store.write(job)
        except CommitFailed as failed:  # it is asked again soon; nobody waits for it meanwhile
            _log.warning("reviews whose time has passed are not taken back yet: %s", failed)
            return AGAIN_SECONDS
        self._context.announce()
        return 0.0
