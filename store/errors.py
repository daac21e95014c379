"""What can go wrong with the store, said for the person who has to act on it."""

import sqlite3
from pathlib import Path
from typing import Self


class StoreError(Exception):
    """Anything the store itself reports; a job's own exceptions pass through as they are."""

    def alike(self) -> Self:
        """The same news for one more caller: raised in two tasks, one would mix tracebacks."""
        alike = type(self).__new__(type(self), *self.args)
        alike.__dict__.update(self.__dict__)
        alike.__cause__ = self.__cause__
        return alike


class StoreClosed(StoreError):  # noqa: N818 - says what happened
    """The store was used after it had been closed."""

    def __init__(self) -> None:
        super().__init__("the store is closed: open it again before reading or writing")


class CommitFailed(StoreError):  # noqa: N818 - says what happened
    """A group of jobs could not be made durable: none of them may be taken as done.

    The outcome of a failed commit can be unknown; jobs are idempotent, so writing again is safe.
    """

    def __init__(self, reason: Exception) -> None:
        super().__init__(
            f"the database did not commit ({reason}): "
            "look at free disk space and at who else holds the file, then try again"
        )
        self.reason = reason
        self.__cause__ = reason


class DiskFull(CommitFailed):
    """There is no room: what is left is kept for what is urgent. Nothing was written."""

    def __init__(self) -> None:
        super().__init__(sqlite3.OperationalError("the disk is full"))


class NoRoom(StoreError):  # noqa: N818 - says what is the matter
    """The disk is so full that the daemon cannot even start, which takes some 100 KB."""

    def __init__(self, path: Path | str | None = None) -> None:
        where = "The disk of the data folder" if path is None else f"The disk of {path}"
        super().__init__(
            f"{where} is full, and there is no ballast left to give up: make room, best 100 MB or"
            " more (`df -h`; old backups, logs), then start again. Nothing of what was"
            " acknowledged is lost; until then nothing is sent, and no event is taken"
        )
        self.path = path


class Damaged(StoreError):  # noqa: N818 - says what happened
    """The database or its disk is broken: the daemon stops rather than make it worse."""

    def __init__(self, reason: Exception, path: Path | None = None) -> None:
        where = "the database" if path is None else str(path)
        super().__init__(
            f"{where} cannot be used any more ({reason}): look at the disk (`dmesg`, is it mounted "
            "read-only?) before you start again. If the file itself is damaged, put the latest "
            "backup in its place: `clarion restore FILE --data FOLDER`"
        )
        self.reason = reason
        self.__cause__ = reason


class NotWritable(StoreError):  # noqa: N818 - says what is the matter
    """The folder or the file may only be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} cannot be written ({why}): let this user own the folder, on a file system "
            "that is mounted for writing, then start again"
        )
        self.path = path


class NotAdopted(StoreError):  # noqa: N818 - says what is the matter
    """This database is not the one that ran here last; to go on with it is a person's decision."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path}: {why}. What it does not know may have been sent already, so nothing starts. "
            "If this is the database to go on with, and no other daemon uses another copy of it: "
            "`clarion run --adopt`, once. Messages that were open become `unknown`, and every "
            "campaign waits, paused, until a person resumes it"
        )
        self.path = path
        self.why = why


class NoBackup(StoreError):  # noqa: N818 - says what is the matter
    """A file that was given as a backup is none that can be used; nothing was changed."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path}: {why}. Nothing was changed: name a file that `clarion backup` wrote"
        )
        self.path = path


class BackupFailed(StoreError):  # noqa: N818 - says what happened
    """The backup could not be written; no file of its name was made."""

    def __init__(self, path: Path, why: str, fix: str) -> None:
        super().__init__(f"{path}: {why}: {fix}")
        self.path = path


class TransactionLost(sqlite3.OperationalError):
    """A job left its transaction behind: it committed or rolled back by itself."""


class Fenced(StoreError):  # noqa: N818 - says what happened
    """Another daemon took this database over; this one may commit nothing any more."""

    def __init__(self, *, ours: int, theirs: int) -> None:
        super().__init__(
            f"another daemon has taken over this database (epoch {theirs}, ours was {ours}): "
            "this one stops; run one daemon for each folder"
        )
        self.ours = ours
        self.theirs = theirs


class FolderInUse(StoreError):  # noqa: N818 - says what happened
    """A running daemon holds the lock of this folder."""

    def __init__(self, lock_path: Path, holder: str) -> None:
        super().__init__(
            f"{lock_path}: process {holder} is using this folder: "
            "stop that daemon first, or give this one a folder of its own"
        )
        self.lock_path = lock_path
        self.holder = holder


class SchemaTooNew(StoreError):  # noqa: N818 - says what happened
    """The database was written by a newer version of the program."""

    def __init__(self, path: Path, *, found: int, known: int) -> None:
        super().__init__(
            f"{path}: the schema has version {found}, this program knows versions up to {known}: "
            "install the newer program again, or restore a backup made before the upgrade"
        )
        self.found = found
        self.known = known


class MigrationFailed(StoreError):  # noqa: N818 - says what happened
    """One numbered migration did not run; the database stays at the version before it."""

    def __init__(self, path: Path, number: int, name: str, reason: sqlite3.Error) -> None:
        super().__init__(
            f"{path}: migration {number} ({name}) failed: {reason}. The database is unchanged by "
            "it and still works with the program version that ran before"
        )
        self.number = number
        self.reason = reason
