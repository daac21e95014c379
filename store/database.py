"""The database of one data folder: its lock, its schema, its one writer and its reader."""

import errno
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from pathlib import Path
from typing import TypeVar

import trio

from store import compacting, damage
from store.connection import Connected, Opener, in_annex
from store.disk import Disk, is_no_room
from store.errors import (
    CommitFailed,
    Damaged,
    Fenced,
    FolderInUse,
    NoRoom,
    NotWritable,
    StoreError,
)
from store.hold import Hold
from store.opening import LOOK_EVERY_SECONDS, Terms, must_exist, start
from store.safe_file import flush_folder
from store.upgrade import Migration, read_meta
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
    terms: Terms | None = None,
) -> AsyncIterator["Database"]:
    """Own `folder` (made if missing, for its owner only) until the body ends.

    `opening` is where connections come from: None for `in_annex`. `terms` are a daemon's: who
    brings none (a test of the store's core) asks neither for the lineage nor for the disk.

    Raises `FolderInUse`, `NotAdopted`, `Damaged`, `NotWritable`, `SchemaTooNew`, `MigrationFailed`,
    or an OSError with the path. If another daemon takes the database over all the same, or the
    disk breaks, the body is cancelled and `Fenced` or `Damaged` is raised. At the end, also after
    an error or a cancellation, what was written is committed first.
    """
    path = folder / DATABASE_NAME
    with locked(folder):
        must_exist(path, terms)
        async with AsyncExitStack() as stack:
            with _clearly(path):
                _create(path)
                if terms is not None:
                    _make_room(terms)
                opener = await stack.enter_async_context(
                    in_annex(hold) if opening is None else opening()
                )
                writing = await stack.enter_async_context(opener(path, query_only=False))
                epoch = await writing.run(lambda conn: start(conn, path, migrations, terms))
                flush_folder(folder)
                reading = await stack.enter_async_context(opener(path, query_only=True))
                at_length = await stack.enter_async_context(opener(path, query_only=True))
            writer = Writer(
                writing,
                fence=lambda connection: _check(connection, epoch),
                seal=None if terms is None else terms.tombstones.seal,
                disk=None if terms is None else terms.disk,
            )
            database = Database(path, writer, (reading, at_length), epoch, opener, writing)
            database.look_every_seconds = terms.look_every_seconds if terms else LOOK_EVERY_SECONDS
            async with _running(writer, database):
                yield database


class Database:
    """Where everyone writes and reads; a job is a plain function of the `sqlite3.Connection`."""

    def __init__(
        self,
        path: Path,
        writer: Writer,
        reading: tuple[Connected, Connected],
        epoch: int,
        opener: Opener,
        writing: Connected,
    ) -> None:
        self.path = path
        self.epoch = epoch
        self._writer = writer
        self._reading, self._at_length = reading
        self._opener = opener
        self._writing = writing
        self.look_every_seconds = LOOK_EVERY_SECONDS

    async def write(self, job: Callable[[sqlite3.Connection], T], *, urgent: bool = False) -> T:
        """Run an idempotent job; its answer comes once it is on disk. See `Writer.write`."""
        return await self._writer.write(job, urgent=urgent)

    @property
    def commits(self) -> int:
        """How many transactions were committed so far."""
        return self._writer.commits

    @property
    def jobs_waiting(self) -> int:
        """How many jobs wait to be written."""
        return self._writer.jobs_waiting

    async def read(self, job: Callable[[sqlite3.Connection], T], *, urgent: bool = False) -> T:
        """Run a job that only reads, on one snapshot of what is committed; one read at a time.

        Urgent: before all that wait, but for one; a person waits for the answer.
        A cancelled read is interrupted. A job that writes gets an `sqlite3.OperationalError`.
        A read that finds the file damaged stops the daemon, and raises `Damaged`.
        """
        return await self._read(self._reading, job, urgent=urgent)

    async def read_long(self, job: Callable[[sqlite3.Connection], T], *, urgent: bool = False) -> T:
        """Run what may read for long, on a connection of its own: other reads go on beside it."""
        return await self._read(self._at_length, job, urgent=urgent)

    async def _read(
        self, reading: Connected, job: Callable[[sqlite3.Connection], T], *, urgent: bool = False
    ) -> T:
        try:
            return await reading.run(
                lambda connection: _on_snapshot(connection, job), urgent=urgent
            )
        except sqlite3.Error as error:
            if damage.code_of(error) not in damage.BROKEN:
                raise
            damaged = Damaged(error, self.path)
            self._writer.abandon(damaged)
            raise damaged from error

    async def watch(self) -> None:
        """Look now and then whether the folder is still ours; stop the writer once it is not."""
        while True:
            await trio.sleep(self.look_every_seconds)
            try:
                await self.read(lambda connection: _check(connection, self.epoch))
            except Fenced as fenced:
                self._writer.abandon(fenced)
                return
            except (StoreError, sqlite3.Error):
                continue  # whoever asks for something hears of it

    @asynccontextmanager
    async def another_reader(self) -> AsyncIterator[Connected]:
        """Open one more connection that only reads, for a job that takes long: a backup."""
        async with self._opener(self.path, query_only=True) as reading:
            yield reading

    async def empty_log(self) -> bool:
        """Copy SQLite's log into the database and cut it, between two commits; tell if it was.

        What was overwritten stands in it until then. False: a reader needs it, or room is lacking.
        """
        return await self._writing.run(compacting.cut_log)


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
async def _running(writer: Writer, database: Database) -> AsyncIterator[None]:
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
            watching = trio.CancelScope()
            nursery.start_soon(_watch, database, watching)
            try:
                yield
            finally:
                watching.cancel()
                writer.close()
    except BaseExceptionGroup as group:
        failed = group
    if failed is not None:
        raise _alone(failed)


async def _watch(database: Database, scope: trio.CancelScope) -> None:
    with scope:
        await database.watch()


def _alone(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Take the nursery's group off; of the writer's and its callers' last news one is enough."""
    fenced, others = group.split((Fenced, Damaged))
    if fenced is not None and others is None:
        error: BaseException = fenced
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        return error
    return group.exceptions[0] if len(group.exceptions) == 1 else group


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the kernel lets go of it when the process dies."""
    path = folder / LOCK_NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno not in _NOT_WRITABLE:
            raise
        raise NotWritable(folder, os.strerror(error.errno)) from None
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


def _make_room(terms: Terms) -> None:
    """Have the ballast in place; on a full disk give it up, so that the start itself can commit."""
    if terms.disk.state() == "full":
        terms.disk.give_up()
    else:
        terms.disk.keep_ballast()


@contextmanager
def _clearly(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say at the start into what an operator can act on."""
    try:
        yield
    except StoreError:
        raise
    except sqlite3.Error as error:
        if damage.code_of(error) == sqlite3.SQLITE_READONLY:
            raise NotWritable(path, str(error)) from error
        if damage.is_full(error, Disk(path.parent)):
            raise NoRoom(path.parent) from error
        raise (Damaged(error, path) if damage.is_final(error) else CommitFailed(error)) from error
    except OSError as error:
        if error.errno in _NOT_WRITABLE:
            raise NotWritable(path, os.strerror(error.errno or 0)) from error
        if is_no_room(error):
            raise NoRoom(path.parent) from error
        raise


_NOT_WRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
