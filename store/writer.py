"""The one writer: every job that waits shares one transaction, one hop and one commit.

There is no timed window. What arrives while a commit runs is the next group, so groups grow with
the load by themselves and a single job never waits for company. What is urgent overtakes.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import trio
from msgspec import Struct

from store import damage, fault_points
from store.connection import Connected
from store.disk import Disk
from store.errors import (
    CommitFailed,
    Damaged,
    DiskFull,
    Fenced,
    StoreClosed,
    StoreError,
    TransactionLost,
)
from store.lanes import Lanes, LanesClosed

T = TypeVar("T")

JOBS_WAITING_MAX = 4_096
JOBS_IN_COMMIT_MAX = 1_024
JOBS_BESIDE_URGENT_MAX = 64
"""How many ordinary jobs may ride with urgent ones: they wait for the whole group's commit."""
ROWS_IN_COMMIT_MAX = 5_000
ROWS_BESIDE_URGENT_MAX = 1_000
"""After so many changed rows a group takes no further ordinary job: whoever is urgent waits for the
whole group, and the requests with events that may wait are half a million rows. Larger groups would
be no faster; these take a few tenths of a second."""


class Writer:
    """Runs jobs for everybody, in order of arrival; the urgent ones before all that wait.

    A job is a plain function of the `sqlite3.Connection`. It must be idempotent, because the
    outcome of a commit can be unknown, and it leaves BEGIN, COMMIT, ROLLBACK and `executescript`
    alone. Each has a SAVEPOINT: its exception undoes only its own work and goes to its caller
    alone. Deferred constraints would speak up at the commit only and harm a whole group, so the
    schema has none.

    `fence` runs first in each transaction and raises `Fenced` once the database is not ours;
    `seal` runs last before each commit, and what it raises fails the commit. On a full disk the
    ballast of `disk` is given up: ordinary jobs hear `DiskFull` at once, urgent ones still commit.
    A disk or a database that is broken ends `run` with `Damaged`.
    """

    def __init__(
        self,
        connection: Connected,
        *,
        fence: Callable[[sqlite3.Connection], None] | None = None,
        seal: Callable[[sqlite3.Connection], None] | None = None,
        disk: Disk | None = None,
    ) -> None:
        self._connection = connection
        self._fence = fence
        self._seal = seal
        self._disk = disk
        self._lanes: Lanes[_Waiting[Any]] = Lanes(JOBS_WAITING_MAX)
        self._stopped_by: StoreError | None = None
        self.commits = 0

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Commit group after group until `close`, and the rest that waits.

        Raises `Fenced` or `Damaged`; everyone who waits hears it, and who comes later.
        """
        task_status.started()
        try:
            while group := await self._lanes.take(
                JOBS_IN_COMMIT_MAX, beside_urgent_max=JOBS_BESIDE_URGENT_MAX
            ):
                await self._commit_group(group)
            if isinstance(self._stopped_by, Damaged | Fenced):
                raise self._stopped_by
        except (Fenced, Damaged) as final:
            self._stopped_by = final
            raise
        finally:
            self._stopped_by = self._stopped_by or StoreClosed()
            self._lanes.close()
            self._refuse_the_rest(self._stopped_by)

    async def write(self, job: Callable[[sqlite3.Connection], T], *, urgent: bool = False) -> T:
        """Run the job and return its answer once it is durable; waits while the queue is full.

        An urgent job waits for no more than the group that is being committed, and is committed
        on a full disk too: a pause, a stop, what Segment has answered.

        Raises the job's own exception, `CommitFailed`, `Fenced`, `Damaged` or `StoreClosed`; the
        job then has no effect, but for `CommitFailed`, whose outcome can be unknown. If the caller
        is cancelled, the job may or may not happen.
        """
        if not urgent and self._disk is not None and self._is_for_urgent_only(self._disk):
            await trio.lowlevel.checkpoint()
            raise DiskFull
        waiting = _Waiting(job, urgent=urgent)
        try:
            await self._lanes.put(waiting, urgent=urgent)
        except LanesClosed:
            raise (self._stopped_by or StoreClosed()).alike() from None
        return await waiting.answer()

    @property
    def jobs_waiting(self) -> int:
        """How many jobs wait for their commit to begin, in the queue and before it."""
        return self._lanes.waiting

    def close(self) -> None:
        """Take no more jobs; `run` commits those that wait and returns."""
        self._lanes.close()

    def abandon(self, final: Damaged | Fenced) -> None:
        """Commit nothing more: a reader found the database broken or taken. `run` raises it."""
        self._stopped_by = self._stopped_by or final
        self._refuse_the_rest(final)
        self._lanes.close()

    def _is_for_urgent_only(self, disk: Disk) -> bool:
        return disk.spent and disk.state() == "full"

    async def _commit_group(self, group: "Sequence[_Waiting[Any]]") -> None:
        """Answer each caller after the commit, never before."""
        failed: StoreError | None = StoreClosed()
        done = _Done()
        try:
            # cancelling does not undo: what has begun is waited for
            with trio.CancelScope(shield=True):
                done = await self._connection.run(lambda conn: self._commit(conn, group))
            self.commits += 1
            failed = None
        except (sqlite3.Error, OSError) as error:
            if damage.is_final(error, self._disk):
                failed = Damaged(error)
                raise failed from error
            failed = CommitFailed(error)
        except Fenced as fenced:
            failed = fenced
            raise
        finally:
            self._lanes.put_back(done.next_time)
            for waiting in group[: len(group) - len(done.next_time)]:
                waiting.hear(DiskFull() if waiting in done.without_room else failed)

    def _commit(self, connection: sqlite3.Connection, group: "Sequence[_Waiting[Any]]") -> "_Done":
        """Do the group in the connection's thread; say who found no room in it, or on the disk."""
        disk = self._disk
        if disk is None:
            return _Done(next_time=self._transact(connection, group))
        if not disk.spent or disk.keep_ballast():
            try:
                return _Done(next_time=self._transact(connection, group))
            except (sqlite3.Error, OSError) as error:
                if not damage.is_full(error, disk):
                    raise
                disk.give_up()
        if urgent := [waiting for waiting in group if waiting.urgent]:
            self._transact(connection, urgent)
        return _Done(without_room=[waiting for waiting in group if not waiting.urgent])

    def _transact(
        self, connection: sqlite3.Connection, group: "Sequence[_Waiting[Any]]"
    ) -> "Sequence[_Waiting[Any]]":
        """Fence, jobs, seal, commit: or nothing of it. Return the last ones, if it grew too long.

        The urgent ones come first in a group, and are all in it.
        """
        connection.execute("BEGIN IMMEDIATE")
        next_time: Sequence[_Waiting[Any]] = ()
        most = ROWS_BESIDE_URGENT_MAX if group[0].urgent else ROWS_IN_COMMIT_MAX
        full = connection.total_changes + most
        try:
            if self._fence is not None:
                self._fence(connection)
            for place, waiting in enumerate(group):
                if connection.total_changes >= full and not waiting.urgent:
                    next_time = group[place:]
                    break
                waiting.run(connection)
            if self._seal is not None:
                self._seal(connection)
            fault_points.reach("writer.before_commit")
            connection.execute("COMMIT")
            fault_points.reach("writer.after_commit")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return next_time

    def _refuse_the_rest(self, reason: StoreError) -> None:
        while others := self._lanes.take_nowait(
            JOBS_IN_COMMIT_MAX, beside_urgent_max=JOBS_IN_COMMIT_MAX
        ):
            for waiting in others:
                waiting.hear(reason)


class _Done(Struct, frozen=True):
    """What became of a group beside its commit: all others are in it."""

    without_room: "Sequence[_Waiting[Any]]" = ()
    next_time: "Sequence[_Waiting[Any]]" = ()


class _Waiting(Generic[T]):
    """A job, its caller who waits, and the answer between them."""

    def __init__(self, job: Callable[[sqlite3.Connection], T], *, urgent: bool) -> None:
        self._job = job
        self._answers: list[T] = []
        self._error: BaseException | None = None
        self._answered = trio.Event()
        self.urgent = urgent

    def run(self, connection: sqlite3.Connection) -> None:
        """Run the job in its SAVEPOINT; raise only what concerns the whole transaction.

        Run again, after a transaction that found no room, it forgets the first time.
        """
        self._answers.clear()
        self._error = None
        connection.execute("SAVEPOINT job")
        try:
            self._answers.append(self._job(connection))
        except BaseException as error:
            if damage.is_machines_fault(error):
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
