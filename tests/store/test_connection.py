import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
import trio
import trio.testing

from store.annex import open_annex
from store.connection import Connection, open_connection
from store.errors import StoreClosed
from tests.store import threads

# some seconds of work, so that a read that nobody interrupts fails its test, not hangs it
LONG = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000000) SELECT max(i) FROM n
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "some.db"
    path.touch()
    return path


@asynccontextmanager
async def _pair(path: Path) -> AsyncIterator[tuple[Connection, Connection]]:
    async with (
        open_annex() as annex,
        open_connection(path, annex=annex, query_only=False) as writing,
        open_connection(path, annex=annex, query_only=True) as reading,
    ):
        yield writing, reading


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE t (x INTEGER PRIMARY KEY)")


def _insert(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO t DEFAULT VALUES")


def _count(connection: sqlite3.Connection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM t").fetchone()
    return int(count)


def _files(path: Path) -> dict[str, int]:
    """Name the files beside the database, with their sizes in bytes."""
    return {file.name: file.stat().st_size for file in sorted(path.parent.iterdir())}


def _settings(connection: sqlite3.Connection) -> dict[str, object]:
    names = ["journal_mode", "synchronous", "foreign_keys", "busy_timeout", "wal_autocheckpoint"]
    names += ["query_only", "temp_store"]
    return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}


async def test_the_writer_is_durable_and_owns_the_checkpoints(path: Path) -> None:
    same = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "temp_store": 2,
    }
    async with _pair(path) as (writing, reading):
        assert await writing.run(_settings) == same | {"wal_autocheckpoint": 4000, "query_only": 0}
        assert await reading.run(_settings) == same | {"wal_autocheckpoint": 0, "query_only": 1}


async def test_a_job_runs_whole_in_the_connections_own_thread(path: Path) -> None:
    names: set[str] = set()

    def job(connection: sqlite3.Connection) -> int:
        names.add(threading.current_thread().name)
        _create(connection)
        for _ in range(3):
            _insert(connection)
        return _count(connection)

    async with _pair(path) as (writing, reading):
        assert await writing.run(job) == 3
        assert await reading.run(_count) == 3
    assert len(names) == 1
    assert threading.current_thread().name not in names


async def test_a_reader_cannot_write(path: Path) -> None:
    async with _pair(path) as (_, reading):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await reading.run(_create)


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit])
async def test_a_jobs_exception_reaches_its_caller(path: Path, kind: type[BaseException]) -> None:
    def job(_: sqlite3.Connection) -> None:
        raise kind("no")

    async with _pair(path) as (writing, _):
        with pytest.raises(kind, match="no"):
            await writing.run(job)
        await writing.run(_create)


async def test_an_urgent_read_overtakes_all_that_wait_but_the_next(path: Path) -> None:
    order: list[str] = []

    async def reads(reading: Connection, name: str, *, urgent: bool = False) -> None:
        await reading.run(lambda _conn: order.append(name), urgent=urgent)

    async with _pair(path) as (_, reading), trio.open_nursery() as nursery:
        begun, go_on = threading.Event(), threading.Event()

        def first(_conn: sqlite3.Connection) -> None:
            begun.set()
            go_on.wait()

        nursery.start_soon(reading.run, first)
        await trio.to_thread.run_sync(begun.wait)
        for n in range(20):
            nursery.start_soon(reads, reading, f"page {n}")
        await trio.testing.wait_all_tasks_blocked()
        nursery.start_soon(partial(reads, reading, "a person", urgent=True))
        await trio.testing.wait_all_tasks_blocked()
        go_on.set()
    assert len(order) == 21
    assert order.index("a person") <= 1


async def test_a_stray_stop_iteration_does_not_hang_its_caller(path: Path) -> None:
    async with _pair(path) as (writing, _):
        with pytest.raises(RuntimeError, match="StopIteration"):
            await writing.run(lambda _: next(iter(())))


async def test_a_cancelled_read_is_interrupted_and_the_next_one_works(path: Path) -> None:
    begun, tell = trio.Event(), trio.lowlevel.current_trio_token().run_sync_soon

    def long_read(connection: sqlite3.Connection) -> None:
        tell(begun.set)
        connection.execute(LONG).fetchall()

    async with _pair(path) as (writing, reading):
        await writing.run(_create)
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(reading.run, long_read)
                await begun.wait()
                scope.cancel()
        assert scope.cancelled_caught
        assert await reading.run(_count) == 0


async def test_a_cancelled_write_that_has_begun_ends_and_answers(path: Path) -> None:
    begun, tell = trio.Event(), trio.lowlevel.current_trio_token().run_sync_soon
    go_on = threading.Event()
    answers: list[int] = []

    def slow(connection: sqlite3.Connection) -> int:
        tell(begun.set)
        assert go_on.wait(10)
        _create(connection)
        _insert(connection)
        return _count(connection)

    async with _pair(path) as (writing, _):

        async def caller() -> None:
            answers.append(await writing.run(slow))

        with trio.CancelScope() as scope:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(caller)
                await begun.wait()
                scope.cancel()
                go_on.set()
        assert answers == [1]


async def test_closing_empties_the_log_and_leaves_no_thread(path: Path) -> None:
    used: list[Connection] = []

    async def fail() -> None:
        async with _pair(path) as (writing, _):
            used.append(writing)
            await writing.run(_create)
            assert _files(path)["some.db-wal"] > 0
            raise ValueError("body")

    with threads.all_end(), pytest.raises(ValueError, match="body"):
        await fail()
    assert list(_files(path)) == ["some.db"]
    with pytest.raises(StoreClosed):
        await used[0].run(_count)


@pytest.fixture
def letter(path: Path) -> Path:
    path.write_bytes(b"this is not a database, it is a letter" * 100)
    return path


async def test_a_missing_file_and_a_file_of_another_kind_are_clear_errors(letter: Path) -> None:
    with threads.all_end():
        async with open_annex() as annex:
            with pytest.raises(sqlite3.DatabaseError, match="not a database"):
                async with open_connection(letter, annex=annex, query_only=False):
                    pass
            missing = letter.parent / "missing.db"
            with pytest.raises(FileNotFoundError, match=r"missing\.db"):
                async with open_connection(missing, annex=annex, query_only=True):
                    pass
