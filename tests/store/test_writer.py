import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from store.annex import open_annex
from store.connection import open_connection
from store.disk import BALLAST_NAME, Disk
from store.errors import CommitFailed, Damaged, DiskFull, Fenced, StoreClosed
from store.writer import JOBS_WAITING_MAX, ROWS_IN_COMMIT_MAX, Writer
from tests.store.steps import STEPS

Job = Callable[[sqlite3.Connection], None]


def _note(key: str, connection: sqlite3.Connection) -> str:
    connection.execute("INSERT INTO note (key) VALUES (?) ON CONFLICT DO NOTHING", (key,))
    return key


def _note_then_fail(key: str, connection: sqlite3.Connection) -> None:
    _note(key, connection)
    raise LookupError(key)


def _set_up(connection: sqlite3.Connection) -> None:
    for step in STEPS:
        connection.executescript(step.sql)


@asynccontextmanager
async def _writer(
    folder: Path,
    fence: Callable[[sqlite3.Connection], None] | None = None,
    seal: Callable[[sqlite3.Connection], None] | None = None,
    disk: Disk | None = None,
) -> AsyncIterator[tuple[Writer, trio.Nursery]]:
    """Give a writer that does not run yet, and the nursery to run it in."""
    path = folder / "some.db"
    path.touch()
    async with (
        open_annex() as annex,
        open_connection(path, annex=annex, query_only=False) as connection,
        trio.open_nursery() as nursery,
    ):
        await connection.run(_set_up)
        writer = Writer(connection, fence=fence, seal=seal, disk=disk)
        yield writer, nursery
        writer.close()


def _on_disk(folder: Path) -> list[str]:
    """Read what another connection, such as a later process, would find."""
    connection = sqlite3.connect(folder / "some.db")
    try:
        return [key for (key,) in connection.execute("SELECT key FROM note ORDER BY key")]
    finally:
        connection.close()


class _Callers:
    """Writes jobs side by side and keeps what each caller heard."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.heard: dict[str, object] = {}

    async def write(self, name: str, job: Callable[[sqlite3.Connection], object]) -> None:
        try:
            self.heard[name] = await self._writer.write(job)
        except Exception as error:  # noqa: BLE001 - what was heard is the test's subject
            self.heard[name] = error

    async def group(self, jobs: dict[str, Callable[[sqlite3.Connection], object]]) -> None:
        """Queue all jobs while nobody runs them, so that they make one group."""
        async with trio.open_nursery() as nursery:
            for name, job in jobs.items():
                nursery.start_soon(self.write, name, job)
                await wait_all_tasks_blocked()
            await nursery.start(self._run_once)

    async def _run_once(self, *, task_status: trio.TaskStatus[None]) -> None:
        self._writer.close()
        await self._writer.run(task_status=task_status)


async def test_two_hundred_callers_share_a_commit_or_two(tmp_path: Path) -> None:
    keys = [f"k{number:03}" for number in range(200)]
    async with _writer(tmp_path) as (writer, nursery):
        await nursery.start(writer.run)
        callers = _Callers(writer)
        async with trio.open_nursery() as many:
            for key in keys:
                many.start_soon(callers.write, key, partial(_note, key))
        assert callers.heard == {key: key for key in keys}
        assert writer.commits <= 2
        assert _on_disk(tmp_path) == keys


async def test_an_answer_comes_after_the_commit(tmp_path: Path) -> None:
    async with _writer(tmp_path) as (writer, nursery):
        await nursery.start(writer.run)
        for count in range(1, 4):
            await writer.write(partial(_note, f"k{count}"))
            assert len(_on_disk(tmp_path)) == count


async def test_a_job_that_fails_undoes_its_own_work_only(tmp_path: Path) -> None:
    async with _writer(tmp_path) as (writer, _):
        callers = _Callers(writer)
        await callers.group(
            {
                "a": partial(_note, "a"),
                "b": partial(_note_then_fail, "b"),
                "c": partial(_note, "c"),
            }
        )
        assert (callers.heard["a"], callers.heard["c"]) == ("a", "c")
        assert isinstance(callers.heard["b"], LookupError)
        assert writer.commits == 1
    assert _on_disk(tmp_path) == ["a", "c"]


def _orphan(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO child VALUES (404)")  # deferred: the commit will refuse it


def _roll_everything_back(connection: sqlite3.Connection) -> None:
    _note("twice", connection)
    connection.execute("INSERT OR ROLLBACK INTO note (key) VALUES ('twice')")


def _fill_the_disk(connection: sqlite3.Connection) -> None:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages:d}")
    try:
        connection.execute("INSERT INTO note VALUES ('big', zeroblob(1000000))")
    finally:
        connection.execute("PRAGMA max_page_count = 1000000")


def _end_the_transaction(connection: sqlite3.Connection) -> None:
    connection.execute("ROLLBACK")


def _break_out(connection: sqlite3.Connection) -> None:
    connection.execute("ROLLBACK")
    raise LookupError("and fails, too")


@pytest.mark.parametrize(
    "harm", [_orphan, _roll_everything_back, _fill_the_disk, _end_the_transaction, _break_out]
)
async def test_when_a_commit_fails_the_whole_group_hears_it(tmp_path: Path, harm: Job) -> None:
    async with _writer(tmp_path) as (writer, _):
        callers = _Callers(writer)
        await callers.group({"a": partial(_note, "a"), "b": harm, "c": partial(_note, "c")})
        assert [type(error) for error in callers.heard.values()] == [CommitFailed] * 3
        assert len({id(error) for error in callers.heard.values()}) == 3
        assert writer.commits == 0
    assert _on_disk(tmp_path) == []


async def test_the_writer_goes_on_after_a_failed_commit(tmp_path: Path) -> None:
    async with _writer(tmp_path) as (writer, nursery):
        await nursery.start(writer.run)
        with pytest.raises(CommitFailed, match="FOREIGN KEY") as caught:
            await writer.write(_orphan)
        assert isinstance(caught.value.reason, sqlite3.IntegrityError)
        assert await writer.write(partial(_note, "a")) == "a"
    assert _on_disk(tmp_path) == ["a"]


async def test_a_fenced_writer_stops_before_the_commit_and_everyone_hears_it(
    tmp_path: Path,
) -> None:
    def fence(_: sqlite3.Connection) -> None:
        raise Fenced(ours=1, theirs=2)

    async with _writer(tmp_path, fence) as (writer, _):
        callers = _Callers(writer)
        with pytest.RaisesGroup(Fenced):
            await callers.group({"a": partial(_note, "a"), "b": partial(_note, "b")})
        await callers.write("c", partial(_note, "c"))
        assert [type(error) for error in callers.heard.values()] == [Fenced] * 3
    assert _on_disk(tmp_path) == []


async def test_a_database_locked_by_another_program_is_a_failed_commit(tmp_path: Path) -> None:
    async with _writer(tmp_path) as (writer, nursery):
        await nursery.start(writer.run)
        await writer.write(lambda connection: connection.execute("PRAGMA busy_timeout = 0"))
        other = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CommitFailed, match="locked"):
            await writer.write(partial(_note, "a"))
        other.close()
        assert await writer.write(partial(_note, "b")) == "b"
    assert _on_disk(tmp_path) == ["b"]


async def test_a_cancelled_caller_harms_nobody(tmp_path: Path) -> None:
    begun, tell = trio.Event(), trio.lowlevel.current_trio_token().run_sync_soon
    go_on = threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        tell(begun.set)
        assert go_on.wait(10)
        _note("slow", connection)

    async with _writer(tmp_path) as (writer, nursery):
        await nursery.start(writer.run)
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as callers:
                callers.start_soon(writer.write, slow)
                await begun.wait()
                scope.cancel()
        assert scope.cancelled_caught
        go_on.set()
        assert await writer.write(partial(_note, "next")) == "next"
    assert _on_disk(tmp_path) == ["next", "slow"]


async def test_closing_commits_what_waits_and_refuses_what_comes_later(tmp_path: Path) -> None:
    async with _writer(tmp_path) as (writer, _):
        callers = _Callers(writer)
        await callers.group({key: partial(_note, key) for key in "abc"})
        assert callers.heard == {"a": "a", "b": "b", "c": "c"}
        with pytest.raises(StoreClosed):
            await writer.write(partial(_note, "d"))


async def test_a_full_queue_makes_callers_wait_and_loses_none(tmp_path: Path) -> None:
    callers_count = JOBS_WAITING_MAX + 10
    async with _writer(tmp_path) as (writer, nursery):
        callers = _Callers(writer)
        async with trio.open_nursery() as many:
            for number in range(callers_count):
                many.start_soon(callers.write, str(number), partial(_note, str(number)))
            await wait_all_tasks_blocked()
            assert callers.heard == {}
            await nursery.start(writer.run)
        assert writer.commits > 1
        assert callers.heard == {str(number): str(number) for number in range(callers_count)}


async def test_an_urgent_job_overtakes_everything_that_waits(tmp_path: Path) -> None:
    order: list[str] = []

    async def write(name: str, *, urgent: bool) -> None:
        await writer.write(lambda _: order.append(name), urgent=urgent)

    async with _writer(tmp_path) as (writer, nursery):
        async with trio.open_nursery() as many:
            for number in range(100):
                many.start_soon(partial(write, f"o{number}", urgent=False))
            await wait_all_tasks_blocked()
            for name in ("pause", "stop"):
                many.start_soon(partial(write, name, urgent=True))
                await wait_all_tasks_blocked()
            await nursery.start(writer.run)
        assert order[:2] == ["pause", "stop"]
        assert writer.commits == 2  # few ride with what is urgent, the rest follows


def _many(name: str, connection: sqlite3.Connection) -> None:
    rows = ((f"{name}{number:05}",) for number in range(ROWS_IN_COMMIT_MAX))
    connection.executemany("INSERT INTO note (key) VALUES (?)", rows)


async def test_an_urgent_job_waits_for_no_more_than_one_large_job_beside_it(tmp_path: Path) -> None:
    """Requests full of events may wait by the hundred: one commit for all takes half a minute."""
    on_disk: list[int] = []

    async def pause(writer: Writer) -> None:
        await writer.write(partial(_note, "pause"), urgent=True)
        on_disk.append(len(_on_disk(tmp_path)))

    async with _writer(tmp_path) as (writer, nursery):
        callers = _Callers(writer)
        async with trio.open_nursery() as many:
            for name in "abcd":
                many.start_soon(callers.write, name, partial(_many, name))
                await wait_all_tasks_blocked()
            many.start_soon(pause, writer)
            await wait_all_tasks_blocked()
            await nursery.start(writer.run)
        assert on_disk[0] <= 1 + 2 * ROWS_IN_COMMIT_MAX
        assert (list(callers.heard), writer.commits) == (list("abcd"), 4)
        assert len(_on_disk(tmp_path)) == 1 + 4 * ROWS_IN_COMMIT_MAX


async def test_a_large_job_that_found_no_room_in_a_commit_is_not_lost_at_the_end(
    tmp_path: Path,
) -> None:
    async with _writer(tmp_path) as (writer, _nursery):
        callers = _Callers(writer)
        await callers.group({name: partial(_many, name) for name in "abc"})
        assert callers.heard == dict.fromkeys("abc")
        assert len(_on_disk(tmp_path)) == 3 * ROWS_IN_COMMIT_MAX


MIB = 2**20


def _full(_: sqlite3.Connection) -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise error


async def test_on_a_full_disk_what_is_urgent_still_commits_and_the_rest_hears_it_at_once(
    tmp_path: Path,
) -> None:
    free = [100 * MIB]
    disk = Disk(tmp_path, ballast_bytes=MIB, free=lambda _: free[0])
    disk.keep_ballast()
    async with _writer(tmp_path, disk=disk) as (writer, nursery):
        await nursery.start(writer.run)
        free[0] = 0
        with pytest.raises(DiskFull):
            await writer.write(_full)
        assert not (tmp_path / BALLAST_NAME).exists()
        free[0] = MIB  # what the ballast gave back
        commits = writer.commits
        with pytest.raises(DiskFull):
            await writer.write(partial(_note, "ordinary"))
        assert writer.commits == commits  # it did not even reach the disk
        await writer.write(partial(_note, "pause"), urgent=True)
        free[0] = 100 * MIB
        await writer.write(partial(_note, "later"))
        assert (tmp_path / BALLAST_NAME).exists()
    assert _on_disk(tmp_path) == ["later", "pause"]


async def test_urgent_jobs_of_the_very_group_that_found_no_room_are_kept(tmp_path: Path) -> None:
    disk = Disk(tmp_path, ballast_bytes=MIB, free=lambda _: 100 * MIB)
    disk.keep_ballast()
    async with _writer(tmp_path, disk=disk) as (writer, nursery):
        callers = _Callers(writer)
        async with trio.open_nursery() as many:
            many.start_soon(callers.write, "a", partial(_note, "a"))
            many.start_soon(callers.write, "b", _full)
            many.start_soon(partial(writer.write, partial(_note, "stop"), urgent=True))
            await wait_all_tasks_blocked()
            await nursery.start(writer.run)
        assert [type(error) for error in callers.heard.values()] == [DiskFull, DiskFull]
    assert _on_disk(tmp_path) == ["stop"]


async def test_a_disk_that_breaks_stops_the_writer_and_everyone_hears_it(tmp_path: Path) -> None:
    def broken(_: sqlite3.Connection) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        raise error

    async with _writer(tmp_path) as (writer, _):
        callers = _Callers(writer)
        with pytest.RaisesGroup(Damaged):
            await callers.group({"a": partial(_note, "a"), "b": broken})
        await callers.write("c", partial(_note, "c"))
        assert [type(error) for error in callers.heard.values()] == [Damaged] * 3
    assert _on_disk(tmp_path) == []


async def test_what_cannot_be_sealed_is_not_committed(tmp_path: Path) -> None:
    def seal(_: sqlite3.Connection) -> None:
        raise OSError(28, "No space left on device")

    async with _writer(tmp_path, seal=seal) as (writer, nursery):
        await nursery.start(writer.run)
        with pytest.raises(CommitFailed):
            await writer.write(partial(_note, "a"))
    assert _on_disk(tmp_path) == []
