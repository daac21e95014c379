"""What holds delivery back as a whole: the pace, Segment's "slow down", and the breaker.

It lives in memory and in Trio's time. A start knows what the last process was told, "not before",
and whether Segment was away or had just come back (store.held_back); its bucket is empty.
Re-sends have a bucket of their own, a tenth of the pace, so that they never starve first tries.
"""

from collections.abc import Callable
from random import Random

import trio
from msgspec import Struct

from actors.clock import monotonic_ms
from actors.elsewhere import Elsewhere
from actors.pending import Holds
from domain import breaker, pace
from domain.breaker import Closed, Open, Ramping
from domain.pace import Bucket
from store.held_back import HeldBack

TURNS_PER_SECOND = 4
"""A campaign's turn takes such a part of a second's messages, so that others come soon."""
BEGINS_SECONDS = 0.01
"""How soon it is looked again whether those have left who had room before."""
NOTHING_HELD = HeldBack()
COUNTED_MS = 2_000
"""What left longer ago has flowed back into the bucket."""
RESENDS_PART = 10
"""At most one in so many messages of a second was tried before."""


class Pace(Struct, frozen=True):
    """How fast and how much at once."""

    messages_per_second: int
    requests_at_once_max: int


class Restraint:
    """Says how much may go, and when; learns from each request's outcome."""

    def __init__(self, pace_: Pace, chance: Random, elsewhere: Elsewhere | None = None) -> None:
        self._elsewhere = elsewhere or Elsewhere()
        self._whole = pace_.messages_per_second
        self._chance = chance
        self._gate_ms = 0
        self._asked_ms = 0  # the part of it that Segment asked for
        self._refused = False
        self.breaker: breaker.Breaker = Closed()
        self.failures = 0
        self._failing_ms = 0  # since when Segment has taken nothing, while it has
        self._bucket = Bucket(rate=self._whole)
        self._resends = Bucket(rate=max(self._whole // RESENDS_PART, 1))

    def start(self, held: HeldBack = NOTHING_HELD, *, now_ms: int = 0) -> None:
        """Let the first second be silent: the process before this one may have used it.

        What held that one back holds this one back too; `now_ms` is what the wall shows.
        """
        now = monotonic_ms()
        if (left := min(held.gate_ms - now_ms, pace.RETRY_AFTER_MS_MAX)) > 0:
            self._fails()
            self._asked_ms = now + left
            self._close_gate(left)
        grown = max(now_ms - held.ramp_ms, 0)
        if held.away:
            self.breaker, self._failing_ms = Open(probe_ms=now), now
        elif held.ramp_ms and grown < breaker.RAMP_MS:
            self.breaker = Ramping(since_ms=now - grown)
        self._bucket = Bucket.after_start(self._whole, now)
        self._resends = Bucket.after_start(self._resend_rate(), now)

    def held(self, now_ms: int) -> HeldBack:
        """Return what a start should know; a wrong key is none of it, for it may be right then."""
        now = monotonic_ms()
        since = self.breaker.since_ms if isinstance(self.breaker, Ramping) else None
        return HeldBack(
            gate_ms=now_ms + self._asked_ms - now if self._asked_ms > now else 0,
            ramp_ms=0 if since is None else now_ms - (now - since),
            away=isinstance(self.breaker, Open) and not self._refused,
        )

    @property
    def alone(self) -> bool:
        """Whether only one request at a time may be on the wire: Segment has not answered well."""
        return self.failures > 0 or self.probing

    @property
    def probing(self) -> bool:
        """Whether nothing goes but now and then one message, to ask whether Segment is back."""
        return isinstance(self.breaker, Open)

    def holds(self, now_ms: int) -> Holds:
        """Return what holds everything back; `now_ms` is what the wall shows."""
        opens = self._asked_ms - monotonic_ms()
        away = isinstance(self.breaker, Open) and not self._refused
        gate_ms = now_ms + opens if opens > 0 else 0
        since_ms = now_ms - (monotonic_ms() - self._failing_ms) if self.alone else 0
        return Holds(refused=self._refused, away=away, gate_ms=gate_ms, since_ms=since_ms)

    def rate(self) -> int:
        """Return how many messages may leave in a second, as things stand."""
        percent = breaker.percent(self.breaker, now_ms=monotonic_ms())
        return max(self._whole * percent // breaker.WHOLE_PERCENT, 1)

    def share(self) -> int:
        """Return how many messages a turn may take: one while Segment is only probed."""
        if self.probing:
            return 1
        return max(1, min(self.rate() // TURNS_PER_SECOND, pace.BATCH_EVENTS_MAX))

    def resends(self) -> int:
        """Return how many messages that were tried before may go now."""
        return max(self._resends.at(self._resend_rate()).room(monotonic_ms()), 0)

    def resends_wait_seconds(self) -> float:
        """Return how long until one message that was tried before may go."""
        return self._resends.at(self._resend_rate()).wait_ms(monotonic_ms(), 1) / 1000

    def closed_ms(self) -> int:
        """Return for how long nothing may leave: a gate is closed, or the next probe is not due."""
        opens = self._gate_ms
        if isinstance(self.breaker, Open):
            opens = max(opens, self.breaker.probe_ms)
        return max(opens - monotonic_ms(), 0)

    async def passed(self) -> None:
        """Wait until something may leave."""
        while (left := self.closed_ms()) > 0:  # noqa: ASYNC110 - time, no event
            await trio.sleep(left / 1000)

    async def room(
        self, n: int, *, resends: int, messages: int = 0, unbegun: Callable[[], int] = lambda: 0
    ) -> bool:
        """Wait until `n` events may leave; False: so many cannot any more, as things stand.

        They are so many `messages` (0: each is one), which stay whole: one always may leave.
        `unbegun` tells how many other events had room before and have not left yet: packing takes
        time, and what counts for a second is when the first byte leaves.
        """
        messages = messages or n
        while True:
            await self.passed()
            rate, resend_rate = self.rate(), self._resend_rate()
            if messages > rate or (self.probing and messages > 1) or resends > resend_rate:
                return False
            n = min(n, rate)
            now, others = monotonic_ms(), unbegun()
            if others and n + others > rate:
                await trio.sleep(BEGINS_SECONDS)
                continue
            self._count_elsewhere(now)
            wait = self._bucket.at(rate).wait_ms(now, n + others)
            if resends:
                wait = max(wait, self._resends.at(resend_rate).wait_ms(now, resends))
            if wait <= 0:
                return True
            await trio.sleep(wait / 1000)

    def spend(self, n: int, *, resends: int) -> None:
        """Count events that leave at this moment, of which so many messages were tried before."""
        now = monotonic_ms()
        self._count_elsewhere(now)
        self._bucket = self._bucket.spend(now, min(n, self._whole))
        if resends:
            self._resends = self._resends.spend(now, resends)

    def _count_elsewhere(self, now_ms: int) -> None:
        """Count what left beside this engine; only the last second matters."""
        for at_ms, _, events in self._elsewhere.upto(now_ms):
            if at_ms >= now_ms - COUNTED_MS:
                self._bucket = self._bucket.spend(at_ms, min(events, self._whole))

    def answered(self) -> None:
        """Learn that Segment answered, whatever it said of the messages."""
        self.failures, self._refused = 0, False
        self.breaker = breaker.answered(self.breaker, now_ms=monotonic_ms())

    def failed(self) -> None:
        """Learn that a request was not sent or may not have arrived."""
        self.breaker = breaker.failed(self.breaker, now_ms=monotonic_ms(), u=self._chance.random())
        self._step_back()

    def throttled(self, retry_ms: int | None) -> None:
        """Learn that Segment wants less, for as long as it says, or as after a failure."""
        self._refused = False
        self.breaker = breaker.answered(self.breaker, now_ms=monotonic_ms())
        if retry_ms:
            self._fails()
            self._asked_ms = max(self._asked_ms, monotonic_ms() + retry_ms)
            self._close_gate(retry_ms)
        else:
            self._step_back()

    def refused(self) -> None:
        """Learn that the key or the address is wrong."""
        self._fails()
        self._refused = True
        self.breaker = breaker.refused(now_ms=monotonic_ms(), u=self._chance.random())

    def _fails(self) -> None:
        if not self.failures:
            self._failing_ms = monotonic_ms()
        self.failures += 1

    def _step_back(self) -> None:
        """Close the gate for a while, of which half is certain; an open breaker waits longer."""
        wait = pace.backoff(self.failures, 0.5 + self._chance.random() / 2)
        self._fails()
        if not isinstance(self.breaker, Open):
            self._close_gate(wait)

    def _close_gate(self, wait_ms: int) -> None:
        self._gate_ms = max(self._gate_ms, monotonic_ms() + wait_ms)

    def _resend_rate(self) -> int:
        return max(self.rate() // RESENDS_PART, 1)
