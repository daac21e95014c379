"""Two queues and one taker: what is urgent overtakes what waits, and each lane keeps its order."""

from collections import deque
from collections.abc import Sequence
from typing import Generic, TypeVar

import trio

T = TypeVar("T")


class LanesClosed(Exception):  # noqa: N818 - says what happened
    """Nothing may be put in any more."""


class Lanes(Generic[T]):
    """Holds at most `waiting_max` items a lane; whoever puts one more in waits."""

    def __init__(self, waiting_max: int) -> None:
        self._urgent: deque[T] = deque()
        self._ordinary: deque[T] = deque()
        self._room = {True: trio.Semaphore(waiting_max), False: trio.Semaphore(waiting_max)}
        self._news = trio.Event()
        self._closed = False

    async def put(self, item: T, *, urgent: bool) -> None:
        """Put one item in; wait while its lane is full. Raises LanesClosed."""
        await self._room[urgent].acquire()
        if self._closed:
            self._room[urgent].release()
            raise LanesClosed
        (self._urgent if urgent else self._ordinary).append(item)
        self._news.set()

    async def take(self, most: int, *, beside_urgent_max: int) -> list[T]:
        """Wait for news, then take up to `most` items, the urgent ones first.

        Beside urgent ones come at most `beside_urgent_max` others: so they are not starved, and
        the urgent ones do not wait for a long ride. Nothing: the lanes are closed and empty.
        """
        while not (self._urgent or self._ordinary or self._closed):
            self._news = trio.Event()
            await self._news.wait()
        await trio.lowlevel.checkpoint()
        return self.take_nowait(most, beside_urgent_max=beside_urgent_max)

    def take_nowait(self, most: int, *, beside_urgent_max: int) -> list[T]:
        """Take what is there, as `take` does."""
        taken = self._pop(most, urgent=True)
        others = min(most - len(taken), beside_urgent_max) if taken else most
        return taken + self._pop(others, urgent=False)

    def put_back(self, items: Sequence[T]) -> None:
        """Put ordinary items back that were taken last: they are the next ones again."""
        self._ordinary.extendleft(reversed(items))

    @property
    def waiting(self) -> int:
        """How many items wait in both lanes, and before them where one is full."""
        before = sum(room.statistics().tasks_waiting for room in self._room.values())
        return len(self._urgent) + len(self._ordinary) + before

    def close(self) -> None:
        """Take nothing in any more; what waits may still be taken."""
        self._closed = True
        self._news.set()

    def _pop(self, most: int, *, urgent: bool) -> list[T]:
        lane = self._urgent if urgent else self._ordinary
        taken = [lane.popleft() for _ in range(min(most, len(lane)))]
        for _ in taken:
            self._room[urgent].release()
        return taken
