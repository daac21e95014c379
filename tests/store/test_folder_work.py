import sqlite3
from pathlib import Path

import pytest

from store.database import DATABASE_NAME, locked
from store.errors import FolderInUse
from store.folder_work import CompactingError, UnreadableError, compact, looking


def made(folder: Path) -> None:
    conn = sqlite3.connect(folder / DATABASE_NAME)
    conn.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value)")
    conn.execute("CREATE TABLE t (x)")
    conn.executemany("INSERT INTO t VALUES (?)", [("y" * 1_000,) for _ in range(500)])
    conn.execute("DELETE FROM t")
    conn.commit()
    conn.close()


def test_a_database_is_rewritten_in_its_place(tmp_path: Path) -> None:
    made(tmp_path)
    inode = (tmp_path / DATABASE_NAME).stat().st_ino
    done = compact(tmp_path)
    assert done.after_bytes < done.before_bytes
    assert (tmp_path / DATABASE_NAME).stat().st_ino == inode, "it is no copy, to be adopted"


def test_what_cannot_be_rewritten_is_said(tmp_path: Path) -> None:
    with pytest.raises(CompactingError, match="there is none"):
        compact(tmp_path)
    (tmp_path / DATABASE_NAME).write_bytes(b"no database at all, whatever its name says" * 99)
    with pytest.raises(CompactingError, match="not a database"):
        compact(tmp_path)


def test_a_daemons_folder_is_left_alone(tmp_path: Path) -> None:
    made(tmp_path)
    with locked(tmp_path), pytest.raises(FolderInUse):
        compact(tmp_path)


def test_a_look_is_one_snapshot_and_changes_nothing(tmp_path: Path) -> None:
    made(tmp_path)
    with looking(tmp_path) as conn:
        with pytest.raises(UnreadableError, match="readonly"), looking(tmp_path) as other:
            other.execute("DELETE FROM t")
        assert conn.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="there is none"), looking(tmp_path):
        pass
    (tmp_path / DATABASE_NAME).write_bytes(b"no database at all, whatever its name says" * 99)
    with pytest.raises(UnreadableError, match="not a database"), looking(tmp_path) as conn:
        conn.execute("SELECT * FROM t")
