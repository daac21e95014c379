import sqlite3
from pathlib import Path

import pytest

from store.errors import (
    BackupFailed,
    CommitFailed,
    Damaged,
    DiskFull,
    Fenced,
    FolderInUse,
    MigrationFailed,
    NoBackup,
    NotAdopted,
    NotWritable,
    SchemaTooNew,
    StoreClosed,
    StoreError,
)

A_REASON = sqlite3.OperationalError("database or disk is full")
EVERY_ERROR: list[StoreError] = [
    StoreClosed(),
    CommitFailed(A_REASON),
    DiskFull(),
    Damaged(A_REASON, Path("/data/clarion.db")),
    NotWritable(Path("/data"), "Read-only file system"),
    NotAdopted(Path("/data/clarion.db"), "it is a copy"),
    NoBackup(Path("/b.db"), "it is no database"),
    BackupFailed(Path("/b.db"), "there is no room", "name a file on another disk"),
    Fenced(ours=3, theirs=4),
    FolderInUse(Path("/data/clarion.lock"), "4711"),
    SchemaTooNew(Path("/data/clarion.db"), found=9, known=7),
    MigrationFailed(Path("/data/clarion.db"), 2, "outbox", A_REASON),
]


@pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda error: type(error).__name__)
def test_each_caller_can_be_told_the_same_news_in_an_exception_of_its_own(
    error: StoreError,
) -> None:
    alike = error.alike()
    assert alike is not error
    assert (type(alike), str(alike), vars(alike)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda error: type(error).__name__)
def test_each_error_says_what_to_do_after_the_colon(error: StoreError) -> None:
    assert len(str(error).split(": ")[-1].split()) > 3


def test_a_failed_commit_shows_what_sqlite_said() -> None:
    error = CommitFailed(A_REASON)
    assert error.reason is A_REASON
    assert error.alike().__cause__ is A_REASON
    assert "disk is full" in str(error)
