"""One SQLite connection, as Trio sees it: a whole transaction for one hop to its thread.

The only importer of aiosqlite. Its thread runs each job from beginning to end: statements of two
tasks never interleave, and a hundred statements cost one hop instead of a hundred.
"""

import asyncio
import errno
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import aiosqlite
import trio

from store.annex import Annex, open_annex
from store.errors import StoreClosed
from store.hold import Hold

T = TypeVar("T")

BUSY_WAIT_SECONDS = 5.0  # how long a lock of another program (a backup, a shell) is waited for
CHECKPOINT_PAGES = 4_000  # about 16 MB of log, then the writer copies it back (passively)
LOG_BYTES_KEPT_MAX = 64 * 2**20  # a log that a long read made larger is cut back to this
STATEMENTS_CACHED_MAX = 512
INTERRUPT_EVERY_SECONDS = 0.01


class Connected(Protocol):
    """A connection as its users see it: it runs one job at a time, from beginning to end."""

    async def run(self, job: Callable[[sqlite3.Connection], T], *, urgent: bool = False) -> T:
        """Run one job and return its answer or raise its exception. See `Connection.run`."""
        ...


class Opener(Protocol):
    """Opens the database at `path` for as long as the context lasts."""

    def __call__(self, path: Path, *, query_only: bool) -> AbstractAsyncContextManager[Connected]:
        """Return the context of one connection."""
        ...


@asynccontextmanager
async def in_annex(hold: Hold | None = None) -> AsyncIterator[Opener]:
    """Offer connections whose work is done in threads beside Trio: the way of the daemon."""
    async with open_annex(hold=hold) as annex:

        def opener(path: Path, *, query_only: bool) -> AbstractAsyncContextManager[Connected]:
            return open_connection(path, annex=annex, query_only=query_only)

        yield opener


@asynccontextmanager
async def open_connection(
    path: Path, *, annex: Annex, query_only: bool
) -> AsyncIterator["Connection"]:
    """Open the database at `path`, which must exist: its owner and mode are the caller's choice.

    The writer (`query_only=False`) sets WAL mode and owns the checkpoints: two connections that
    checkpoint can damage the log in SQLite 3.40.1 and its neighbours. Open readers after it and
    close them first. Closing is shielded: an open connection would hang the process at its exit.
    """
    with trio.CancelScope(shield=True):
        raw = await annex.call(_open, path, query_only)
    connection = Connection(raw, annex, interruptible=query_only)
    try:
        yield connection
    finally:
        with trio.CancelScope(shield=True):
            await connection.close()


class Connection:
    """Runs jobs, plain functions of the `sqlite3.Connection`, one at a time in its thread."""

    def __init__(self, raw: aiosqlite.Connection, annex: Annex, *, interruptible: bool) -> None:
        self._raw = raw
        self._annex = annex
        self._interruptible = interruptible
        self._turn = trio.Lock()
        self._next = trio.Lock()  # of those who are not urgent, one at a time asks for a turn
        self._open = True

    async def run(self, job: Callable[[sqlite3.Connection], T], *, urgent: bool = False) -> T:
        """Run one job in one hop and return its answer or raise its exception.

        An urgent one overtakes the others that wait, but for the next of them: a person waits for
        its answer, while a thousand campaigns read their pages.

        No transaction is begun for it: statements commit one by one unless the job says BEGIN.
        If the caller is cancelled, a query-only job is interrupted and any other finishes and
        answers; either way the thread is free again when this returns.
        """
        hop = _Hop(job)
        if urgent:
            await self._carry(hop)
        else:
            async with self._next:
                await self._carry(hop)
        return hop.answer()

    async def _carry(self, hop: "_Hop[T]") -> None:
        async with self._turn:
            if not self._open:
                raise StoreClosed
            await self._annex.call(_carry, self._raw, hop, self._interruptible)

    async def close(self) -> None:
        """Wait for the job that runs, then close; the writer first empties the log."""
        async with self._turn:
            self._open = False
            await self._annex.call(_close, self._raw, not self._interruptible)


class _Hop(Generic[T]):
    """One job on its way through the connection's thread, and its outcome on the way back."""

    def __init__(self, job: Callable[[sqlite3.Connection], T]) -> None:
        self._job = job
        self._answers: list[T] = []
        self.error: BaseException | None = None

    def run(self, connection: sqlite3.Connection) -> None:
        """Run the job. Its exception is kept: a future would not take a StopIteration."""
        try:
            self._answers.append(self._job(connection))
        except BaseException as error:  # noqa: BLE001 - raised again at the caller, in Trio
            self.error = error

    def answer(self) -> T:
        """Return what the job returned, or raise what it raised."""
        if self.error is not None:
            raise self.error
        return self._answers.pop()

    def was_interrupted(self) -> bool:
        """Whether the job ended because SQLite was told to stop."""
        return (
            isinstance(self.error, sqlite3.OperationalError)
            and self.error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT
        )

    def fetchall(self) -> list[Any]:
        """Stand in for the cursor that aiosqlite asks for rows."""
        return []


class _HopConnection(sqlite3.Connection):
    """A connection whose `execute` also takes a hop: the door through aiosqlite's public API."""

    def execute(self, sql: Any, parameters: Any = (), /) -> Any:
        if isinstance(sql, _Hop):
            sql.run(self)
            return sql
        return super().execute(sql, parameters)


async def _carry(raw: aiosqlite.Connection, hop: _Hop[Any], interruptible: bool) -> None:
    """Run the hop in aiosqlite's thread; when cancelled, end it first and then say so."""
    sql: Any = hop
    running = asyncio.ensure_future(raw.execute_fetchall(sql))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            if interruptible:  # again and again: the job may have been between two statements
                await raw.interrupt()
            await asyncio.wait([running], timeout=INTERRUPT_EVERY_SECONDS)
        running.result()
        if hop.was_interrupted():
            raise


async def _open(path: Path, query_only: bool) -> aiosqlite.Connection:
    _look_at(path)
    raw = await aiosqlite.connect(
        path,
        timeout=BUSY_WAIT_SECONDS,
        isolation_level=None,
        cached_statements=STATEMENTS_CACHED_MAX,
        factory=_HopConnection,
    )
    setup = _Hop(_prepare_reader if query_only else _prepare_writer)
    try:
        await _carry(raw, setup, interruptible=False)
        setup.answer()
    except BaseException:
        await raw.close()
        raise
    return raw


def _look_at(path: Path) -> None:
    """Raise a clear OSError for a file that cannot be used, before aiosqlite has a thread.

    The file is not opened for it: whoever closes any descriptor of a file drops every POSIX lock
    that the process has on it, SQLite's too. The next program to look into the database would
    take the daemon for dead, and remove the log that it writes to.
    """
    if stat.S_ISDIR(path.stat().st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not os.access(path, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


async def _close(raw: aiosqlite.Connection, empty_log: bool) -> None:
    try:
        if empty_log:
            # what cannot be copied back now is safe in the log, and is found at the next start
            with suppress(sqlite3.Error):
                await raw.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        await raw.close()


def prepare(connection: sqlite3.Connection, *, query_only: bool) -> None:
    """Set a fresh connection up as a reader, or as the one writer."""
    (_prepare_reader if query_only else _prepare_writer)(connection)


def _prepare_writer(connection: sqlite3.Connection) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise sqlite3.NotSupportedError(
            f"the database stays in journal mode {mode!r}, but needs 'wal': "
            "put the data folder on a local disk"
        )
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES:d}")
    connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES_KEPT_MAX:d}")
    connection.execute("PRAGMA secure_delete = ON")  # what an erasure removes is overwritten
    _prepare(connection)


def _prepare_reader(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    _prepare(connection)
    connection.execute("PRAGMA query_only = ON")


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
