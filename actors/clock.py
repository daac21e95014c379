"""The one place that reads clocks.

Due dates use the wall clock and are epoch milliseconds; pace and time-outs use Trio's clock. A
sleep towards a due date is Trio's, and the wall clock may jump meanwhile: the timekeeper then wakes
everyone who sleeps so. How a jump is told from the passing of time is `domain.leap`'s to say.
"""

import threading
import time
from collections.abc import Callable
from typing import Protocol

import trio

from domain import leap as leaps
from domain.leap import Leap, Timeline

NAP_SECONDS_MAX = 900.0
"""Whoever has nothing to do looks for work this seldom, in case the word of it got lost."""
HELD_NAP_SECONDS = 1.0
"""How often those who wait for a held clock look at it again."""
LOOK_MS_MAX = 100
LOOKS_MAX = 3


class Clock(Protocol):
    """The present, and whether one may act on it."""

    def now_ms(self) -> int:
        """Return the time in epoch milliseconds."""
        ...

    @property
    def held(self) -> bool:
        """Whether nobody knows if it is right: then nothing is sent, started or ended by date."""
        ...


class WallClock:
    """The machine's own clock, which is always believed."""

    held = False

    def now_ms(self) -> int:
        """Return the wall clock's time in epoch milliseconds."""
        return time.time_ns() // 1_000_000


class TrioClock:
    """A wall clock that moves with Trio's, so a virtual clock moves both."""

    held = False

    def __init__(self, start_ms: int) -> None:
        self._start_ms = start_ms
        self._origin: float | None = None

    def now_ms(self) -> int:
        """Return `start_ms` and the time that Trio's clock has moved since the first question."""
        if self._origin is None:
            self._origin = trio.current_time()
        return self._start_ms + round((trio.current_time() - self._origin) * 1000)


class GuardedClock:
    """A wall clock that is watched by one that never jumps; may be asked from any thread.

    `wall` and `steady` return milliseconds; `steady` must count the time of a suspension too.
    """

    def __init__(
        self,
        wall: Callable[[], int],
        steady: Callable[[], int],
        *,
        high_water_ms: int | None = None,
        noted: Leap | None = None,
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._lock = threading.Lock()
        self._line = leaps.begin(*self._read(), high_water_ms=high_water_ms, noted=noted)

    def now_ms(self) -> int:
        """Return the wall clock's time, or the expected one while the wall clock is off."""
        return self._look().now_ms

    @property
    def held(self) -> bool:
        """Whether the wall clock has leapt, and neither came back nor was believed."""
        return self._look().leap is not None

    @property
    def leap(self) -> Leap | None:
        """The leap that holds the clock."""
        return self._look().leap

    def believe(self) -> None:
        """Take the wall clock as right from now on; the time may go back here, and nowhere else."""
        with self._lock:
            self._line = leaps.believe(*self._read())

    def _look(self) -> Timeline:
        with self._lock:
            self._line = leaps.look(self._line, *self._read())
            return self._line

    def _read(self) -> tuple[int, int]:
        """Read both clocks at one moment: a process that is stopped in between reads again."""
        wall_ms, steady_ms = 0, self._steady()
        for _ in range(LOOKS_MAX):
            before_ms, wall_ms, steady_ms = steady_ms, self._wall(), self._steady()
            if steady_ms - before_ms <= LOOK_MS_MAX:
                break
        return wall_ms, steady_ms


async def until_sure(clock: Clock) -> None:
    """Return once the clock is not held; at once, and without a checkpoint, if it is not."""
    while clock.held:  # noqa: ASYNC110 - a clock sends no events
        await trio.sleep(HELD_NAP_SECONDS)


def monotonic_ms() -> int:
    """Return Trio's time in milliseconds: for pace only, it says nothing about dates."""
    return round(trio.current_time() * 1000)


_SUSPENSION_COUNTS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux's monotonic clock stands still while the machine sleeps; others' goes on by itself."""


def boot_ms() -> int:
    """Return milliseconds since some moment in the past; it never jumps, and suspension counts."""
    return time.clock_gettime_ns(_SUSPENSION_COUNTS) // 1_000_000
