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


def best(work: Callable[[], object]) -> float:
    """Return the shortest of a few rounds, in seconds: the noise of a machine only adds."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)
