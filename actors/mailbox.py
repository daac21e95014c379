"""A campaign's mailbox: it never grows, because what says the same is one letter."""

from typing import TypeAlias

import trio
from msgspec import Struct


class NewEvents(Struct, frozen=True):
    """The log has events of yours up to this place."""

    upto: int


class Look(Struct, frozen=True):
    """Your row, or your outbox, is not what it was: look at it."""


class Stop(Struct, frozen=True):
    """Leave your loop."""


Mail: TypeAlias = NewEvents | Look | Stop


class Mailbox:
    """At most one letter of each kind waits; newer events replace older ones."""

    def __init__(self) -> None:
        self._upto = 0
        self._look = False
        self._stop = False
        self._arrived = trio.Event()

    def post(self, mail: Mail) -> None:
        """Leave a letter; never blocks."""
        match mail:
            case NewEvents(upto=upto):
                self._upto = max(self._upto, upto)
            case Look():
                self._look = True
            case Stop():
                self._stop = True
        self._arrived.set()

    @property
    def waiting(self) -> bool:
        """Whether a letter waits that nobody has read."""
        return self._look or self._stop or self._upto > 0

    async def next(self, *, wait_seconds_max: float = float("inf")) -> Mail | None:
        """Return the next letter (`Stop` first), or None when none came in time."""
        with trio.move_on_after(wait_seconds_max):
            await self._arrived.wait()
        await trio.lowlevel.checkpoint()
        if self._stop:
            return Stop()
        mail: Mail | None = None
        if self._look:
            self._look, mail = False, Look()
        elif self._upto:
            self._upto, mail = 0, NewEvents(self._upto)
        if not self.waiting:
            self._arrived = trio.Event()
        return mail
