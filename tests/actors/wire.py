"""What stands in for the world: the wire to Segment, and a disk that fills up on demand."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
import trio
from msgspec import Struct

from actors.segment import Accepted, Outcome, Packed
from store.database import Database
from store.errors import CommitFailed

T = TypeVar("T")


def whose(message: dict[str, Any]) -> str:
    """Return for whom a message is, as we call them: by the one id that it has."""
    (user,) = [
        f"{before}{message[name]}"
        for name, before in (("userId", ""), ("anonymousId", "anon:"))
        if name in message
    ]
    return user


class Posted(Struct, frozen=True):
    """One request as it left: when, in Trio's seconds, and its messages."""

    at: float
    messages: tuple[dict[str, Any], ...]

    @property
    def ids(self) -> list[str]:
        return [message["messageId"] for message in self.messages]

    @property
    def users(self) -> list[str]:
        return [whose(message) for message in self.messages]


@dataclass
class Wire:
    """Stands in for `Segment.send`: it answers as it is told, after some time."""

    answer: Callable[[Posted], Outcome] = lambda _posted: Accepted()
    seconds: float = 0.05
    requests: list[Posted] = field(default_factory=list)
    accepted: list[dict[str, Any]] = field(default_factory=list)
    arrived: trio.Event = field(default_factory=trio.Event)

    async def pack(self, events: Sequence[bytes]) -> Packed:
        await trio.lowlevel.checkpoint()
        return Packed(b"[" + b",".join(events) + b"]", {})

    async def send(self, packed: Packed) -> Outcome:
        events = msgspec.json.decode(packed.body)
        posted = Posted(trio.current_time(), tuple(events))
        self.requests.append(posted)
        self.arrived.set()
        self.arrived = trio.Event()
        await trio.sleep(self.seconds)
        outcome = self.answer(posted)
        if isinstance(outcome, Accepted):
            self.accepted += posted.messages
        return outcome

    @property
    def users(self) -> list[str]:
        return [whose(message) for message in self.accepted]

    def twice(self) -> list[str]:
        """Return the ids that were accepted more than once."""
        times = Counter(message["messageId"] for message in self.accepted)
        return [one for one, n in times.items() if n > 1]


class Writing:
    """Stands before the store's writer: it can be told that the disk is full."""

    def __init__(self, store: Database) -> None:
        self._write = store.write
        self.full = False
        store.write = self.write  # type: ignore[method-assign]  # a disk cannot be filled on demand

    async def write(self, job: Callable[[sqlite3.Connection], T], *, urgent: bool = False) -> T:
        if self.full:
            await trio.lowlevel.checkpoint()
            raise CommitFailed(sqlite3.OperationalError("database or disk is full"))
        return await self._write(job, urgent=urgent)
