"""The one writer: every job that waits shares one transaction, one hop and one commit.

There is no timed window. What arrives while a commit runs is the next group, so groups grow with
the load by themselves and a single job never waits for company.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import trio

from store.connection import Connected
from store.errors import CommitFailed, Fenced, StoreClosed, StoreError, TransactionLost

T = TypeVar("T")

JOBS_WAITING_MAX = 4_096
JOBS_IN_COMMIT_MAX = 1_024
PRIMARY_CODE_BITS = 0xFF  # of SQLite's extended result codes


class Writer:
    """Runs jobs for everybody, in order of arrival.

    A job is a plain function of the `sqlite3.Connection`. It must be idempotent, because the
    outcome of a commit can be unknown, and it leaves BEGIN, COMMIT, ROLLBACK and `executescript`
    alone. Each has a SAVEPOINT: its exception undoes only its own work and goes to its caller
    alone. Deferred constraints would speak up at the commit only and harm a whole group, so the
    schema has none.

    `fence` runs first in each transaction and raises `Fenced` once the database is not ours.
    """

    def __init__(
        self, connection: Connected, *, fence: Callable[[sqlite3.Connection], None] | None = None
    ) -> None:
        self._connection = connection
        self._fence = fence
        self._jobs_in, self._jobs_out = trio.open_memory_channel[_Waiting[Any]](JOBS_WAITING_MAX)
        self._stopped_by: StoreClosed | Fenced | None = None
        self.commits = 0

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Commit group after group until `close`, and the rest that waits; raise if fenced."""
        with self._jobs_out:
            task_status.started()
            try:
                async for first in self._jobs_out:
                    await self._commit_group([first, *self._others_waiting()])
            except Fenced as fenced:
                self._stopped_by = fenced
                raise
            finally:
                self._stopped_by = self._stopped_by or StoreClosed()
                self._refuse_the_rest(self._stopped_by)

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run the job and return its answer once it is durable; waits while the queue is full.

        Raises the job's own exception, `CommitFailed`, `Fenced` or `StoreClosed`; the job then has
        no effect, but for `CommitFailed`, whose outcome can be unknown. If the caller is
        cancelled, the job may or may not happen.
        """
        waiting = _Waiting(job)
        try:
            await self._jobs_in.send(waiting)
        except (trio.ClosedResourceError, trio.BrokenResourceError):
            raise (self._stopped_by or StoreClosed()).alike() from None
        return await waiting.answer()

    @property
    def jobs_waiting(self) -> int:
        """How many jobs wait for their commit to begin, in the queue and before it."""
        found = self._jobs_in.statistics()
        return found.current_buffer_used + found.tasks_waiting_send

    def close(self) -> None:
        """Take no more jobs; `run` commits those that wait and returns."""
        self._jobs_in.close()

    def _others_waiting(self) -> "list[_Waiting[Any]]":
        others: list[_Waiting[Any]] = []
        while len(others) < JOBS_IN_COMMIT_MAX - 1:
            try:
                others.append(self._jobs_out.receive_nowait())
            except (trio.WouldBlock, trio.EndOfChannel):
                break
        return others

    async def _commit_group(self, group: "Sequence[_Waiting[Any]]") -> None:
        """Answer each caller after the commit, never before."""
        failed: StoreError | None = StoreClosed()
        try:
            # cancelling does not undo: what has begun is waited for
            with trio.CancelScope(shield=True):
                await self._connection.run(lambda connection: self._transact(connection, group))
            self.commits += 1
            failed = None
        except sqlite3.Error as error:
            failed = CommitFailed(error)
        except Fenced as fenced:
            failed = fenced
            raise
        finally:
            for waiting in group:
                waiting.hear(failed)

    def _transact(self, connection: sqlite3.Connection, group: "Sequence[_Waiting[Any]]") -> None:
        """Do the whole group in the connection's thread: fence, jobs, commit."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            if self._fence is not None:
                self._fence(connection)
            for waiting in group:
                waiting.run(connection)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _refuse_the_rest(self, reason: StoreClosed | Fenced) -> None:
        while others := self._others_waiting():
            for waiting in others:
                waiting.hear(reason)


class _Waiting(Generic[T]):
    """A job, its caller who waits, and the answer between them."""

    def __init__(self, job: Callable[[sqlite3.Connection], T]) -> None:
        self._job = job
        self._answers: list[T] = []
        self._error: BaseException | None = None
        self._answered = trio.Event()

    def run(self, connection: sqlite3.Connection) -> None:
        """Run the job in its SAVEPOINT; raise only what concerns the whole transaction."""
        connection.execute("SAVEPOINT job")
        try:
            self._answers.append(self._job(connection))
        except BaseException as error:
            if _is_machines_fault(error):
                raise  # not this job's fault; SQLite may have rolled everything back by itself
            if connection.in_transaction:
                connection.execute("ROLLBACK TO job")
            self._error = error
        if not connection.in_transaction:
            reason = "a job ended the transaction that it shares with others"
            raise TransactionLost(reason) from self._error
        connection.execute("RELEASE job")

    def hear(self, failed: StoreError | None) -> None:
        """Let the caller go on: with the job's outcome, or with what befell the whole group."""
        if failed is not None:
            self._error = failed.alike()
        self._answered.set()

    async def answer(self) -> T:
        """Wait; return what the job returned, or raise what went wrong."""
        await self._answered.wait()
        if self._error is not None:
            raise self._error
        return self._answers.pop()


def _is_machines_fault(error: BaseException) -> bool:
    """Whether any job would have met this error: a full disk, a disk that fails."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & PRIMARY_CODE_BITS in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
