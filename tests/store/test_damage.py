import errno
import sqlite3
from pathlib import Path

import pytest

from store import damage
from store.disk import Disk


def _sqlite(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("words")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "full", "final"),
    [
        (_sqlite(sqlite3.SQLITE_FULL), True, False),
        (OSError(errno.ENOSPC, "full"), True, False),
        (_sqlite(sqlite3.SQLITE_IOERR_FSYNC), False, True),
        (_sqlite(sqlite3.SQLITE_CORRUPT), False, True),
        (_sqlite(sqlite3.SQLITE_READONLY), False, True),
        (OSError(errno.EIO, "broken"), False, True),
        (_sqlite(sqlite3.SQLITE_BUSY), False, False),
        (_sqlite(sqlite3.SQLITE_CONSTRAINT), False, False),
    ],
)
def test_a_full_disk_passes_and_a_broken_one_does_not(
    error: Exception, full: bool, final: bool, tmp_path: Path
) -> None:
    disk = Disk(tmp_path, free=lambda _: 2**30)
    assert (damage.is_full(error, disk), damage.is_final(error, disk)) == (full, final)


def test_an_input_output_error_on_a_disk_without_room_is_want_of_room(tmp_path: Path) -> None:
    error = _sqlite(sqlite3.SQLITE_IOERR)
    disk = Disk(tmp_path, free=lambda _: 0)
    assert (damage.is_full(error, disk), damage.is_final(error, disk)) == (True, False)
