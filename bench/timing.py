"""How a measurement is taken and reported."""

import time
from collections.abc import Callable
from typing import NamedTuple

ROUNDS = 3


class Row(NamedTuple):
    """One way to do some work, and how long it took."""

    work: str
    way: str
    seconds: float


class Took(NamedTuple):
    """How long some work took by the clock, and how long processors worked for it, in seconds.

    On a machine that others use too the second says more: of an engine with one busy thread it is
    about the first on a machine of its own.
    """

    seconds: float
    busy: float

    @classmethod
    def now(cls) -> "Took":
        """Return where both stand."""
        return cls(time.perf_counter(), time.process_time())

    def since(self, began: "Took") -> "Took":
        """Return what has passed."""
        return Took(self.seconds - began.seconds, self.busy - began.busy)


def best(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the shortest of a few rounds, in seconds: the noise of a machine only adds.

    `time.process_time` as the clock counts what this process's threads worked, and not what they
    waited for others; of an engine with one thread that is its time on a machine of its own.
    """
    took = []
    for _ in range(ROUNDS):
        began = clock()
        work()
        took.append(clock() - began)
    return min(took)
