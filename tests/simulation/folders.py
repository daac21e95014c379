"""Data folders of simulated daemons: how one is copied at a crash, and shared by two processes."""

import shutil
from pathlib import Path

from store.database import DATABASE_NAME, LOCK_NAME

COPY = ".duckdb"
SHARED_MEMORY = f"{DATABASE_NAME}-shm"
LOG = f"{DATABASE_NAME}-wal"


def copy(folder: Path, image: Path, *, copies: bool) -> None:
    """Copy what a crash leaves of a folder; the audience's copy may be lost: it is disposable."""
    for file in sorted(folder.iterdir()):
        if file.name in {LOCK_NAME, SHARED_MEMORY} or (COPY in file.name and not copies):
            continue
        shutil.copyfile(file, image / file.name)
    log = (folder / DATABASE_NAME).resolve().with_name(LOG)
    if log.exists():
        shutil.copyfile(log, image / LOG)


def second_door(folder: Path, door: Path) -> Path:
    """Make `door` lead to the database of `folder`, with a lock and an audience of its own.

    As if a person had removed the lock file. Two processes would not share DuckDB's file: the
    second finds it locked and makes its own. In one process they would, so there are two paths.
    """
    door.mkdir()
    apart = {LOCK_NAME, SHARED_MEMORY, LOG}
    for file in sorted(folder.iterdir()):
        if file.name not in apart and COPY not in file.name:
            (door / file.name).symlink_to(file.resolve())
    return door
