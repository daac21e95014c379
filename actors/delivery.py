"""Delivery: it claims what is due, paces it, sends it and settles what Segment answered.

Round robin over campaigns, each a share of the rate; triggers before backlog. The claim commits
before the first byte leaves; a campaign that was halted meanwhile gets its claim undone.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from random import Random

import trio
from msgspec import Struct

from actors.clock import Clock, monotonic_ms
from actors.prepare import DND_MARGIN_MS, Batch, Ready, load, prepare
from actors.segment import (
    ENVELOPE_BYTES,
    Accepted,
    Ambiguous,
    Misdirected,
    NotSent,
    Outcome,
    Rejected,
    Segment,
    Throttled,
)
from domain import pace
from domain.books import SkipReason
from store import announcements, outbox
from store.database import Database
from store.outbox import Ending, Postponed

NAP_SECONDS_MAX = 15.0
MISDIRECTED_MS = 60_000
"""How long to wait before asking again with a key that Segment refused."""
GRACE_SECONDS = 5.0
"""How long requests on the wire may still take when the daemon is told to stop."""
STALE_MS = DND_MARGIN_MS // 2
"""A message prepared longer ago than this is prepared again."""


class Pace(Struct, frozen=True):
    """How fast and how much at once."""

    messages_per_second: int
    requests_at_once_max: int


class Delivery:
    """Sends what the campaigns decided; the only user of the wire to Segment."""

    def __init__(
        self,
        store: Database,
        segment: Segment,
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
        self._chance = chance
        self._on_settled = on_settled
        self._announce = announce
        self._woken = trio.Event()
        self._halted: set[str] = set()
        self._on_wire: Counter[str] = Counter()
        self._under_way: set[trio.CancelScope] = set()
        self._gate_ms = 0  # nothing leaves before this, in Trio's time
        self._failures = 0
        self._misdirected = False
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
            naps.append(max((due - self._clock.now_ms()) / 1000, 0.01))
        with trio.move_on_after(min(naps)):
            await self._woken.wait()

    async def _round(self, nursery: trio.Nursery) -> bool:
        """Give each campaign one turn; tell whether any had something to do."""
        await self._pass_gate()
        now = self._clock.now_ms()
        waiting = await self._store.read(partial(outbox.campaigns_due, now_ms=now))
        busy = False
        for campaign in waiting:
            if campaign not in self._halted:
                busy |= await self._turn(campaign, nursery)
        return busy

    async def _pass_gate(self) -> None:
        while (left := self._gate_ms - monotonic_ms()) > 0:  # noqa: ASYNC110 - time, no event
            await trio.sleep(left / 1000)

    def _close_gate(self, wait_ms: int) -> None:
        self._gate_ms = max(self._gate_ms, monotonic_ms() + wait_ms)

    async def _turn(self, campaign: str, nursery: trio.Nursery) -> bool:
        """Prepare a campaign's share, and send it."""
        share = max(1, min(self._pace.messages_per_second // 4, pace.BATCH_EVENTS_MAX))
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
        prepared = [
            prepare(batch, row, now_ms=now, account_zone=self._zone, library_version=self._version)
            for row in batch.rows
        ]
        endings = [p for p in prepared if isinstance(p, Ending)]
        postponed = [p for p in prepared if isinstance(p, Postponed)]
        if endings:
            await self._store.write(partial(outbox.end, endings=endings, now_ms=now))
            self._on_settled(batch.campaign.id)
        if postponed:
            await self._store.write(partial(outbox.postpone, postponed=postponed, now_ms=now))
        return [p for p in prepared if isinstance(p, Ready)]

    async def _dispatch(
        self, campaign: str, ready: Sequence[Ready], nursery: trio.Nursery, *, prepared_ms: int
    ) -> None:
        """Wait for the pace, claim, and let the request go on its way.

        After a long wait nothing is claimed: what was true when it was prepared is asked again.
        """
        await self._requests.acquire()
        claimed: frozenset[str] = frozenset()
        try:
            await self._take(len(ready))
            now = self._clock.now_ms()
            if 0 <= now - prepared_ms <= STALE_MS:
                ids = [r.row.message_id for r in ready]
                claimed = await self._store.write(
                    partial(outbox.claim, campaign=campaign, message_ids=ids, now_ms=now)
                )
        finally:
            if not claimed:
                self._requests.release()
        if claimed:
            going = [r for r in ready if r.row.message_id in claimed]
            nursery.start_soon(self._request, campaign, going)

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
        if campaign in self._halted or self._gate_ms > monotonic_ms():
            now = self._clock.now_ms()
            await self._store.write(partial(outbox.unclaim, message_ids=ids, now_ms=now))
            return
        self._on_wire[campaign] += len(ready)
        try:
            outcome = await self._segment.send([r.wire for r in ready])
        finally:
            self._on_wire[campaign] -= len(ready)
        await self._settle(campaign, ready, outcome)

    async def _settle(self, campaign: str, ready: Sequence[Ready], outcome: Outcome) -> None:
        ids = [r.row.message_id for r in ready]
        now = self._clock.now_ms()
        match outcome:
            case Accepted():
                self._failures, self._misdirected = 0, False
                await self._store.write(partial(outbox.accepted, message_ids=ids, now_ms=now))
            case Rejected():
                await self._bisect(campaign, ready)
            case NotSent(why=why):
                await self._later(ids, self._step_back(), ambiguous=False, reason=why)
            case Ambiguous(why=why):
                await self._later(ids, self._step_back(), ambiguous=True, reason=why)
            case Throttled(retry_ms=retry_ms):
                wait = self._step_back() if retry_ms is None else retry_ms
                await self._later(ids, wait, ambiguous=False, reason="throttled")
            case Misdirected(status=status):
                await self._later(ids, MISDIRECTED_MS, ambiguous=False, reason=f"status {status}")
                await self._alert_misdirected(status)

    def _step_back(self) -> int:
        """Return how long to wait after a failure; half of it is certain, so outages stay cheap."""
        wait = pace.backoff(self._failures, 0.5 + self._chance.random() / 2)
        self._failures += 1
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
        await self._store.write(job)

    async def _bisect(self, campaign: str, ready: Sequence[Ready]) -> None:
        """Find the message that Segment refuses; the others must not suffer for it."""
        if len(ready) == 1:
            ending = Ending(ready[0].row, "dead", SkipReason.DEAD)
            now = self._clock.now_ms()
            await self._store.write(partial(outbox.end, endings=[ending], now_ms=now))
            return
        half = len(ready) // 2
        for part in (ready[:half], ready[half:]):
            await self._take(len(part))
            await self._send(campaign, part)

    async def _alert_misdirected(self, status: int) -> None:
        """Tell people once that nothing can be sent until the key or the address is right."""
        if self._misdirected:
            return
        self._misdirected = True
        body = (
            f"Segment refuses Clarion's requests (status {status}). Nothing is lost: every message"
            " waits. Check the write key and the region with `clarion check`."
        )
        now = self._clock.now_ms()
        await self._store.write(
            partial(announcements.add, kind="notice", campaign="", body=body, now_ms=now)
        )
        self._announce()
