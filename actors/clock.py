"""The one place that reads clocks.

Due dates use the wall clock and are epoch milliseconds; pace and time-outs use Trio's clock. A
sleep towards a due date is taken in naps, because the wall clock may jump meanwhile.
"""

import time
from collections.abc import Callable
from typing import Protocol

import trio

NAP_SECONDS_MAX = 15.0


class Clock(Protocol):
    """The present."""

    def now_ms(self) -> int:
        """Return the wall clock's time in epoch milliseconds."""
        ...


class WallClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Return the wall clock's time in epoch milliseconds."""
        return time.time_ns() // 1_000_000


class TrioClock:
    """A wall clock that moves with Trio's, so a virtual clock moves both."""

    def __init__(self, start_ms: int) -> None:
        self._start_ms = start_ms
        self._origin: float | None = None

    def now_ms(self) -> int:
        """Return `start_ms` and the time that Trio's clock has moved since the first question."""
        if self._origin is None:
            self._origin = trio.current_time()
        return self._start_ms + round((trio.current_time() - self._origin) * 1000)


async def sleep_until(clock: Clock, due_ms: int) -> None:
    """Return once the wall clock says `due_ms` or later, at once if it does already."""
    while (left := due_ms - clock.now_ms()) > 0:  # noqa: ASYNC110 - a clock sends no events
        await trio.sleep(min(left / 1000, NAP_SECONDS_MAX))
    await trio.lowlevel.checkpoint()


def monotonic_ms() -> int:
    """Return Trio's time in milliseconds: for pace only, it says nothing about dates."""
    return round(trio.current_time() * 1000)


Now = Callable[[], int]
"""What is handed down where only the present is needed."""
