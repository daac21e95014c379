import os
import shutil
import sqlite3
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import trio

from store import fault_points, meta, migrations, users
from store.database import Database, open_database
from store.disk import BALLAST_NAME, Disk
from store.errors import CommitFailed, Damaged, DiskFull, Fenced, NoRoom, NotAdopted, NotWritable
from store.lineage import SIDECAR_NAME
from store.opening import Terms
from store.tombstones import FILE_NAME, Tombstones
from tests.store.conftest import fill, read_only

NOW = 1_790_000_000_000
KEY = bytes(range(32))
MIB = 2**20


def terms(folder: Path, *, adopt: bool = False) -> Terms:
    disk = Disk(folder, ballast_bytes=MIB, free_bytes_min=0)
    return Terms(now_ms=NOW, tombstones=Tombstones(folder), disk=disk, adopt=adopt)


def opened(folder: Path, *, adopt: bool = False) -> AbstractAsyncContextManager[Database]:
    folder.mkdir(exist_ok=True)
    return open_database(folder, migrations.load(), terms=terms(folder, adopt=adopt))


async def _with_key(store: Database) -> None:
    await store.write(partial(meta.ensure_install_key, fresh=KEY))


async def _suppressed(store: Database, user: str) -> bool:
    found = await store.read(partial(users.get, users=[user]))
    return found[user].suppressed


async def test_a_restart_is_fine_and_a_copy_of_the_folder_must_be_adopted(tmp_path: Path) -> None:
    folder, copy = tmp_path / "data", tmp_path / "copy"
    for _ in range(2):
        async with opened(folder) as store:
            await _with_key(store)
    shutil.copytree(folder, copy)
    with pytest.raises(NotAdopted, match=r"is a copy.*run --adopt"):
        async with opened(copy):
            pass
    async with opened(copy, adopt=True) as store:
        assert store.epoch == 3
    async with opened(copy) as store:
        assert store.epoch == 4


async def test_no_file_of_another_log_is_left_when_an_adoption_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a crash just then the next start does not adopt: it would take the file for its own."""
    made, left = tmp_path / "audience.duckdb", []
    made.touch()

    def listen(name: str) -> None:
        if name == "adopt.committed":
            left.append(made.exists())

    monkeypatch.setattr(fault_points, "listener", listen)
    adopting = replace(terms(tmp_path, adopt=True), derived=(made, tmp_path / "never made"))
    async with open_database(tmp_path, migrations.load(), terms=adopting):
        assert left == [False]


async def test_a_refused_start_changes_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await _with_key(store)
    (tmp_path / "clarion.db").rename(tmp_path / "elsewhere")
    for _ in range(2):
        with pytest.raises(NotAdopted, match="is gone"):
            async with opened(tmp_path):
                pass
    assert not (tmp_path / "clarion.db").exists()


@pytest.mark.parametrize("place", ["epoch.taken", "sidecar.written"])
async def test_an_image_at_each_point_of_a_first_start_starts_again(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The image stands on the disk of the crash, so it has the birthmark of the original."""
    folder, image = tmp_path / "data", tmp_path / "image"

    def listen(name: str) -> None:
        if name == place:
            shutil.copytree(folder, image)

    monkeypatch.setattr(fault_points, "listener", listen)
    folder.mkdir()
    mark = "1:1:1"

    def same_disk(where: Path) -> Terms:
        base = terms(where)
        return Terms(NOW, base.tombstones, base.disk, birthmark=lambda _: mark)

    async with open_database(folder, migrations.load(), terms=same_disk(folder)):
        pass
    monkeypatch.setattr(fault_points, "listener", None)
    async with open_database(image, migrations.load(), terms=same_disk(image)) as store:
        assert store.epoch == 2


async def test_a_suppression_whose_commit_was_lost_holds_at_the_next_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await _with_key(store)
        await store.write(lambda conn: users.enrol(conn, {"ann": 0}, install_key=KEY))
    async with opened(tmp_path / "other") as other:
        await _with_key(other)
        await other.write(partial(users.suppress, user="ann", now_ms=NOW))
    shutil.copy(tmp_path / "other" / FILE_NAME, tmp_path / FILE_NAME)
    async with opened(tmp_path) as store:
        assert await _suppressed(store, "ann")


async def test_a_file_that_is_no_database_or_damaged_is_named_with_the_way_out(
    tmp_path: Path,
) -> None:
    (tmp_path / "clarion.db").write_bytes(b"no database, but long enough to be looked at" * 200)
    with pytest.raises(Damaged, match=r"clarion\.db .*clarion restore"):
        async with opened(tmp_path):
            pass


async def test_a_damaged_page_is_found_at_the_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await _with_key(store)
    path = tmp_path / "clarion.db"
    content = bytearray(path.read_bytes())
    for page in range(8, 40):
        content[page * 4096 : page * 4096 + 200] = os.urandom(200)
    path.write_bytes(content)
    with pytest.raises(Damaged, match="clarion restore"):
        async with opened(tmp_path):
            pass


async def test_a_page_that_goes_bad_while_it_runs_stops_the_daemon(tmp_path: Path) -> None:
    def malformed(_: sqlite3.Connection) -> None:
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error

    async def reading() -> None:
        async with opened(tmp_path) as store:
            with pytest.raises(Damaged):
                await store.read(malformed)
            await trio.sleep_forever()

    with pytest.raises(Damaged, match="malformed"):
        await reading()


async def test_a_disk_without_any_room_is_told_and_a_little_is_enough_to_start(
    small: Path,
) -> None:
    """It is not damaged, whatever SQLite says of its shared memory."""
    async with opened(small) as store:
        await _with_key(store)
    (small / BALLAST_NAME).unlink()
    with pytest.raises(OSError, match="No space left"):
        fill(small / "filler")
    with pytest.raises(NoRoom, match=r"is full.*make room"):
        async with opened(small):
            pass
    os.truncate(small / "filler", (small / "filler").stat().st_size - MIB // 4)
    async with opened(small) as store:
        await store.write(partial(meta.put, key="a", value="b"), urgent=True)


async def test_a_folder_on_a_read_only_disk_is_refused_clearly(small: Path) -> None:
    async with opened(small):
        pass
    read_only(small)
    with pytest.raises(NotWritable, match="Read-only file system"):
        async with opened(small):
            pass


async def test_on_a_full_disk_a_suppression_commits_and_events_are_refused_until_there_is_room(
    small: Path,
) -> None:
    def grow(conn: sqlite3.Connection) -> None:
        conn.execute("INSERT OR REPLACE INTO meta VALUES ('big', zeroblob(300000))")

    async with opened(small) as store:
        await _with_key(store)
        with pytest.raises(OSError, match="No space"):
            fill(small / "full")
        with pytest.raises(CommitFailed):
            await store.write(grow)
        assert not (small / BALLAST_NAME).exists()
        with pytest.raises(DiskFull):
            await store.write(grow)
        await store.write(partial(users.suppress, user="ann", now_ms=NOW), urgent=True)
        assert await _suppressed(store, "ann")
        (small / "full").unlink()
        await store.write(grow)
        assert (small / BALLAST_NAME).exists()


async def test_a_daemon_starts_on_a_full_disk_too(small: Path) -> None:
    async with opened(small):
        pass
    with pytest.raises(OSError, match="No space"):
        fill(small / "full")
    async with opened(small) as store:
        await store.write(lambda conn: meta.put(conn, "a", "b"), urgent=True)


async def test_when_the_lock_was_removed_the_second_one_fences_the_first(tmp_path: Path) -> None:
    async def first() -> None:
        async with opened(tmp_path) as store:
            (tmp_path / "clarion.lock").unlink()
            async with opened(tmp_path) as second:
                await second.write(lambda conn: meta.put(conn, "by", "second"))
                with pytest.raises(Fenced):
                    await store.write(lambda conn: meta.put(conn, "by", "first"))
            await trio.sleep_forever()

    with pytest.raises(Fenced):
        await first()
    assert (tmp_path / SIDECAR_NAME).exists()
