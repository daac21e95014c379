"""Back-pressure: what is too slow or too full slows what feeds it, before anything is accepted.

Delivery's backlog stops runs from drawing more. Live campaigns always admit: their events are on
disk, so they only fall behind, and then ingest turns senders away. A pause, a stop and the settling
of answers never ask here.
"""

import logging
import math
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol, TypeAlias

import trio
from msgspec import Struct

from actors.clock import Clock
from domain.alert_text import alert_text
from domain.watermark import Watermark, retry_seconds
from store import announcements, backlog
from store.announcements import Buttons
from store.database import Database
from store.disk import State as DiskState
from store.errors import StoreError

MEASURE_EVERY_SECONDS = 2.0
"""While somebody asks, or something is over its mark."""
PROBE_SECONDS = 0.1
PROBES = 3
"""The loop is slow if a timer wakes late at so many looks in a row: one alone is a hiccup."""
IDLE_SECONDS = 300.0
"""So seldom it is measured while nobody asks."""
LOOP_DELAY_MS = Watermark(high=500, low=100)
WRITER_JOBS = Watermark(high=2_048, low=256)
RETRY_SECONDS_MIN, RETRY_SECONDS_MAX = 2, 60
DISK_RETRY_SECONDS = 30
ALERT_AFTER_SECONDS = 20.0
"""What is over sooner is a gust, and nobody is told of it."""

Name: TypeAlias = str
_log = logging.getLogger(__name__)


class Limits(Struct, frozen=True):
    """What the operator set: from where on ingest refuses, and runs draw no more."""

    lag_events_max: int = 200_000
    waiting_messages_max: int = 50_000


class Disk(Protocol):
    """How much room there is: store.disk."""

    def state(self) -> DiskState:
        """Return how things are."""
        ...

    def free_bytes(self) -> int:
        """Return how much is left."""
        ...


class Measured(Struct, frozen=True):
    """The last measurements. The messages are counted only up to their limit."""

    disk: DiskState = "ample"
    disk_free_bytes: int = 0
    lag_events: int = 0
    overdue_messages: int = 0
    writer_jobs: int = 0
    loop_delay_ms: int = 0


class Refusal(Struct, frozen=True):
    """Why a sender is turned away, and when to come again."""

    status: int
    retry_seconds: int
    what: str


class Health(Struct, frozen=True):
    """What `/health` shows: nobody's data and no secret."""

    refusing: tuple[str, ...]
    slowing: tuple[str, ...]
    clock_held: bool
    measured: Measured


class Pressure:
    """Measures, remembers what is over its mark, and answers those who ask."""

    def __init__(
        self,
        store: Database,
        disk: Disk,
        *,
        clock: Clock,
        limits: Limits,
        announce: Callable[[], None],
    ) -> None:
        self._store = store
        self._disk = disk
        self._clock = clock
        self._announce = announce
        self._marks = {
            "lag": Watermark(limits.lag_events_max, limits.lag_events_max // 2),
            "writer": WRITER_JOBS,
            "loop": LOOP_DELAY_MS,
            "backlog": Watermark(limits.waiting_messages_max, limits.waiting_messages_max // 2),
            "disk": Watermark(1, 0),
        }
        self._since: dict[Name, float] = {}
        self._told: set[Name] = set()
        self._asked = trio.Event()
        self._turn = trio.Lock()
        self._late_ms = deque([0] * PROBES, maxlen=PROBES)
        self._measured_at = -math.inf
        self.measured = Measured()

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Measure for ever: often while it matters, and seldom while nobody asks."""
        await self.look()
        task_status.started()
        while True:
            await trio.sleep(MEASURE_EVERY_SECONDS)
            if not (self._since or self._told):
                with trio.move_on_after(IDLE_SECONDS):
                    await self._asked.wait()
            self._asked = trio.Event()
            await self.look()

    async def look(self) -> None:
        """Measure once, judge, and tell people of what began or ended."""
        async with self._turn:
            try:
                self.measured = await self._measure()
                self._measured_at = trio.current_time()
                values = self._values()
                for name, mark in self._marks.items():
                    self._judge(name, mark.over(values[name], was_over=name in self._since))
                await self._tell()
            except StoreError as error:
                _log.warning("the pressure is not known or not told: %s", error)

    def refusal(self) -> Refusal | None:
        """Return why ingest takes nothing now, or None; asked before a body is read."""
        self._asked.set()
        if "disk" in self._since:
            return Refusal(503, DISK_RETRY_SECONDS, _REASONS["disk"])
        values = self._values()
        over = {n: values[n] / self._marks[n].high for n in _REFUSING if n in self._since}
        if not over:
            return None
        worst = max(over, key=lambda name: over[name])
        wait = retry_seconds(over[worst], least=RETRY_SECONDS_MIN, most=RETRY_SECONDS_MAX)
        return Refusal(429, wait, _REASONS[worst])

    async def may_draw(self) -> bool:
        """Tell whether a run may draw its next recipients: delivery keeps up, dates are sure.

        It is measured for that: a run may be the first to ask for a long time.
        """
        self._asked.set()
        if trio.current_time() - self._measured_at >= MEASURE_EVERY_SECONDS:
            await self.look()
        else:
            await trio.lowlevel.checkpoint()
        return "backlog" not in self._since and not self._clock.held

    def may_take(self) -> bool:
        """Tell whether a file may bring more: no sender of events is turned away."""
        return self.refusal() is None

    def health(self) -> Health:
        """Say how everything stands."""
        self._asked.set()
        refusing = tuple(name for name in ("disk", *_REFUSING) if name in self._since)
        slowing = ("backlog",) if "backlog" in self._since else ()
        return Health(refusing, slowing, self._clock.held, self.measured)

    def over(self) -> tuple[Name, ...]:
        """Return what people were told of and is still over its mark."""
        self._asked.set()
        return tuple(name for name in self._marks if name in self._told & self._since.keys())

    async def _measure(self) -> Measured:
        due = trio.current_time() + PROBE_SECONDS
        await trio.sleep_until(due)
        self._late_ms.append(round((trio.current_time() - due) * 1000))
        count_max = int(self._marks["backlog"].high)
        now = self._clock.now_ms()
        behind = partial(backlog.behind, now_ms=now, count_max=count_max)
        lag_events, overdue_messages = await self._store.read(behind)
        return Measured(
            disk=self._disk.state(),
            disk_free_bytes=self._disk.free_bytes(),
            lag_events=lag_events,
            overdue_messages=overdue_messages,
            writer_jobs=self._store.jobs_waiting,
            loop_delay_ms=min(self._late_ms),
        )

    def _values(self) -> dict[Name, float]:
        found = self.measured
        # While the clock is held campaigns stand still, and ingest goes on.
        lag = 0 if self._clock.held else found.lag_events
        return {
            "lag": lag,
            "writer": found.writer_jobs,
            "loop": found.loop_delay_ms,
            "backlog": 0 if self._clock.held else found.overdue_messages,
            "disk": 0 if found.disk == "ample" else 1,
        }

    def _judge(self, name: Name, over: bool) -> None:
        if over and name not in self._since:
            self._since[name] = trio.current_time()
            _log.warning("%s: %s", name, self.measured)
        elif not over and self._since.pop(name, None) is not None:
            _log.warning("%s is well again: %s", name, self.measured)

    async def _tell(self) -> None:
        for name, body in list(self._news()):
            begins = name not in self._told and name in BY_PAUSING
            job = partial(
                announcements.add,
                kind="notice",
                campaign="",
                subject=Buttons.LOAD.about() if begins else "",
                body=body,
                now_ms=self._clock.now_ms(),
            )
            await self._store.write(job, urgent=True)  # of a full disk, too, people must hear
            self._told ^= {name}
            self._announce()

    def _news(self) -> Iterator[tuple[Name, str]]:
        """Yield what people must hear: each episode once when it lasts, and once when it ends."""
        now = trio.current_time()
        for name in self._marks:
            began = self._since.get(name)
            if began is None and name in self._told:
                yield name, f"Over: {_OVER[name]}"
            elif began is not None and name not in self._told:
                lasts = name == "disk" or now - began >= ALERT_AFTER_SECONDS
                if lasts:
                    yield name, alert_text(*told(name))


_REFUSING = ("lag", "writer", "loop")
BY_PAUSING = frozenset({"lag", "backlog"})
"""What is helped by pausing campaigns: their alerts offer it."""
_REASONS = {
    "disk": "The disk is nearly full.",
    "lag": "Live campaigns have fallen behind the events that come in.",
    "writer": "More waits to be written than the disk keeps up with.",
    "loop": "Clarion has too little processor time.",
    "backlog": "Messages wait to be sent faster than Segment takes them.",
}
_DONE = {
    "disk": (
        "new events are refused with 503; nothing that was accepted is lost.",
        "whoever runs Clarion makes room on it.",
    ),
    "lag": (
        "senders of events are slowed with 429; none that was accepted is lost.",
        "publish less at once, or pause a campaign that few need.",
    ),
    "writer": (
        "senders of events are slowed with 429; none that was accepted is lost.",
        "whoever runs Clarion looks at what else uses the disk.",
    ),
    "loop": (
        "senders of events are slowed with 429; none that was accepted is lost.",
        "whoever runs Clarion looks at what else runs on the machine.",
    ),
    "backlog": (
        "scheduled runs draw nobody new until it is less; live campaigns go on.",
        "see whether Segment answers, or pause what can wait.",
    ),
}
"""What was done about each, and what is to do."""
_OVER = {
    "disk": "the disk has room again, and events are taken.",
    "lag": "live campaigns have caught up, and events are taken.",
    "writer": "the disk keeps up, and events are taken.",
    "loop": "there is processor time again, and events are taken.",
    "backlog": "delivery keeps up, and runs draw again.",
}


def told(name: Name) -> tuple[str, str, str]:
    """Return what happened, what was done about it and what is to do."""
    done, to_do = _DONE[name]
    return _REASONS[name], done, to_do
