"""P18 at the receiver: no second has more messages than the rate, by the local Segment's own clock.

Between the moment at which a daemon counts a request and the one at which its head is read here
lies some way, and both processes may have been held up on it. So a request counts for a second only
if it surely left in it: not before the latest moment at which it was seen, nor after the earliest
at which it can have left.
"""

import itertools
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import trio
from msgspec import Struct

from sandbox.segment.receipts import Request
from sandbox.segment.workspace import Workspace

SECOND = 1.0
ON_THE_WAY_SECONDS_MAX = 0.15
"""So long after it was counted a request may be seen here, when nobody is held up."""
BEAT_SECONDS = 0.02
STALL_SECONDS_MIN = 0.1
"""A beat that comes so late was a stall of ours: what is read at its end may be as old."""


class Left(Struct, frozen=True):
    """A request with so many events: it left between two moments, in epoch seconds."""

    earliest: float
    seen: float
    events: int


@dataclass
class Pulse:
    """Watches this process: when it was held up, in epoch seconds. `now` is the receiver's."""

    segment: Workspace
    stalls: list[tuple[float, float]] = field(default_factory=list)
    forgiven: list[float] = field(default_factory=list)
    """Moments at which a daemon went on that another had superseded: see the honest limits."""
    fullest: int = 0
    """The most that surely left within any second."""
    _seen: int = 0
    _left: list[Left] = field(default_factory=list)

    async def beat(self) -> None:
        """Notice every stall, for ever."""
        while True:
            before = self.segment.now()
            await trio.sleep(BEAT_SECONDS)
            after = self.segment.now()
            if after - before > STALL_SECONDS_MIN:
                self.stalls.append((before, after))

    def forgive(self) -> None:
        """Do not judge what is sent around now."""
        self.forgiven.append(self.segment.now())

    def exceeded(self, rate: int) -> list[str]:
        """Return a sentence if a second since the last question had more events than the rate."""
        new = [one for one in self.segment.receipts.requests if one.seq > self._seen]
        if new and new[0].seq != self._seen + 1:
            return [f"The receiver has forgotten requests {self._seen + 1} to {new[0].seq - 1}."]
        self._seen = max((one.seq for one in new), default=self._seen)
        self._left += [self._when(one) for one in new if one.events and not self._is_forgiven(one)]
        self._left.sort(key=lambda left: left.seen)
        found = fastest(self._left)
        self.fullest = max(self.fullest, found.events)
        # What is decided later may have been seen before: some is looked at again.
        horizon = self.segment.now() - 60 * SECOND
        self._left = [left for left in self._left if left.seen > horizon]
        if found.events <= rate:
            return []
        self._left.clear()  # it is said once
        return [f"{found.events} messages left in one second, up to {found.seen:.3f}, of {rate}."]

    def too_close(self, campaign: str, *, apart_seconds: float) -> list[str]:
        """P18 of a throttle with slots of one message: no two come within a slot's length."""
        told = f'"campaign_id":"{campaign}"'.encode()
        times = [m.at_ms / 1000 for m in self.segment.receipts.messages if told in m.raw]
        return [
            f"Two messages of a throttle came {after - before:.3f} s apart, not {apart_seconds} s."
            for before, after in itertools.pairwise(times)
            if after - self._earliest(before) < apart_seconds
        ][:1]

    def _when(self, request: Request) -> Left:
        return Left(self._earliest(request.began), request.began, request.events)

    def _earliest(self, seen: float) -> float:
        earliest = seen - ON_THE_WAY_SECONDS_MAX
        for begin, end in reversed(self.stalls):
            if end < earliest:
                break
            if begin <= seen:
                earliest = min(earliest, begin - ON_THE_WAY_SECONDS_MAX)
        return earliest

    def _is_forgiven(self, request: Request) -> bool:
        return any(abs(request.began - at) <= SECOND for at in self.forgiven)


def fastest(left: Iterable[Left]) -> Left:
    """Return how many events surely left within the fullest second, and when it ended."""
    worst = Left(0.0, 0.0, 0)
    window: deque[Left] = deque()
    count = 0
    for one in sorted(left, key=lambda each: each.seen):
        window.append(one)
        count += one.events
        while window and window[0].earliest <= one.seen - SECOND:
            count -= window.popleft().events
        if window and count > worst.events:
            worst = Left(window[0].earliest, one.seen, count)
    return worst
