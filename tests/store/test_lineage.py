import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from store import lineage
from store.lineage import SIDECAR_NAME, Sidecar

MARK = "7:1:5"


def _database(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "some.db", isolation_level=None)


def _start(folder: Path, mark: str = MARK, *, adopted: bool = False, crash: str = "") -> Sidecar:
    """Start as the daemon does, up to where it crashes."""
    conn = _database(folder)
    conn.execute("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value)")
    sidecar = lineage.begin(conn, folder, mark, adopted=adopted)
    if crash != "before the sidecar":
        lineage.write_sidecar(folder, sidecar)
        if crash != "before it was confirmed":
            lineage.confirm(conn)
    conn.close()
    return sidecar


def _objection(folder: Path, mark: str = MARK) -> str | None:
    conn = _database(folder)
    try:
        return lineage.objection(conn, folder, mark)
    finally:
        conn.close()


def test_a_first_start_and_every_later_one_of_the_same_file_are_fine(tmp_path: Path) -> None:
    assert _objection(tmp_path) is None
    epochs = []
    for _ in range(3):
        epochs.append(_start(tmp_path).epoch)
        assert _objection(tmp_path) is None
    assert epochs == [1, 2, 3]


@pytest.mark.parametrize("crash", ["before the sidecar", "before it was confirmed"])
@pytest.mark.parametrize("adopted", [False, True])
def test_a_crash_during_a_start_bars_no_later_one(
    tmp_path: Path, crash: str, adopted: bool
) -> None:
    if adopted:
        _start(tmp_path)
    _start(tmp_path, adopted=adopted, crash=crash)
    assert _objection(tmp_path) is None
    _start(tmp_path)
    assert _objection(tmp_path) is None


def _copied(_: Path) -> str:
    return "8:1:5"


def _sidecar_gone(folder: Path) -> str:
    (folder / SIDECAR_NAME).unlink()
    return MARK


def _sidecar_of_another(folder: Path) -> str:
    lineage.write_sidecar(folder, Sidecar("another", 1))
    return MARK


def _older_file_over_it(folder: Path) -> str:
    shutil.copy(folder / "some.db", folder / "older")
    _start(folder)
    shutil.copy(folder / "older", folder / "some.db")
    return MARK


def _no_lineage(folder: Path) -> str:
    (folder / "some.db").unlink()
    return MARK


def _restored(folder: Path) -> str:
    conn = _database(folder)
    lineage.mark_restored(conn, "2026")
    conn.close()
    return MARK


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_copied, "is a copy"),
        (_sidecar_gone, "is gone"),
        (_sidecar_of_another, "belongs to another"),
        (_older_file_over_it, "older version of the file"),
        (_no_lineage, "an older database, or none"),
        (_restored, "restored from a backup"),
    ],
)
def test_a_database_that_is_not_the_last_one_is_not_started_until_adopted(
    tmp_path: Path, harm: Callable[[Path], str], said: str
) -> None:
    _start(tmp_path)
    mark = harm(tmp_path)
    assert said in str(_objection(tmp_path, mark))
    assert said in str(_objection(tmp_path, mark))  # asking again changes nothing
    before = lineage.read_sidecar(tmp_path)
    sidecar = _start(tmp_path, mark, adopted=True)
    assert sidecar.epoch > (before.epoch if before else 0)
    assert _objection(tmp_path, mark) is None


def test_a_disk_that_got_another_number_is_the_same_disk(tmp_path: Path) -> None:
    _start(tmp_path, "7:1:5")
    assert _objection(tmp_path, "7:2:5") is None
    assert _objection(tmp_path, "7:1:6") is None
    assert _objection(tmp_path, "7:2:6") is not None


def test_a_copy_has_another_birthmark_and_a_renamed_file_the_same(tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.touch()
    mark = lineage.birthmark(one)
    shutil.copy2(one, tmp_path / "two")
    assert lineage.birthmark(tmp_path / "two") != mark
    assert lineage.birthmark(one.rename(tmp_path / "three")) == mark
