"""Backup: a copy of the database while everyone goes on working; and its way back.

The copy is one file with everything in it: what was stopped and who was suppressed are rows of it,
so no tombstones lie beside. It is marked as a backup inside, so that no daemon starts on it by
mistake. The audience's copy is not in it; it is made anew from the log.
"""

import logging
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import trio
from msgspec import Struct

from store import fault_points, lineage
from store.database import DATABASE_NAME, Database, locked
from store.errors import BackupFailed, NoBackup, SchemaTooNew
from store.safe_file import OWNER_ONLY, flush_folder
from store.upgrade import read_meta

PAGES_A_STEP = 2_048
"""Between two steps (8 MB) a backup can be given up."""
PART_SUFFIX = ".part"
_log = logging.getLogger(__name__)


class Copied(Struct, frozen=True):
    """A file that was written whole and looked at."""

    path: str
    bytes: int


class GivenUp(Exception):  # noqa: N818 - says what happened
    """The daemon stops: the backup is not finished."""


async def back_up(database: Database, target: Path, *, now_ms: int) -> Copied:
    """Copy the database into a new file; writers go on meanwhile.

    Raises `BackupFailed`; then nothing of that name was made.
    """
    _must_be_new(target, database.path)
    stop = threading.Event()
    ended: list[Copied | BackupFailed] = []
    async with database.another_reader() as reading, trio.open_nursery() as nursery:
        nursery.start_soon(_tell_at_the_end, stop)
        try:
            ended.append(
                await reading.run(lambda conn: _copy_out(conn, target, now_ms, stop.is_set))
            )
        except BackupFailed as failed:  # the nursery would wrap it
            ended.append(failed)
        except GivenUp:
            await trio.lowlevel.checkpoint_if_cancelled()
            raise
        nursery.cancel_scope.cancel()
    if isinstance(ended[0], BackupFailed):
        raise ended[0]
    return ended[0]


def restore(file: Path, folder: Path, *, schema_known: int, now_ms: int) -> Path | None:
    """Put a backup into a folder that nobody uses; return where the old database went, if any.

    The tombstones and the lineage of the folder stay: they tell `--adopt` what happened since.
    Raises `NoBackup`, `SchemaTooNew`, `FolderInUse`, `NotWritable` or an OSError.
    """
    if not file.is_file():
        raise NoBackup(file, "there is no such file")
    with locked(folder):
        path = folder / DATABASE_NAME
        if path.exists() and path.samefile(file):
            raise NoBackup(file, "this is the folder's own database")
        part = folder / (DATABASE_NAME + PART_SUFFIX)
        with _new_file(part):
            _copy_in(file, part, schema_known, now_ms)
            aside = _set_aside(path, now_ms) if path.exists() else None
            fault_points.reach("restore.old_set_aside")
            part.replace(path)
        flush_folder(folder)
        fault_points.reach("restore.renamed")
    return aside


def _copy_out(
    conn: sqlite3.Connection, target: Path, now_ms: int, stopped: Callable[[], bool]
) -> Copied:
    part = target.with_name(f".{target.name}{PART_SUFFIX}")

    def progress(_status: int, remaining: int, total: int) -> None:
        _log.info("backup %s: %d of %d pages", target, total - remaining, total)
        if stopped():
            raise GivenUp

    try:
        with _new_file(part):
            conn.execute("BEGIN")  # one moment for all steps, whoever writes between them
            try:
                conn.execute("SELECT count(*) FROM meta").fetchone()
                _copy(conn, part, now_ms, progress)
            finally:
                conn.execute("ROLLBACK")
            size = part.stat().st_size
            if target.exists():
                raise BackupFailed(target, "a file of this name is there by now", "choose another")
            part.rename(target)
            flush_folder(target.parent)
    except (sqlite3.Error, OSError) as error:
        raise BackupFailed(target, str(error), "name a file on a disk with room for it") from error
    fault_points.reach("backup.renamed")
    return Copied(str(target), size)


def _copy_in(file: Path, part: Path, schema_known: int, now_ms: int) -> None:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source:
            _must_be_ours(source, file, schema_known)
            _copy(source, part, now_ms, None)
    except sqlite3.Error as error:
        raise NoBackup(file, f"it cannot be read as a database ({error})") from error


def _copy(
    source: sqlite3.Connection,
    part: Path,
    now_ms: int,
    progress: Callable[[int, int, int], object] | None,
) -> None:
    """Copy, mark, look at every page, and put it on disk; raise sqlite3.Error for damage."""
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        source.backup(copy, pages=PAGES_A_STEP, progress=progress)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        copy.execute("PRAGMA synchronous = FULL")
        lineage.mark_restored(copy, _stamp(now_ms))
        found = [row[0] for row in copy.execute("PRAGMA quick_check").fetchmany(1)]
        if found != ["ok"]:
            raise sqlite3.DatabaseError(f"it is damaged: {found[0].splitlines()[-1]}")
    descriptor = os.open(part, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _must_be_ours(source: sqlite3.Connection, file: Path, schema_known: int) -> None:
    names = {name for (name,) in source.execute("SELECT name FROM sqlite_schema")}
    if not {"meta", "campaign", "outbox", "log"} <= names:
        raise NoBackup(file, "this is no database of Clarion")
    found = read_meta(source, "schema_version")
    if found > schema_known:
        raise SchemaTooNew(file, found=found, known=schema_known)


def _must_be_new(target: Path, source: Path) -> None:
    if target.exists():
        raise BackupFailed(target, "it exists", "name a new file; nothing is written over")
    if not target.parent.is_dir():
        raise BackupFailed(target, "its folder does not exist", "make the folder first")
    needed = source.stat().st_size
    free = shutil.disk_usage(target.parent).free
    if free < needed:
        why = f"{needed:,} bytes are needed there and {free:,} are free"
        raise BackupFailed(target, why, "name a file on a disk with room for it")


def _set_aside(path: Path, now_ms: int) -> Path:
    """Give the old database another name, whole; one that can be read first takes in its log."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        pass  # damaged: then it goes aside as it is, with its log
    aside = path.with_name(f"{path.name}.{_stamp(now_ms)}")
    for suffix in ("-wal", "-shm"):  # a log that stays would be played into the new database
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + suffix))
    path.rename(aside)
    return aside


@contextmanager
def _new_file(part: Path) -> Iterator[None]:
    """Make a file for its owner only, beside the one it will be; nothing of it stays on failure."""
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_ONLY))
    try:
        yield
    finally:
        part.unlink(missing_ok=True)


async def _tell_at_the_end(stop: threading.Event) -> None:
    try:
        await trio.sleep_forever()
    finally:
        stop.set()


def _stamp(now_ms: int) -> str:
    return datetime.fromtimestamp(now_ms / 1000, tz=UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
