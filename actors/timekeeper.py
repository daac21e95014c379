"""The actor that watches the clock: it tells people of a leap, and lets one of them end it.

The clock itself notices a leap whenever anybody asks it. Here is what takes a disk and people: the
marks that outlive a crash, the alert, told once, and the word of a person that the wall clock is
right, in the audit before it has an effect. And here alone the wall clock is looked at again and
again: whoever sleeps towards a date is woken when time has not passed as Trio's clock says.
"""

import logging
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import trio
from msgspec.structs import replace

from actors.clock import GuardedClock
from actors.mail import AcceptClock, Answer, Done, Refused, ShowClock
from actors.rules import person
from domain.leap import TOLERANCE_MS, Leap
from store import marks
from store.database import Database
from store.errors import StoreError
from store.fault_points import reach

LOOK_EVERY_SECONDS = 30.0
SHIFT_SECONDS = 0.5
"""By so much the time may differ from what those thought who sleep towards a date."""
HIGH_WATER_EVERY_MS = 60_000
HIGH_WATER_IDLE_EVERY_MS = 900_000
"""While nothing else is committed: then nothing is dated either."""

_RIGHT = "The clock is right: it says {now}, and nothing is held."
_NOT_HELD = Refused(
    what="The clock is not held: there is nothing to accept.",
    fix="`clarion clock show` says how it stands.",
)
_ANOTHER = Refused(
    what="This alert is about an earlier leap of the clock.",
    fix="Look at the latest alert, or at `clarion clock show`, and decide about that one.",
)
_log = logging.getLogger(__name__)
UNSURE = Refused(
    what="The machine's clock has leapt, so nobody knows whether this campaign's time has come.",
    fix="Settle that first: the alert in the alerts channel and `clarion clock show` say how.",
)


class Timekeeper:
    """Watches one guarded clock; `noted` is the leap that the database knows of."""

    def __init__(
        self,
        store: Database,
        clock: GuardedClock,
        *,
        noted: Leap | None,
        audit_key: bytes,
        announce: Callable[[], None],
        rouse: Callable[[], None],
        look_every_seconds: float = LOOK_EVERY_SECONDS,
    ) -> None:
        self._every = look_every_seconds
        self._store = store
        self._clock = clock
        self._noted = noted
        self._key = audit_key
        self._announce = announce
        self._rouse = rouse
        self._written_ms: int | None = None
        self._commits = 0  # when the high-water mark was written last
        self._lag = 0.0  # of Trio's clock, in seconds, when everyone looked last
        self._turn = trio.Lock()

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Watch until cancelled; at the end write down how far time has come."""
        self._lag = self._lag_now()
        await self._look()
        task_status.started()
        try:
            while True:
                await trio.sleep(self._every)
                await self._look()
                if abs(self._lag_now() - self._lag) > SHIFT_SECONDS:
                    self._wake_all()
        finally:
            with trio.CancelScope(shield=True):
                self._written_ms = None
                await self._look()

    async def _look(self) -> None:
        """Write down what has changed; a disk that is full is tried again at the next look."""
        try:
            async with self._turn:
                await self._note(self._clock.leap)
        except StoreError as error:
            _log.warning("the clock's marks are not written yet: %s", error)

    async def _note(self, leap: Leap | None) -> None:
        now = self._clock.now_ms()
        if leap is None:
            if self._noted is not None:
                await self._came_back(now)
            if self._is_mark_old(now):
                await self._store.write(partial(marks.raise_high_water, now_ms=now))
                self._written_ms, self._commits = now, self._store.commits
                reach("clock.high_water_written")
            return
        known = self._noted
        if known is None or known.since_ms != leap.since_ms:
            told = _leapt(leap, now)
            _log.error("%s", told)
            await self._store.write(partial(marks.note_leap, leap=leap, tell=told, now_ms=now))
            reach("clock.leap_noted")
            self._announce()
        elif abs(known.by_ms - leap.by_ms) > TOLERANCE_MS:  # it leapt again while it was held
            await self._store.write(partial(marks.note_leap, leap=leap, now_ms=now))
        self._noted = leap

    def _is_mark_old(self, now_ms: int) -> bool:
        if self._written_ms is None:
            return True
        idle = self._store.commits == self._commits
        every = HIGH_WATER_IDLE_EVERY_MS if idle else HIGH_WATER_EVERY_MS
        return now_ms - self._written_ms >= every

    def _lag_now(self) -> float:
        return self._clock.now_ms() / 1000 - trio.current_time()

    def _wake_all(self) -> None:
        self._lag = self._lag_now()
        self._rouse()

    async def _came_back(self, now_ms: int) -> None:
        told = (
            f"The machine's clock is right again ({_date(now_ms)}). Clarion sends again; what fell"
            " due meanwhile goes now, or is missed by the usual rule."
        )
        _log.warning("%s", told)
        await self._store.write(partial(marks.clear_leap, tell=told, now_ms=now_ms))
        self._noted = None
        self._announce()

    async def answer(self, request: ShowClock | AcceptClock) -> Answer:
        """Answer who asks about the clock."""
        if isinstance(request, ShowClock):
            return self.show()
        who = person(request.by)
        return who if isinstance(who, Refused) else await self.accept(replace(request, by=who))

    @property
    def leap(self) -> str:
        """The id of the leap that holds the clock, as `AcceptClock` names it; "": none does."""
        leap = self._clock.leap
        return "" if leap is None else str(leap.since_ms)

    def show(self) -> Done:
        """Say how the clock stands."""
        leap, now = self._clock.leap, self._clock.now_ms()
        return Done(message=_RIGHT.format(now=_date(now)) if leap is None else _leapt(leap, now))

    async def accept(self, request: AcceptClock) -> Answer:
        """Believe the wall clock because a person does. Audited, then in force."""
        async with self._turn:
            leap = self._clock.leap
            if leap is None:
                return _NOT_HELD
            if request.leap and request.leap != str(leap.since_ms):
                return _ANOTHER
            now = self._clock.now_ms()
            detail = f"{_off(leap)}: {_date(now)} became {_date(now + leap.by_ms)}"
            told = (
                f"@{request.by} says that the machine's clock is right: it is"
                f" {_date(now + leap.by_ms)}. Clarion sends again."
            )

            def accept(conn: sqlite3.Connection) -> None:
                marks.accept(
                    conn,
                    by=request.by,
                    wall_ms=now + leap.by_ms,
                    now_ms=now,
                    detail=detail,
                    tell=told,
                    key=self._key,
                )

            await self._store.write(accept)
            reach("clock.accept_committed")
            self._clock.believe()
            self._noted, self._written_ms = None, None
            self._wake_all()
        _log.warning("%s", told)
        self._announce()
        return Done(message=f"The clock is believed: it is {_date(self._clock.now_ms())}.")


def _leapt(leap: Leap, now_ms: int) -> str:
    """Say what happened, what was done and what to do."""
    return (
        f"The machine's clock is {_off(leap)}: it says {_date(now_ms + leap.by_ms)}, and by the"
        f" time that has passed it should be {_date(now_ms)}. Until this is settled Clarion sends"
        " nothing, and nothing starts, is missed or expires; events are still taken. If the"
        " machine's clock is wrong, set it right: Clarion goes on by itself. If it is right, say"
        " so with the button or with `clarion clock accept --as YOUR_ID`."
    )


def _off(leap: Leap) -> str:
    by = timedelta(seconds=abs(leap.by_ms) // 1000)
    return f"{by} {'ahead' if leap.by_ms > 0 else 'behind'}"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATES_END_MS = 250_000_000_000_000


def _date(ms: int) -> str:
    """Write a moment; a clock that is off may show years that no calendar has."""
    if not 0 <= ms < _DATES_END_MS:
        return f"{ms} ms after 1970"
    return f"{_EPOCH + timedelta(milliseconds=ms):%Y-%m-%d %H:%M:%S} UTC"
