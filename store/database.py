"""The database of one data folder: its lock, its schema, its one writer and its reader."""

import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar

import trio

from store.connection import Connected, Opener, in_annex
from store.errors import Fenced, FolderInUse
from store.hold import Hold
from store.upgrade import Migration, read_meta, take_epoch, upgrade
from store.writer import Writer

T = TypeVar("T")

DATABASE_NAME = "clarion.db"
LOCK_NAME = "clarion.lock"
PID_BYTES_MAX = 20


@asynccontextmanager
async def open_database(
    folder: Path,
    migrations: Sequence[Migration],
    *,
    hold: Hold | None = None,
    opening: Callable[[], AbstractAsyncContextManager[Opener]] | None = None,
) -> AsyncIterator["Database"]:
    """Own `folder` (made if missing, for its owner only) until the body ends.

    `opening` is where connections come from: None for `in_annex`.

    Raises `FolderInUse`, `SchemaTooNew`, `MigrationFailed`, or an OSError with the path. If another
    daemon takes the database over all the same, the body is cancelled and `Fenced` is raised.
    At the end, also after an error or a cancellation, what was written is committed first.
    """
    path = folder / DATABASE_NAME
    with _locked(folder):
        _create(path)
        async with (
            in_annex(hold) if opening is None else opening() as opener,
            opener(path, query_only=False) as writing,
        ):
            await writing.run(lambda connection: upgrade(connection, path, migrations))
            epoch = await writing.run(take_epoch)
            _flush_folder(folder)
            async with opener(path, query_only=True) as reading:
                writer = Writer(writing, fence=lambda connection: _check(connection, epoch))
                async with _running(writer):
                    yield Database(path, writer, reading, epoch)


class Database:
    """Where everyone writes and reads; a job is a plain function of the `sqlite3.Connection`."""

    def __init__(self, path: Path, writer: Writer, reading: Connected, epoch: int) -> None:
        self.path = path
        self.epoch = epoch
        self._writer = writer
        self._reading = reading

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run an idempotent job; its answer comes once it is on disk. See `Writer.write`."""
        return await self._writer.write(job)

    @property
    def jobs_waiting(self) -> int:
        """How many jobs wait to be written."""
        return self._writer.jobs_waiting

    async def read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job that only reads, on one snapshot of what is committed; one read at a time.

        A cancelled read is interrupted. A job that writes gets an `sqlite3.OperationalError`.
        """
        return await self._reading.run(lambda connection: _on_snapshot(connection, job))


def _on_snapshot(connection: sqlite3.Connection, job: Callable[[sqlite3.Connection], T]) -> T:
    if connection.in_transaction:  # an interrupt can hit the very ROLLBACK of the read before
        connection.execute("ROLLBACK")
    connection.execute("BEGIN")
    try:
        return job(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _check(connection: sqlite3.Connection, ours: int) -> None:
    theirs = read_meta(connection, "epoch")
    if theirs != ours:
        raise Fenced(ours=ours, theirs=theirs)


@asynccontextmanager
async def _running(writer: Writer) -> AsyncIterator[None]:
    """Run the writer beside the body and let it finish what waits.

    It is shielded, so that whoever cleans up after a cancellation can still write. The nursery is
    an inner matter: a lone exception leaves without the group that a nursery puts around it.
    """

    async def run(*, task_status: trio.TaskStatus[None]) -> None:
        with trio.CancelScope(shield=True):
            await writer.run(task_status=task_status)

    failed: BaseExceptionGroup[BaseException] | None = None
    try:
        async with trio.open_nursery() as nursery:
            await nursery.start(run)
            try:
                yield
            finally:
                writer.close()
    except BaseExceptionGroup as group:
        failed = group
    if failed is not None:
        raise _alone(failed)


def _alone(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Take the nursery's group off; of the writer's and a caller's `Fenced` one is enough."""
    fenced, others = group.split(Fenced)
    if fenced is not None and others is None:
        error: BaseException = fenced
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        return error
    return group.exceptions[0] if len(group.exceptions) == 1 else group


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the kernel lets go of it when the process dies."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / LOCK_NAME
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, PID_BYTES_MAX).decode(errors="replace").strip()
            raise FolderInUse(path, holder or "unknown") from None
        os.truncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(lock)


def _create(path: Path) -> None:
    """Make the file before SQLite would, for its owner only; SQLite's other files follow it."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _flush_folder(folder: Path) -> None:
    """Put the names of new files on disk too: SQLite does so for its log, not for its database."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
