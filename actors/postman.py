"""The postman: takes letters to the mail server, each once, and tries again what did not go.

Nothing waits for it. A crash between the server's yes and our record sends a letter twice, under
one Message-ID, by which mail programs know the second for the first.
"""

import logging
import math
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeAlias

import trio
from msgspec import Struct

from actors import durably
from actors.clock import NAP_SECONDS_MAX, Clock
from actors.rules import at
from store import announcements, letters
from store.database import Database
from store.letters import Letter

TURN_LETTERS_MAX = 20
BACKOFF_SECONDS = (60, 300, 900, 3_600)
"""How long after each failed try the next one is; after the last of them, always that long."""
GIVE_UP_SECONDS = 24 * 3_600
"""A safety block that is a day old has been seen in Slack, or answered by time."""
_log = logging.getLogger(__name__)


class Delivered(Struct, frozen=True):
    """The mail server took it."""


class NotYet(Struct, frozen=True):
    """It did not go this time. `why` names no address and no secret."""

    why: str


class Never(Struct, frozen=True):
    """It cannot go at all: nobody knows the address, or the server refuses it for good."""

    why: str


Outcome: TypeAlias = Delivered | NotYet | Never


class Carrier(Protocol):
    """Who knows people's addresses and the mail server."""

    async def deliver(self, letter: Letter) -> Outcome:
        """Try once; expected failures are values."""
        ...


class Postman:
    """Sends what waits, and sleeps until something does."""

    def __init__(
        self, store: Database, carrier: Carrier, *, clock: Clock, announce: Callable[[], None]
    ) -> None:
        self._store = store
        self._carrier = carrier
        self._clock = clock
        self._announce = announce
        self._news = trio.Event()

    def wake(self) -> None:
        """Say that there may be a letter. Never blocks."""
        self._news.set()

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Send for ever."""
        task_status.started()
        while True:
            self._news = trio.Event()
            now = self._clock.now_ms()
            due = partial(letters.due, now_ms=now, limit=TURN_LETTERS_MAX)
            for letter in await self._store.read(due):
                await self._take(letter)
            with trio.move_on_after(await self._nap_seconds()):
                await self._news.wait()

    async def _nap_seconds(self) -> float:
        first_ms = await self._store.read(letters.next_due_ms)
        if first_ms is None:
            return math.inf
        return min(max(first_ms - self._clock.now_ms(), 0) / 1_000, NAP_SECONDS_MAX)

    async def _take(self, letter: Letter) -> None:
        outcome = await self._carrier.deliver(letter)
        now = self._clock.now_ms()
        match outcome:
            case Delivered():
                await self._write(partial(letters.sent, letter_id=letter.id, now_ms=now))
            case NotYet(why=why) if now - letter.created_ms < GIVE_UP_SECONDS * 1_000:
                wait = BACKOFF_SECONDS[min(letter.tries, len(BACKOFF_SECONDS) - 1)]
                _log.warning("letter %d did not go: %s; again in %d s", letter.id, why, wait)
                at_ms = now + wait * 1_000
                await self._write(
                    partial(
                        letters.again,
                        letter_id=letter.id,
                        reason=why,
                        tries=letter.tries,
                        at_ms=at_ms,
                    )
                )
            case NotYet(why=why) | Never(why=why):
                await self._give_up(letter, why, now_ms=now)

    async def _give_up(self, letter: Letter, why: str, *, now_ms: int) -> None:
        """Leave it, and say so where everybody looks: its author may wait for it."""
        _log.error("letter %d is given up: %s", letter.id, why)
        body = (
            f"An e-mail to {at(letter.who)} about a safety limit could not be sent: {why}. The"
            " alert here stands for it. `clarion check` tries the mail server."
        )

        def job(conn: sqlite3.Connection) -> None:
            if letters.give_up(conn, letter.id, why, now_ms=now_ms):
                announcements.add(conn, "notice", letter.campaign, body=body, now_ms=now_ms)

        await self._write(job)
        self._announce()

    async def _write(self, job: Callable[[sqlite3.Connection], None]) -> None:
        await durably.write(self._store, job)
