"""The hold: while work is outside Trio, a test's virtual time stands still."""

import math
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, TypeVar

import trio

T = TypeVar("T")


class JumpingClock(Protocol):
    """What the hold needs of Trio's `MockClock`."""

    autojump_threshold: float


class Hold:
    """A re-entrant context manager around each place where work leaves Trio.

    Trio's `MockClock` jumps as soon as every task is blocked, and it cannot see that a worker
    thread is about to answer. Given that clock, the hold keeps it from jumping while any call is
    out. In production there is no such clock, and the hold is one integer. To be used from Trio's
    thread only.
    """

    def __init__(self, clock: JumpingClock | None = None) -> None:
        self._clock = clock
        self._threshold_seconds = math.inf
        self.calls_out = 0

    def __enter__(self) -> None:
        """Count one more call out; the first one stops the clock."""
        if self.calls_out == 0 and self._clock is not None:
            self._threshold_seconds = self._clock.autojump_threshold
            self._clock.autojump_threshold = math.inf
        self.calls_out += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Count one call back; the last one lets the clock go on as before."""
        self.calls_out -= 1
        if self.calls_out == 0 and self._clock is not None:
            self._clock.autojump_threshold = self._threshold_seconds

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do blocking work in a worker thread and hold meanwhile; what has begun is waited for."""
        with self:
            return await trio.to_thread.run_sync(work)
