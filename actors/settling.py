"""What Segment's answer means for the messages of a request, and for all that wait.

Accepted is certain, and so is refused; the rest goes again later with the same ids, and closes the
gate for everyone meanwhile. A message that Segment refuses is sought by halves.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import TypeVar

from actors import durably
from actors.clock import Clock, monotonic_ms
from actors.prepare import Ready
from actors.segment import (
    Accepted,
    Ambiguous,
    Misdirected,
    NotSent,
    Outcome,
    Rejected,
    Throttled,
)
from domain import pace
from domain.books import SkipReason
from store import announcements, campaigns, outbox
from store.database import Database
from store.outbox import Ending

T = TypeVar("T")

MISDIRECTED_MS = 60_000
"""How long to wait before asking again with a key that Segment refused."""


class Settling:
    """Settles requests, and remembers what they taught: failures, the gate, how much at once."""

    def __init__(
        self, store: Database, *, clock: Clock, chance: Random, announce: Callable[[], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._chance = chance
        self._announce = announce
        self._misdirected = False
        self._at_once: dict[str, int] = {}
        self._told_dead: set[str] = set()
        self.failures = 0
        self.gate_ms = 0  # nothing leaves before this, in Trio's time

    def at_once(self, campaign: str, usual: int) -> int:
        """Return how many of a campaign's messages may go together now."""
        return min(usual, self._at_once.get(campaign, usual))

    async def settle(self, campaign: str, ready: Sequence[Ready], outcome: Outcome) -> None:
        """Write down what one request's answer says of its messages, and wait accordingly."""
        ids = [r.row.message_id for r in ready]
        now = self._clock.now_ms()
        match outcome:
            case Accepted():
                self.failures, self._misdirected = 0, False
                self._widen(campaign)
                await self._write(partial(outbox.accepted, message_ids=ids, now_ms=now))
            case Rejected(status=status):
                self.failures = 0
                await self._narrow(campaign, ready, status)
            case NotSent(why=why):
                await self._later(ids, self._step_back(), ambiguous=False, reason=why)
            case Ambiguous(why=why):
                await self._later(ids, self._step_back(), ambiguous=True, reason=why)
            case Throttled(retry_ms=retry_ms):
                wait = retry_ms or self._step_back()
                await self._later(ids, wait, ambiguous=False, reason="throttled")
            case Misdirected(status=status):
                self.failures += 1
                await self._later(ids, MISDIRECTED_MS, ambiguous=False, reason=f"status {status}")
                await self._alert_misdirected(status)

    def _step_back(self) -> int:
        """Return how long to wait after a failure; half of it is certain, so outages stay cheap."""
        wait = pace.backoff(self.failures, 0.5 + self._chance.random() / 2)
        self.failures += 1
        return wait

    async def _later(
        self, ids: Sequence[str], wait_ms: int, *, ambiguous: bool, reason: str
    ) -> None:
        self._close_gate(wait_ms)
        now = self._clock.now_ms()
        job = partial(
            outbox.again,
            message_ids=ids,
            due_ms=now + wait_ms,
            ambiguous=ambiguous,
            reason=reason,
            now_ms=now,
        )
        await self._write(job)

    async def _narrow(self, campaign: str, ready: Sequence[Ready], status: int) -> None:
        """Find the message that Segment refuses; the others must not suffer for it.

        They wait again and go in halves, each asked anew whether it may, until the one goes alone.
        """
        now = self._clock.now_ms()
        if len(ready) == 1:
            ending = Ending(ready[0].row, "dead", SkipReason.DEAD)
            await self._write(partial(outbox.end, endings=[ending], now_ms=now))
            await self._alert_dead(campaign, status)
            return
        half = len(ready) // 2
        self._at_once[campaign] = min(half, self._at_once.get(campaign, half))
        ids = [r.row.message_id for r in ready]
        reason = f"status {status}"
        await self._write(
            partial(
                outbox.again,
                message_ids=ids,
                due_ms=min(r.row.due_ms for r in ready),  # first again, so it is soon found
                ambiguous=False,
                reason=reason,
                now_ms=now,
            )
        )

    def _widen(self, campaign: str) -> None:
        """Let more go at once again, up to the usual."""
        if (at_once := self._at_once.pop(campaign, 0)) and at_once < pace.BATCH_EVENTS_MAX // 2:
            self._at_once[campaign] = at_once * 2

    async def _alert_dead(self, campaign: str, status: int) -> None:
        """Tell people once a campaign that Segment refuses its messages: else none may arrive."""
        if campaign in self._told_dead:
            return
        self._told_dead.add(campaign)
        row = await self._store.read(partial(campaigns.find, name_or_id=campaign))
        name = campaign if row is None else row.name
        body = (
            f"Segment refuses a message of *{name}* (status {status}); it is not sent again."
            f" `/campaign show {name}` counts how many of them there are."
        )
        now = self._clock.now_ms()
        job = partial(announcements.add, kind="notice", campaign=campaign, body=body, now_ms=now)
        await self._write(job)
        self._announce()

    async def _alert_misdirected(self, status: int) -> None:
        """Tell people once that nothing can be sent until the key or the address is right."""
        if self._misdirected:
            return
        self._misdirected = True
        body = (
            f"Segment refuses Clarion's requests (status {status}). Nothing is lost: every message"
            " waits. Check the write key and the region: `clarion check --send-test-event`."
        )
        now = self._clock.now_ms()
        await self._write(
            partial(announcements.add, kind="notice", campaign="", body=body, now_ms=now)
        )
        self._announce()

    def _close_gate(self, wait_ms: int) -> None:
        self.gate_ms = max(self.gate_ms, monotonic_ms() + wait_ms)

    async def _write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        return await durably.write(self._store, job, urgent=True)
