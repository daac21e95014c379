"""Requests: claimed, begun and settled, a few at a time, for campaigns that are not halted.

The claim commits before the first byte leaves; a campaign that was halted meanwhile, or a process
that was suspended, gets its claim undone.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Protocol

import trio
from msgspec import Struct

from actors import durably
from actors.clock import Clock, monotonic_ms
from actors.prepare import DND_MARGIN_MS, Ready
from actors.restraint import Restraint
from actors.segment import Outcome, Packed
from actors.settling import Settling
from store import fault_points, outbox, waiting
from store.allowance import UNBOUND, Bounds
from store.database import Database

GRACE_SECONDS = 5.0
"""How long requests on the wire may still take when the daemon is told to stop."""
STALE_MS = DND_MARGIN_MS // 2
"""A message prepared longer ago than this is prepared again."""


class Wire(Protocol):
    """Who carries a batch to Segment: actors.segment."""

    async def pack(self, events: Sequence[bytes]) -> Packed:
        """Return encoded events as the body of one request."""
        ...

    async def send(self, packed: Packed) -> Outcome:
        """Post one batch, beginning at once; say what is certain."""
        ...


class Prepared:
    """When messages were prepared, by both clocks: a claim or a request must follow soon."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wall_ms, self._trio_ms = clock.now_ms(), monotonic_ms()

    def within(self, ms: int) -> bool:
        """Tell whether it was so lately; not if the process was suspended or the clock jumped."""
        wall = self._clock.now_ms() - self._wall_ms
        return 0 <= wall <= ms and monotonic_ms() - self._trio_ms <= ms


class AsideSender(Protocol):
    """Who carries to Segment what is no message of a run, at the pace of all: delivery."""

    async def send_aside(
        self,
        events: Sequence[bytes],
        *,
        wait_seconds_max: float,
        user: str = "",
        claim: Callable[[], Awaitable[bool]] | None = None,
    ) -> Outcome | None:
        """Send it once, if its claim says yes when it is its turn; None: it did not go."""
        ...


class Sending:
    """The only user of the wire to Segment."""

    def __init__(
        self,
        store: Database,
        segment: Wire,
        *,
        at_once_max: int,
        clock: Clock,
        restraint: Restraint,
        settling: Settling,
        on_settled: Callable[[str], None],
        bounds: Bounds = UNBOUND,
    ) -> None:
        self._store = store
        self._bounds = bounds
        self._segment = segment
        self._at_once_max = at_once_max
        self._clock = clock
        self._restraint = restraint
        self._settling = settling
        self._on_settled = on_settled
        self._requests = trio.Semaphore(at_once_max)
        self._pacing = trio.Lock()  # from the question for room until it is spent
        self._ended = trio.Event()
        self._on_wire: Counter[str] = Counter()
        self._wire_users: Counter[str] = Counter()
        self._unbegun: dict[str, Ready] = {}  # messages before their first byte, by their ids
        self._barred: set[str] = set()  # those of them that must not begin
        self._asides: list[_Aside] = []
        self._under_way: set[trio.CancelScope] = set()
        self.halted: set[str] = set()

    def halt(self, campaign: str) -> int:
        """Begin no new request for this campaign; return how many messages are on the wire."""
        self.halted.add(campaign)
        return self._on_wire[campaign]

    def bar(self, user: str) -> int:
        """Begin no request with a message that was claimed for this user until now.

        Called after the commit that suppresses: no later claim takes one of the user's. Return how
        many of the user's messages are on the wire.
        """
        self._barred.update(name for name, r in self._unbegun.items() if r.row.user == user)
        for aside in self._asides:
            aside.barred |= aside.user == user
        return self._wire_users[user]

    def wind_up(self) -> None:
        """Let what is on the wire settle, within the time of grace."""
        for grace in self._under_way:
            grace.deadline = trio.current_time() + GRACE_SECONDS

    async def dispatch(
        self, campaign: str, ready: Sequence[Ready], nursery: trio.Nursery, *, prepared: Prepared
    ) -> int:
        """Wait for the pace, claim, and let the request go on its way; return how many go.

        After a long wait nothing is claimed: what was true when it was prepared is asked again.
        """
        await self._requests.acquire()
        going: list[Ready] = []
        try:
            await self._until_alone_or_well()
            async with self._pacing:
                if await self._restraint.room(
                    _events(ready),
                    resends=_resends(ready),
                    messages=len(ready),
                    unbegun=self._events_unbegun,
                ):
                    self._unbegun |= {r.row.message_id: r for r in ready}
                    try:
                        going = await self._claim(campaign, ready, prepared)
                    finally:
                        stays = {r.row.message_id for r in going}
                        self._begun(r for r in ready if r.row.message_id not in stays)
        finally:
            if not going:
                self._requests.release()
        if going:
            nursery.start_soon(self._request, campaign, going, prepared)
        return len(going)

    async def send_aside(
        self,
        events: Sequence[bytes],
        *,
        wait_seconds_max: float,
        user: str = "",
        claim: Callable[[], Awaitable[bool]] | None = None,
    ) -> Outcome | None:
        """Send what is no message of a run, at the pace of all; None: it did not go.

        Nothing went for so long, or the `claim`, which commits when it is its turn, said no, or the
        `user` was suppressed since.
        """
        until = trio.current_time() + wait_seconds_max
        with trio.move_on_at(until) as waited:
            await self._requests.acquire()
        if waited.cancelled_caught:
            return None
        aside = _Aside(user)
        self._asides.append(aside)
        try:
            with trio.move_on_at(until) as waited:
                async with self._pacing:
                    n = len(events)
                    await self._restraint.room(n, resends=0, unbegun=self._events_unbegun)
                    packed = await self._segment.pack(events)
                    may_go = claim is None or await claim()
                    if not may_go or aside.barred:
                        return None
                    self._restraint.spend(n, resends=0)
            if waited.cancelled_caught:
                return None
            self._wire_users[user] += 1
            try:
                return await self._segment.send(packed)
            finally:
                self._wire_users -= Counter([user])  # keeps no zeros
        finally:
            self._asides = [each for each in self._asides if each is not aside]
            self._requests.release()
            self._ended.set()  # a request that waits to be alone may begin

    async def _claim(
        self, campaign: str, ready: Sequence[Ready], prepared: Prepared
    ) -> list[Ready]:
        if campaign in self.halted or self._clock.held or not prepared.within(STALE_MS):
            return []
        fault_points.reach("claim.before")
        ids = [r.row.message_id for r in ready]
        now = self._clock.now_ms()
        job = partial(
            outbox.claim, campaign=campaign, message_ids=ids, now_ms=now, bounds=self._bounds
        )
        claimed = await durably.write(self._store, job)
        fault_points.reach("claim.committed")
        return [r for r in ready if r.row.message_id in claimed]

    async def _until_alone_or_well(self) -> None:
        """After a failure, ask with one request at a time: an outage is not worth more."""
        while self._restraint.alone and self._requests.value < self._at_once_max - 1:
            self._ended = trio.Event()
            await self._ended.wait()

    async def _request(self, campaign: str, ready: Sequence[Ready], prepared: Prepared) -> None:
        try:
            with trio.CancelScope(shield=True) as grace:
                self._under_way.add(grace)
                await self.send(campaign, ready, prepared)
            self._on_settled(campaign)
        finally:
            self._under_way.discard(grace)
            self._requests.release()
            self._ended.set()

    async def send(self, campaign: str, ready: Sequence[Ready], prepared: Prepared) -> None:
        """Send claimed messages once, and settle them by what is certain.

        Between the last look at what holds them back and the first byte nothing is awaited: who is
        told "paused" is told of every request that began before.
        """
        try:
            packed = await self._segment.pack([r.wire for r in ready])
            held = campaign in self.halted or self._clock.held or self._restraint.closed_ms() > 0
        finally:
            barred = self._begun(ready)
        if held or barred or not prepared.within(DND_MARGIN_MS):
            fault_points.reach("unclaim.before")
            ids = [r.row.message_id for r in ready]
            now = self._clock.now_ms()
            undo = partial(outbox.unclaim, message_ids=ids, now_ms=now)
            await durably.write(self._store, undo, urgent=True)
            fault_points.reach("unclaim.committed")
            return
        self._restraint.spend(_events(ready), resends=_resends(ready))
        self._on_wire[campaign] += len(ready)
        self._wire_users.update(r.row.user for r in ready)
        try:
            fault_points.reach("request.begin")
            outcome = await self._segment.send(packed)
        finally:
            self._on_wire[campaign] -= len(ready)
            self._wire_users -= Counter(r.row.user for r in ready)  # keeps no zeros
        await self._settling.settle(campaign, ready, outcome)

    def _events_unbegun(self) -> int:
        return _events(self._unbegun.values())

    def _begun(self, ready: Iterable[Ready]) -> bool:
        """Count messages no longer as before their first byte; tell whether one was barred."""
        ids = [r.row.message_id for r in ready]
        for name in ids:
            self._unbegun.pop(name, None)
        barred = not self._barred.isdisjoint(ids)
        self._barred.difference_update(ids)
        return barred


class _Aside(Struct):
    """Something for a user that is no message of a run; `barred`: it must not begin any more."""

    user: str
    barred: bool = False


def _events(ready: Iterable[Ready]) -> int:
    return sum(r.events for r in ready)


def _resends(ready: Sequence[Ready]) -> int:
    return sum(r.row.lane in waiting.AGAIN for r in ready)
