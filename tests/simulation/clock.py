"""Virtual time: it jumps to the next deadline as soon as every task waits, and may oversleep.

A machine that has nothing to do may be put to sleep, as a laptop or a virtual machine is: its
timers then fire late. A life of many days does so whenever nothing is on the wire, up to the next
thing that the world does, which is what makes a virtual month affordable.
"""

from collections.abc import Callable
from math import inf

import trio

AWAKE_SECONDS_MAX = 1.0
"""A machine that has something to do within this does not fall asleep."""
HUNG_SECONDS, HUNG_MAX = 0.1, 30
"""Of real time; so often in a row, nothing will ever happen again."""


def seeded(seed: int) -> None:
    """Let Trio schedule tasks by this seed alone, in the runs that follow."""
    trio._core._run._ALLOW_DETERMINISTIC_SCHEDULING = True  # type: ignore[misc]
    trio._core._run._r.seed(seed)


class JumpingClock(trio.abc.Clock):
    """Trio's clock in a run that has no threads, no signals and no input but its own tasks.

    Trio asks it how long to wait only when no task can run. So it need not wait until all are
    blocked, as `MockClock` does in steps of the loop: asked, it is that late already. `asleep`
    says until when the machine may sleep whose next deadline is not soon: that time or a later.
    """

    def __init__(self) -> None:
        self._now = 0.0
        self._hung = 0
        self.asleep: Callable[[float], float] = lambda due: due

    def start_clock(self) -> None:
        """Begin with the run, at 0."""

    def current_time(self) -> float:
        """Return the seconds since the run began."""
        return self._now

    def deadline_to_sleep_time(self, deadline: float) -> float:
        """Let it be the deadline, or later; Trio has nothing to wait for."""
        if deadline == inf:  # at the end of a run Trio waits for its own wake-up
            self._hung += 1
            assert self._hung < HUNG_MAX, "every task waits, and none for a time: the life hangs"
            return HUNG_SECONDS
        self._hung = 0
        if deadline - self._now > AWAKE_SECONDS_MAX:
            deadline = max(deadline, self.asleep(deadline))
        self._now = max(self._now, deadline)
        return 0.0
