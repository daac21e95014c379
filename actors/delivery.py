"""Delivery: it claims what is due, paces it, sends it and settles what Segment answered.

Round robin over campaigns, each a share of the rate; triggers before backlog. The claim commits
before the first byte leaves; a campaign that was halted meanwhile gets its claim undone.
"""

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Protocol, TypeVar

import trio
from msgspec import Struct

from actors import durably
from actors.clock import Clock, monotonic_ms, until_sure
from actors.prepare import DND_MARGIN_MS, Batch, Prepared, Ready, load, prepare
from actors.segment import ENVELOPE_BYTES, Outcome
from actors.settling import Settling
from domain import pace
from domain.books import SkipReason
from store import outbox
from store.database import Database
from store.errors import StoreError
from store.outbox import Ending, Postponed, Row

T = TypeVar("T")
_log = logging.getLogger(__name__)

NAP_SECONDS_MAX = 15.0
GRACE_SECONDS = 5.0
"""How long requests on the wire may still take when the daemon is told to stop."""
NAP_SECONDS_MIN = 0.05
SICK_MS = 60_000
"""How long a campaign waits whose messages could not even be prepared."""
STALE_MS = DND_MARGIN_MS // 2
"""A message prepared longer ago than this is prepared again."""


class Pace(Struct, frozen=True):
    """How fast and how much at once."""

    messages_per_second: int
    requests_at_once_max: int


class Wire(Protocol):
    """Who carries a batch to Segment: actors.segment."""

    async def send(self, events: Sequence[bytes]) -> Outcome:
        """Post one batch of encoded events; say what is certain."""
        ...


class Delivery:
    """Sends what the campaigns decided; the only user of the wire to Segment."""

    def __init__(
        self,
        store: Database,
        segment: Wire,
        *,
        pace_: Pace,
        clock: Clock,
        zone: str,
        library_version: str,
        chance: Random,
        on_settled: Callable[[str], None],
        announce: Callable[[], None],
    ) -> None:
        self._store = store
        self._segment = segment
        self._pace = pace_
        self._clock = clock
        self._zone = zone
        self._version = library_version
        self._on_settled = on_settled
        self._woken = trio.Event()
        self._halted: set[str] = set()
        self._on_wire: Counter[str] = Counter()
        self._under_way: set[trio.CancelScope] = set()
        self._settling = Settling(store, clock=clock, chance=chance, announce=announce)
        self._sick_until: dict[str, int] = {}
        self._bucket: pace.Bucket | None = None
        self._requests = trio.Semaphore(pace_.requests_at_once_max)

    def wake(self) -> None:
        """Say that something may be due. Never blocks."""
        self._woken.set()

    def halt(self, campaign: str) -> int:
        """Begin no new request for this campaign; return how many messages are on the wire."""
        self._halted.add(campaign)
        return self._on_wire[campaign]

    def unhalt(self, campaign: str) -> None:
        """Let the campaign's messages go again."""
        self._halted.discard(campaign)
        self.wake()

    async def send_aside(self, event: bytes, *, wait_seconds_max: float) -> Outcome | None:
        """Send one event that is no message, at the pace of all others; nothing is settled.

        None: everything is held back at the moment, and waiting longer helps nobody.
        """
        with trio.move_on_after(wait_seconds_max) as waited:
            await self._take(1)
        if waited.cancelled_caught:
            return None
        async with self._requests:
            return await self._segment.send([event])

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Send for ever. What was in flight when the daemon ended is ambiguous from then on.

        Told to stop, it begins nothing new, and gives what is on the wire some time to settle.
        """
        now = self._clock.now_ms()
        await self._store.write(partial(outbox.recover, now_ms=now))
        self._bucket = pace.Bucket.after_start(self._pace.messages_per_second, monotonic_ms())
        async with trio.open_nursery() as nursery:
            task_status.started()
            try:
                while True:
                    self._woken = trio.Event()
                    if not await self._round(nursery):
                        await self._rest()
            finally:
                for grace in self._under_way:
                    grace.deadline = trio.current_time() + GRACE_SECONDS

    async def _rest(self) -> None:
        """Sleep until woken, until the next message falls due, or for one nap."""
        due = await self._store.read(outbox.next_due_ms)
        naps = [NAP_SECONDS_MAX]
        if due is not None:
            naps.append(max((due - self._clock.now_ms()) / 1000, NAP_SECONDS_MIN))
        with trio.move_on_after(min(naps)):
            await self._woken.wait()

    async def _round(self, nursery: trio.Nursery) -> bool:
        """Give each campaign one turn; tell whether any had something to do."""
        await until_sure(self._clock)
        await self._pass_gate()
        now = self._clock.now_ms()
        waiting = await self._store.read(partial(outbox.campaigns_due, now_ms=now))
        busy = False
        for campaign in waiting:
            if campaign in self._halted or self._sick_until.get(campaign, 0) > monotonic_ms():
                continue
            try:
                busy |= await self._turn(campaign, nursery)
            except StoreError:
                raise
            except Exception:  # noqa: BLE001 - one campaign must not stop the others
                _log.exception("delivery cannot prepare messages of campaign %s", campaign)
                self._sick_until[campaign] = monotonic_ms() + SICK_MS
        return busy

    async def _pass_gate(self) -> None:
        while (left := self._settling.gate_ms - monotonic_ms()) > 0:  # noqa: ASYNC110 - time, no event
            await trio.sleep(left / 1000)

    async def _turn(self, campaign: str, nursery: trio.Nursery) -> bool:
        """Prepare a campaign's share, and send it."""
        share = max(1, min(self._pace.messages_per_second // 4, pace.BATCH_EVENTS_MAX))
        share = self._settling.at_once(campaign, share)
        now = self._clock.now_ms()
        batch = await self._store.read(partial(load, campaign=campaign, now_ms=now, limit=share))
        if batch is None:
            return False
        ready = await self._sort_out(batch)
        for part in pace.pack([len(r.wire) for r in ready], envelope_bytes=ENVELOPE_BYTES):
            await self._dispatch(campaign, ready[part], nursery, prepared_ms=now)
        return True

    async def _sort_out(self, batch: Batch) -> list[Ready]:
        """Write down what will not go, or not yet; return what goes."""
        now = self._clock.now_ms()
        prepared = [self._prepare(batch, row, now) for row in batch.rows]
        endings = [p for p in prepared if isinstance(p, Ending)]
        postponed = [p for p in prepared if isinstance(p, Postponed)]
        if endings:
            await self._write(partial(outbox.end, endings=endings, now_ms=now))
            self._on_settled(batch.campaign.id)
        if postponed:
            await self._write(partial(outbox.postpone, postponed=postponed, now_ms=now))
        return [p for p in prepared if isinstance(p, Ready)]

    def _prepare(self, batch: Batch, row: Row, now_ms: int) -> Prepared:
        """Prepare one message; what breaks that ends this one alone."""
        try:
            return prepare(
                batch,
                row,
                now_ms=now_ms,
                account_zone=self._zone,
                library_version=self._version,
            )
        except Exception as error:  # noqa: BLE001 - one poison message must not stop the others
            kind = type(error).__name__  # its words may quote a user's values
            _log.error("message %s cannot be prepared: %s", row.message_id, kind)
            return Ending(row, "cancelled", SkipReason.CONTENT_FAILED)

    async def _write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        return await durably.write(self._store, job)

    async def _dispatch(
        self, campaign: str, ready: Sequence[Ready], nursery: trio.Nursery, *, prepared_ms: int
    ) -> None:
        """Wait for the pace, claim, and let the request go on its way.

        After a long wait nothing is claimed: what was true when it was prepared is asked again.
        """
        await self._requests.acquire()
        claimed: frozenset[str] = frozenset()
        try:
            await self._until_alone_or_well()
            await self._take(len(ready))
            now = self._clock.now_ms()
            if 0 <= now - prepared_ms <= STALE_MS and not self._clock.held:
                ids = [r.row.message_id for r in ready]
                claimed = await self._write(
                    partial(outbox.claim, campaign=campaign, message_ids=ids, now_ms=now)
                )
        finally:
            if not claimed:
                self._requests.release()
        if claimed:
            going = [r for r in ready if r.row.message_id in claimed]
            nursery.start_soon(self._request, campaign, going)

    async def _until_alone_or_well(self) -> None:
        """After a failure, ask with one request at a time: an outage is not worth more."""
        while (
            self._settling.failures and self._requests.value < self._pace.requests_at_once_max - 1
        ):
            self._woken = trio.Event()
            await self._woken.wait()  # the end of a request wakes

    async def _take(self, n: int) -> None:
        """Wait until the pace lets `n` messages go."""
        while True:
            assert self._bucket is not None, "run() makes the bucket"
            await self._pass_gate()
            self._bucket, answer = self._bucket.take(monotonic_ms(), n)
            if isinstance(answer, pace.Granted):
                return
            await trio.sleep(answer.ms / 1000)

    async def _request(self, campaign: str, ready: Sequence[Ready]) -> None:
        try:
            with trio.CancelScope(shield=True) as grace:
                self._under_way.add(grace)
                await self._send(campaign, ready)
            self._on_settled(campaign)
        finally:
            self._under_way.discard(grace)
            self._requests.release()
            self.wake()

    async def _send(self, campaign: str, ready: Sequence[Ready]) -> None:
        """Send claimed messages once, and settle them by what is certain."""
        ids = [r.row.message_id for r in ready]
        halted = campaign in self._halted or self._clock.held
        if halted or self._settling.gate_ms > monotonic_ms():
            now = self._clock.now_ms()
            undo = partial(outbox.unclaim, message_ids=ids, now_ms=now)
            await durably.write(self._store, undo, urgent=True)
            return
        self._on_wire[campaign] += len(ready)
        try:
            outcome = await self._segment.send([r.wire for r in ready])
        finally:
            self._on_wire[campaign] -= len(ready)
        await self._settling.settle(campaign, ready, outcome)
