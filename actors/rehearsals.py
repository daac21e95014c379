"""Rehearsals for whoever asks the desk: one at a time, each in a process of its own.

What a person waits for goes first: what is rehearsed beforehand, for a review, gives way to it.
"""

import trio
from msgspec import Struct

from actors.context import Context
from actors.mail import Done, Refused
from actors.mail_rehearsal import DAYS_MAX, Progress, Rehearse, Rehearsed, ShowRehearsing
from domain.periods import DAY_MS
from domain.zones import local_wall

BUSY = Refused(what="Another rehearsal is under way.", fix="Try it again in a minute or two.")
WHOLE_PERCENT = 100


class Stands(Struct, frozen=True):
    """How far a rehearsal is: in per cent of its events, and in days of the past."""

    percent: int
    days_done: int
    days: int


class Rehearsals:
    """Starts them, and knows how far the one is that is under way."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._turn = trio.Lock()
        self._progress: Progress | None = None
        self._gives_way: trio.CancelScope | None = None
        self._before: tuple[Rehearse, int] | None = None  # what nobody waits for, and since when

    @property
    def percent(self) -> int:
        """How much of the one that is under way has been played."""
        now = self._progress
        return WHOLE_PERCENT * now.done // max(now.of, 1) if now else 0

    async def answer(self, request: Rehearse | ShowRehearsing) -> Rehearsed | Refused | Done:
        """Rehearse, which takes a processor for itself, or say how far it is."""
        if isinstance(request, ShowRehearsing):
            return self._stands()
        rehearse = self._context.rehearse
        if rehearse is None:
            return Refused(what="Nobody can rehearse here.", fix="Ask the running daemon.")
        if not 1 <= request.days <= DAYS_MAX:
            return Refused(
                what=f"{request.days} days are not possible.", fix=f"Choose 1 to {DAYS_MAX}."
            )
        if self._gives_way is not None:
            self._gives_way.cancel()
            self._gives_way = None
        elif self._turn.locked():
            return BUSY
        async with self._turn:
            self._progress = None
            return await rehearse(request, self._note)

    async def beforehand(self, request: Rehearse) -> Rehearsed | Refused | None:
        """Rehearse what nobody waits for; None: it gave way to what somebody does."""
        rehearse = self._context.rehearse
        assert rehearse is not None, "nothing is rehearsed beforehand where nobody can"
        async with self._turn:
            self._progress = None
            self._gives_way = scope = trio.CancelScope()
            self._before = (request, self._context.clock.now_ms())
            try:
                with scope:
                    return await rehearse(request, self._note)
            finally:
                self._gives_way = self._before = None
        return None

    def stands(self, campaign: str) -> Stands | None:
        """Say how far the one of a campaign is that nobody waits for; None: it is not its turn."""
        if self._before is None or self._before[0].name != campaign:
            return None
        request, began_ms = self._before
        begin_ms = began_ms - request.days * DAY_MS
        at_ms = begin_ms if self._progress is None else self._progress.at_ms
        done = min(max((at_ms - begin_ms) // DAY_MS, 0), request.days)
        return Stands(self.percent, done, request.days)

    def _note(self, progress: Progress) -> None:
        self._progress = progress

    def _stands(self) -> Done | Refused:
        if not self._turn.locked():
            return Refused(what="No rehearsal is under way.", fix="Begin one.")
        if (now := self._progress) is None:
            return Done(message="The rehearsal begins: what it needs is being copied.")
        at = local_wall(now.at_ms, self._context.zone)
        said = f"{now.done:,} of {now.of:,} events ({self.percent} %)"
        return Done(message=f"Rehearsing {at:%Y-%m-%d}: {said}.")
