"""SQLite and threads in place: for a process that does one thing at a time, in virtual time.

A rehearsal runs the whole engine with it. What works there works in a thread elsewhere: the
connections are set up alike, except that nothing is flushed, because nothing of it is kept.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import trio

from store.connection import Connected, Opener, prepare
from store.hold import Hold

T = TypeVar("T")


class _Inline:
    """Runs jobs where they are asked for, one at a time."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self._turn = trio.Lock()

    async def run(self, job: Callable[[sqlite3.Connection], T], *, urgent: bool = False) -> T:  # noqa: ARG002 - nobody waits long here
        """Run one job and return its answer or raise its exception."""
        async with self._turn:
            return job(self._raw)


@asynccontextmanager
async def _opened(path: Path, *, query_only: bool) -> AsyncIterator[Connected]:
    raw = sqlite3.connect(path, isolation_level=None)
    try:
        prepare(raw, query_only=query_only)
        raw.execute("PRAGMA synchronous = OFF")
        await trio.lowlevel.checkpoint()
        yield _Inline(raw)
    finally:
        raw.close()


@asynccontextmanager
async def opening() -> AsyncIterator[Opener]:
    """Return what `open_database` wants as its `opening`."""
    await trio.lowlevel.checkpoint()
    yield _opened


class InPlace(Hold):
    """The way to a worker thread that leads to none."""

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do the work in place."""
        await trio.lowlevel.checkpoint()
        return work()
