import sqlite3
import stat
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trio

from store import backup, fault_points, meta, migrations, users
from store.database import Database
from store.errors import BackupFailed, FolderInUse, NoBackup, NotAdopted, SchemaTooNew
from tests.store.test_opening import KEY, NOW, _suppressed, _with_key, opened

KNOWN = len(migrations.load())


def _put(n: int, conn: sqlite3.Connection) -> None:
    conn.execute("INSERT OR REPLACE INTO meta VALUES (?, zeroblob(9000))", (f"k{n:04}",))


def _names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def _puts(conn: sqlite3.Connection) -> int:
    (found,) = conn.execute("SELECT count(*) FROM meta WHERE key LIKE 'k0%'").fetchone()
    return int(found)


async def _backed_up(folder: Path, target: Path, *, n: int = 3) -> None:
    async with opened(folder) as store:
        await _with_key(store)
        for number in range(n):
            await store.write(partial(_put, number))
        await backup.back_up(store, target, now_ms=NOW)


def _restore(file: Path, folder: Path) -> Path | None:
    return backup.restore(file, folder, schema_known=KNOWN, now_ms=NOW)


async def test_a_backup_is_one_whole_file_for_its_owner_alone(tmp_path: Path) -> None:
    target = tmp_path / "b.db"
    await _backed_up(tmp_path / "data", target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert _names(tmp_path) == {"b.db", "data"}
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert _puts(copy) == 3


async def test_writers_go_on_while_it_is_made_and_it_is_of_one_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "PAGES_A_STEP", 1)
    target = tmp_path / "b.db"

    async def write(store: Database) -> None:
        for number in range(100, 160):
            await store.write(partial(_put, number))
        done.set()

    async with opened(tmp_path / "data") as store, trio.open_nursery() as nursery:
        await _with_key(store)
        for number in range(40):
            await store.write(partial(_put, number))
        done = trio.Event()
        nursery.start_soon(write, store)
        await backup.back_up(store, target, now_ms=NOW)
        await done.wait()
        assert await store.read(_puts) == 100
    with closing(sqlite3.connect(target)) as copy:
        assert 40 <= _puts(copy) <= 100


async def test_nothing_is_written_over_and_a_missing_folder_is_said(tmp_path: Path) -> None:
    target = tmp_path / "b.db"
    await _backed_up(tmp_path / "data", target)
    async with opened(tmp_path / "data") as store:
        with pytest.raises(BackupFailed, match="it exists"):
            await backup.back_up(store, target, now_ms=NOW)
        with pytest.raises(BackupFailed, match="folder does not exist"):
            await backup.back_up(store, tmp_path / "no" / "b.db", now_ms=NOW)


async def test_a_backup_that_is_cut_short_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = backup._copy

    def never_ends(conn: sqlite3.Connection, part: Path, now_ms: int, progress: Any) -> None:
        """Stay at the first step until the copy is told to stop, however fast the disk is."""

        def stays(*step: int) -> None:
            while True:
                progress(*step)
                time.sleep(0.001)

        whole(conn, part, now_ms, stays)

    monkeypatch.setattr(backup, "_copy", never_ends)
    async with opened(tmp_path / "data") as store:
        await _with_key(store)
        with trio.move_on_after(0.01) as scope:
            await backup.back_up(store, tmp_path / "b.db", now_ms=NOW)
    assert scope.cancelled_caught
    assert _names(tmp_path) == {"data"}


async def test_a_restored_backup_starts_only_when_it_is_adopted(tmp_path: Path) -> None:
    folder, file = tmp_path / "data", tmp_path / "b.db"
    await _backed_up(folder, file)
    async with opened(folder) as store:
        await store.write(partial(_put, 9))
    aside = _restore(file, folder)
    assert aside is not None
    with closing(sqlite3.connect(aside)) as old:
        assert _puts(old) == 4  # what was there is there
    with pytest.raises(NotAdopted, match="restored from a backup"):
        async with opened(folder):
            pass
    async with opened(folder, adopt=True) as store:
        assert await store.read(_puts) == 3


async def test_who_was_suppressed_after_the_backup_stays_so_after_the_restore(
    tmp_path: Path,
) -> None:
    folder, file = tmp_path / "data", tmp_path / "b.db"
    await _backed_up(folder, file)
    async with opened(folder) as store:
        await store.write(partial(users.suppress, user="ann", now_ms=NOW))
    _restore(file, folder)
    async with opened(folder, adopt=True) as store:
        await store.write(lambda conn: users.enrol(conn, {"ann": 1}, install_key=KEY))
        assert await _suppressed(store, "ann")


async def test_a_backup_laid_over_the_database_by_hand_is_noticed_too(tmp_path: Path) -> None:
    folder, file = tmp_path / "data", tmp_path / "b.db"
    await _backed_up(folder, file)
    (folder / "clarion.db").write_bytes(file.read_bytes())  # the same inode, the same epoch
    with pytest.raises(NotAdopted, match="restored from a backup"):
        async with opened(folder):
            pass


async def test_what_is_no_backup_changes_nothing(tmp_path: Path) -> None:
    folder, file = tmp_path / "data", tmp_path / "b.db"
    await _backed_up(folder, file)
    junk, foreign, newer = tmp_path / "junk", tmp_path / "foreign", tmp_path / "newer"
    junk.write_bytes(file.read_bytes()[:30_000])
    with closing(sqlite3.connect(foreign)) as other:
        other.execute("CREATE TABLE meta (key, value)")
    newer.write_bytes(file.read_bytes())
    with closing(sqlite3.connect(newer)) as other:
        other.execute("UPDATE meta SET value = 99 WHERE key = 'schema_version'")
        other.commit()
    before = _names(folder)
    for wrong, error in (
        (junk, NoBackup),
        (foreign, NoBackup),
        (newer, SchemaTooNew),
        (tmp_path / "gone", NoBackup),
        (folder / "clarion.db", NoBackup),
    ):
        with pytest.raises(error):
            _restore(wrong, folder)
    assert _names(folder) == before
    async with opened(folder) as store:
        assert await store.read(_puts) == 3


async def test_a_folder_in_use_is_left_alone_and_a_new_one_is_made(tmp_path: Path) -> None:
    folder, file = tmp_path / "data", tmp_path / "b.db"
    await _backed_up(folder, file)
    async with opened(folder):
        with pytest.raises(FolderInUse):
            _restore(file, folder)
    assert _restore(file, tmp_path / "new") is None
    async with opened(tmp_path / "new", adopt=True) as store:
        assert await store.read(partial(meta.get, key="install_key")) == KEY.hex()


async def test_a_restore_cut_short_between_its_two_steps_starts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dead(BaseException):
        pass

    def die(name: str) -> None:
        if name == "restore.old_set_aside":
            raise Dead

    folder, file = tmp_path / "data", tmp_path / "b.db"
    await _backed_up(folder, file)
    monkeypatch.setattr(fault_points, "listener", die)
    with pytest.raises(Dead):
        _restore(file, folder)
    monkeypatch.setattr(fault_points, "listener", None)
    with pytest.raises(NotAdopted, match="is gone"):
        async with opened(folder):
            pass
    _restore(file, folder)
    async with opened(folder, adopt=True) as store:
        assert await store.read(_puts) == 3
