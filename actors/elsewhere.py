"""What leaves beside this engine at the pace of all: nothing, but in a rehearsal.

There other campaigns are not played, and what they sent takes of the pace and of the throttle over
all campaigns all the same, at the very moments at which it did.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

Burst: TypeAlias = tuple[int, int, int]
"""When, in milliseconds of Trio's clock, how many messages left, and how many events they were."""


class Elsewhere:
    """Tells each burst once, to whoever counts: nobody is woken for it.

    `yields`: of what leaves in the same millisecond the engine's own goes first, as triggers go
    before runs.
    """

    def __init__(self, bursts: Iterable[Burst] = (), *, yields: bool = False) -> None:
        """Take the bursts in the order of time."""
        self._bursts = iter(bursts)
        self._next = next(self._bursts, None)
        self._ahead_ms = 0 if yields else 1

    def upto(self, now_ms: int) -> Iterator[Burst]:
        """Yield what left since the last question, until now."""
        while self._next is not None and self._next[0] < now_ms + self._ahead_ms:
            yield self._next
            self._next = next(self._bursts, None)
