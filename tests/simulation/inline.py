"""SQLite for a simulated daemon: the real files, but a job runs in place, without a thread.

The settings are the product's own, except that nothing is flushed: a crash is a copy of the
files, and the copy sees what was written. `Machine` is what the daemon runs on: it hears of each
commit, delays work, stops for a while, and dies.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import trio

from store import connection as real
from store.connection import Connected, Opener
from store.hold import Hold

T = TypeVar("T")


class Died(BaseException):
    """The process is dead: whatever still runs of it goes no further."""


class Machine(Protocol):
    """What the daemon runs on."""

    async def pass_gate(self) -> None:
        """Wait for a slow disk, and while the process is stopped; raise `Died` once it is dead."""
        ...

    def committed(self) -> None:
        """Hear that a transaction is on disk."""
        ...

    def thread_seconds(self) -> float:
        """Say how long work that is given to another thread waits for it."""
        ...


class _Watched(sqlite3.Connection):
    """A connection that tells of each commit."""

    machine: Machine

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        cursor = super().execute(sql, parameters)
        if sql == "COMMIT":
            self.machine.committed()
        return cursor


class Inline:
    """Runs jobs where they are asked for; one at a time, from beginning to end."""

    def __init__(self, raw: sqlite3.Connection, machine: Machine) -> None:
        self._raw = raw
        self._machine = machine
        self._turn = trio.Lock()

    async def run(self, job: Callable[[sqlite3.Connection], T], *, urgent: bool = False) -> T:
        """Run one job and return its answer or raise its exception."""
        async with self._turn:
            await self._machine.pass_gate()
            try:
                return job(self._raw)
            finally:
                # what has begun ends, whoever is cancelled meanwhile
                with trio.CancelScope(shield=True):
                    await self._machine.pass_gate()


def opening_on(machine: Machine) -> Callable[[], AbstractAsyncContextManager[Opener]]:
    """Return what `open_database` wants as its `opening`."""

    @asynccontextmanager
    async def opened(path: Path, *, query_only: bool) -> AsyncIterator[Connected]:
        raw = sqlite3.connect(path, isolation_level=None, factory=_Watched, timeout=0)
        raw.machine = machine
        try:
            (real._prepare_reader if query_only else real._prepare_writer)(raw)
            raw.execute("PRAGMA synchronous = OFF")
            await trio.lowlevel.checkpoint()
            yield Inline(raw, machine)
        finally:
            raw.close()

    @asynccontextmanager
    async def opening() -> AsyncIterator[Opener]:
        await trio.lowlevel.checkpoint()
        yield opened

    return opening


class InlineHold(Hold):
    """The way to a worker thread that leads to none."""

    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self._machine = machine

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do the work in place, once a thread would have been free."""
        await trio.lowlevel.checkpoint()
        if seconds := self._machine.thread_seconds():
            await trio.sleep(seconds)
        answer = work()
        await trio.lowlevel.cancel_shielded_checkpoint()
        return answer
