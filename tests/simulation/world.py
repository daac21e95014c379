"""The world around the daemons: true time, the wall clock, chance, and the history of it all."""

import heapq
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

import trio

from sandbox.segment.workspace import Workspace
from tests.simulation.history import Entry, Left, Where
from tests.simulation.plan import Plan

WRITE_KEY = "canary-write-key"
_DIFFERS = (
    (re.compile(r"/\S*clarion-sim-[^/\s]*"), "<folder>"),
    (re.compile(r"0x[0-9a-f]{6,}"), "0x"),
    (re.compile(r'(?<="disk_free_bytes":)[0-9]+'), "0"),
)
"""What is another text each time, though nothing else is."""


class World:
    """What does not die with a daemon. `tell` hears each entry of the history as it is made."""

    def __init__(self, plan: Plan, tell: Callable[[Entry], None] = lambda _entry: None) -> None:
        self.plan = plan
        self.history: list[Entry] = []
        self._seen: set[tuple[Where, str]] = set()  # what left the product, and where to
        self.segment = Workspace(
            write_key=WRITE_KEY, now=lambda: self.now_ms() / 1000, seed=plan.seed
        )
        self.offset_ms = 0  # of the wall clock
        self.oversleeps_ms = plan.oversleeps
        self.commits = 0  # of all daemons together
        self.on_the_wire = 0  # requests
        self.daemons = 0
        self.asked = 0
        self.requests = 0
        self.errors: list[BaseException] = []  # that ended a daemon
        self.naps = Random(f"{plan.seed} naps")
        self._deadlines: list[float] = []
        self._tell = tell

    def now_ms(self) -> int:
        """Return the true time in epoch milliseconds."""
        return self.plan.start_ms + round(trio.current_time() * 1000)

    def wall_ms(self) -> int:
        """Return what the machine's wall clock shows."""
        return self.now_ms() + self.offset_ms

    def record(self, entry: Entry) -> None:
        """Add to the history."""
        self.history.append(entry)
        self._tell(entry)

    def left(self, where: Where, text: str) -> None:
        """Write down a text that leaves the product, unless the same left that way before."""
        for pattern, plain in _DIFFERS:
            text = pattern.sub(plain, text)
        if (where, text) not in self._seen:
            self._seen.add((where, text))
            self.record(Left(self.now_ms(), where, text))

    async def until(self, at: int) -> None:
        """Sleep until so long after the beginning; no oversleeping machine delays the world."""
        await self._sleep(at / 1000)

    async def pause(self, milliseconds: float) -> None:
        """Sleep for so long; no oversleeping machine delays the world."""
        await self._sleep(trio.current_time() + milliseconds / 1000)

    async def _sleep(self, seconds: float) -> None:
        with self._promised(seconds):
            await trio.sleep_until(seconds)

    @contextmanager
    def _promised(self, seconds: float) -> Iterator[None]:
        heapq.heappush(self._deadlines, seconds)
        yield

    def asleep(self, due: float) -> float:
        """Say until when the machine sleeps whose next deadline is `due`."""
        if not self.oversleeps_ms or self.on_the_wire:
            return due
        now = trio.current_time()
        while self._deadlines and self._deadlines[0] <= now:
            heapq.heappop(self._deadlines)
        woken = due + self.naps.random() * self.oversleeps_ms / 1000
        return min(woken, self._deadlines[0]) if self._deadlines else woken

    def chance(self, *what: object) -> Random:
        """Return chance that depends on the seed and on what it is for, and on nothing else."""
        return Random(f"{self.plan.seed} {what}")


class SeenClock:
    """The wall clock as a daemon sees it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now_ms(self) -> int:
        """Return the wall clock's time in epoch milliseconds."""
        return self._world.wall_ms()
