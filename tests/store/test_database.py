import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from store.database import open_database
from store.errors import Fenced, FolderInUse, SchemaTooNew
from store.hold import Hold
from store.opening import LOOK_EVERY_SECONDS
from tests.patience import PATIENCE_SECONDS
from tests.store import threads
from tests.store.conftest import fill
from tests.store.steps import NOTES, STEPS

ROOT = Path(__file__).parents[2]


def _note(key: str, connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO note (key) VALUES (?) ON CONFLICT DO NOTHING", (key,))


def _notes(connection: sqlite3.Connection) -> list[str]:
    return [key for (key,) in connection.execute("SELECT key FROM note ORDER BY key")]


async def test_what_was_written_is_read_now_and_at_the_next_start(tmp_path: Path) -> None:
    for count in range(1, 4):
        async with open_database(tmp_path, STEPS) as database:
            await database.write(partial(_note, f"k{count}"))
            assert len(await database.read(_notes)) == count
            assert database.epoch == count


async def test_without_room_the_log_is_left_as_it_is(small: Path) -> None:
    async with open_database(small, STEPS) as database:
        await database.write(partial(_note, "x" * 500_000), urgent=True)
        with pytest.raises(OSError, match="No space left"):
            fill(small / "others")
        assert not await database.empty_log()
        (small / "others").unlink()
        assert await database.empty_log()


async def test_only_the_owner_may_look_into_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    async with open_database(folder, STEPS) as database:
        await database.write(partial(_note, "a"))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    names = ("clarion.db", "clarion.db-shm", "clarion.db-wal", "clarion.lock")
    assert modes == dict.fromkeys(names, 0o600)


async def test_a_second_daemon_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    async with open_database(tmp_path, STEPS):
        with pytest.raises(FolderInUse, match=f"process {os.getpid()} is using this folder"):
            async with open_database(tmp_path, STEPS):
                pass
    async with open_database(tmp_path, STEPS):
        pass  # the lock went with its holder


async def test_a_database_of_a_newer_program_does_not_open_and_stays_free(tmp_path: Path) -> None:
    async with open_database(tmp_path, STEPS):
        pass
    with pytest.raises(SchemaTooNew, match=r"clarion\.db"):
        async with open_database(tmp_path, [NOTES]):
            pass
    async with open_database(tmp_path, STEPS):
        pass


async def test_a_daemon_that_lost_its_database_commits_nothing_more(tmp_path: Path) -> None:
    heard: list[str] = []

    async def lose_it() -> None:
        async with open_database(tmp_path, STEPS) as database:
            await database.write(partial(_note, "mine"))
            other = sqlite3.connect(database.path, isolation_level=None)
            other.execute("UPDATE meta SET value = value + 1 WHERE key = 'epoch'")
            other.close()
            try:
                await database.write(partial(_note, "too late"))
            except Fenced:
                heard.append("fenced")
            await trio.sleep_forever()  # the daemon stops although nobody asks it again

    with pytest.raises(Fenced, match="epoch 2, ours was 1"):
        await lose_it()
    assert heard == ["fenced"]
    async with open_database(tmp_path, STEPS) as database:
        assert await database.read(_notes) == ["mine"]


async def test_an_idle_daemon_finds_out_soon_that_another_took_its_database(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async def idle() -> None:
        async with open_database(tmp_path, STEPS, hold=Hold(autojump_clock)) as database:
            with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
                other.execute("UPDATE meta SET value = value + 1 WHERE key = 'epoch'")
            await trio.sleep_forever()

    with pytest.raises(Fenced):
        await idle()
    assert trio.current_time() <= LOOK_EVERY_SECONDS + 1


async def test_an_idle_daemon_commits_nothing(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_database(tmp_path, STEPS, hold=Hold(autojump_clock)) as database:
        await trio.sleep(3_600)
        assert database.commits == 0


async def test_a_read_sees_one_moment_and_changes_nothing(tmp_path: Path) -> None:
    begun, tell = trio.Event(), trio.lowlevel.current_trio_token().run_sync_soon
    go_on = threading.Event()

    def look_twice(connection: sqlite3.Connection) -> tuple[list[str], list[str]]:
        first = _notes(connection)
        tell(begun.set)
        assert go_on.wait(10)
        return first, _notes(connection)

    seen: list[tuple[list[str], list[str]]] = []
    async with open_database(tmp_path, STEPS) as database:

        async def reader() -> None:
            seen.append(await database.read(look_twice))

        async with trio.open_nursery() as nursery:
            nursery.start_soon(reader)
            await begun.wait()
            await database.write(partial(_note, "meanwhile"))
            go_on.set()
        assert seen == [([], [])]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await database.read(partial(_note, "never"))
        assert await database.read(_notes) == ["meanwhile"]


async def test_a_read_that_takes_long_keeps_no_other_waiting(tmp_path: Path) -> None:
    may_end = threading.Event()

    def long(connection: sqlite3.Connection) -> list[str]:
        assert may_end.wait(PATIENCE_SECONDS)
        return _notes(connection)

    async with open_database(tmp_path, STEPS) as database, trio.open_nursery() as nursery:
        nursery.start_soon(database.read_long, long)
        await database.write(partial(_note, "a"))
        assert await database.read(_notes) == ["a"]
        assert not may_end.is_set()
        may_end.set()
    async with open_database(tmp_path, STEPS) as database:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await database.read_long(partial(_note, "b"))


async def test_an_error_in_the_body_leaves_as_it_is_and_everything_closes(tmp_path: Path) -> None:
    with threads.all_end(), pytest.raises(ValueError, match="body"):
        async with open_database(tmp_path, STEPS):
            raise ValueError("body")


async def test_cleaning_up_after_a_cancellation_can_still_write(tmp_path: Path) -> None:
    with trio.CancelScope() as scope:
        async with open_database(tmp_path, STEPS) as database:
            try:
                scope.cancel()
                await trio.sleep_forever()
            finally:
                with trio.CancelScope(shield=True):
                    await database.write(partial(_note, "last words"))
    assert scope.cancelled_caught
    async with open_database(tmp_path, STEPS) as database:
        assert await database.read(_notes) == ["last words"]


async def test_a_copy_of_the_files_at_a_commit_holds_all_that_was_committed(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "data"
    async with open_database(folder, STEPS) as database:
        for count in range(1, 6):
            await database.write(partial(_note, f"k{count}"))
            shutil.copytree(folder, tmp_path / f"image{count}")
    for count in range(1, 6):
        async with open_database(tmp_path / f"image{count}", STEPS) as image:
            assert await image.read(_notes) == [f"k{number}" for number in range(1, count + 1)]


async def test_virtual_time_stands_still_while_the_store_works(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.sleep, 1)
        before = trio.current_time()
        async with open_database(tmp_path, STEPS, hold=Hold(autojump_clock)) as database:
            for number in range(50):
                await database.write(partial(_note, str(number)))
                await database.read(_notes)
        assert trio.current_time() == before


SCRIPT = """
import sys, trio
from pathlib import Path
from store.database import open_database
from store.opening import LOOK_EVERY_SECONDS
from tests.store.steps import STEPS
from tests.store.test_database import _note
from functools import partial

async def main():
    async with open_database(Path(sys.argv[1]), STEPS) as database:
        count = 0
        while True:
            await database.write(partial(_note, f"{count:06}"))
            print(count, flush=True)
            count += 1
            if sys.argv[2] == "fail":
                raise ValueError("boom")

trio.run(main)
"""


def test_a_process_that_fails_with_an_open_database_exits(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), "fail"]
    ran = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert (ran.returncode, "ValueError: boom" in ran.stderr) == (1, True)


def _answers_until_killed(folder: Path) -> list[int]:
    command = [sys.executable, "-c", SCRIPT, str(folder), "go on"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        answered = [int(process.stdout.readline()) for _ in range(20)]
        process.send_signal(signal.SIGKILL)
        return answered + [int(line) for line in process.stdout]


async def test_after_kill_9_everything_answered_is_there(tmp_path: Path) -> None:
    answered = _answers_until_killed(tmp_path)
    async with open_database(tmp_path, STEPS) as database:
        found = await database.read(_notes)
    assert found[: len(answered)] == [f"{number:06}" for number in answered]
    assert len(found) - len(answered) <= 1


_VISIT = """
import sqlite3, sys
link = sqlite3.connect(sys.argv[1])
print(link.execute("SELECT count(*) FROM note").fetchone()[0])
link.close()
"""


async def test_a_program_that_looks_in_and_leaves_does_not_take_the_log_away(
    tmp_path: Path,
) -> None:
    """Its goodbye empties and removes the log, unless SQLite sees that the daemon holds the file.

    A daemon that has lost that lock writes on into a log that nobody else can see; the next one
    begins another, and their checkpoints destroy the database.
    """
    path = tmp_path / "clarion.db"
    async with open_database(tmp_path, STEPS) as database:
        seen = []
        for key in ("a", "b"):
            await database.write(partial(_note, key))
            visit = [sys.executable, "-c", _VISIT, str(path)]
            done = await trio.run_process(visit, capture_stdout=True)
            seen.append(int(done.stdout))
        assert seen == [1, 2]
        assert path.with_name("clarion.db-wal").exists()
