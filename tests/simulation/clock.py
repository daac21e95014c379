"""Virtual time: it jumps to the next deadline as soon as every task waits, and may oversleep.

A machine that has nothing to do may be put to sleep, as a laptop or a virtual machine is: its
timers then fire late. A life of many days does so whenever nothing is on the wire, up to the next
thing that the world does, which is what makes a virtual month affordable.
"""

from collections.abc import Callable
from math import inf

import trio
from trio.testing import MockClock, wait_all_tasks_blocked

AWAKE_SECONDS_MAX = 1.0
"""A machine that has something to do within this does not fall asleep."""


def seeded(seed: int) -> None:
    """Let Trio schedule tasks by this seed alone, in the runs that follow."""
    trio._core._run._ALLOW_DETERMINISTIC_SCHEDULING = True  # type: ignore[misc]
    trio._core._run._r.seed(seed)


async def run_time(clock: MockClock, asleep: Callable[[float], float]) -> None:
    """Move the clock for ever; `asleep` says until when (in its seconds) the machine may sleep.

    It is asked with the next deadline, when that is not soon; it may answer a later time.
    """
    while True:
        await wait_all_tasks_blocked()
        left = trio.lowlevel.current_statistics().seconds_to_next_deadline
        assert left < inf, "every task waits, and none for a time: the life hangs"
        if left > AWAKE_SECONDS_MAX:
            left = max(left, asleep(trio.current_time() + left) - trio.current_time())
        if left > 0:
            clock.jump(left)
