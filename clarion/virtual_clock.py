"""Virtual time for a process of its own: it jumps to the next deadline as soon as nobody can run.

Trio asks its clock how long to wait only when no task can run. A rehearsal has no threads, no
signals and no input but its own tasks, so whoever is asked may be that late already.
"""

import math

import trio

HUNG_SECONDS = 0.05
"""Of real time: at the end of a run Trio waits for its own wake-up, which has no deadline."""


class VirtualClock(trio.abc.Clock):
    """Begins at 0, and never waits."""

    def __init__(self) -> None:
        self._now = 0.0

    def start_clock(self) -> None:
        """Begin with the run."""

    def current_time(self) -> float:
        """Return the seconds since the run began."""
        return self._now

    def deadline_to_sleep_time(self, deadline: float) -> float:
        """Let it be the deadline."""
        if math.isinf(deadline):
            return HUNG_SECONDS
        self._now = max(self._now, deadline)
        return 0.0
