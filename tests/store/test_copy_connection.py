from pathlib import Path

import duckdb
import pytest

from store.copy_connection import Limits, connect, version
from store.copy_errors import CopyUnreadableError


def test_what_a_copy_may_take_is_what_duckdb_is_told(tmp_path: Path) -> None:
    connection = connect(tmp_path / "a.duckdb", Limits(memory_mb_max=512, threads_max=3).settings())
    ask = "SELECT current_setting('threads'), current_setting('memory_limit')"
    assert connection.execute(ask).fetchall() == [(3, "488.2 MiB")]
    connection.close()


def test_the_copy_reads_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a\n1\n")
    connection = connect(tmp_path / "a.duckdb", Limits().settings())
    with pytest.raises(duckdb.PermissionException):
        connection.execute(f"SELECT * FROM '{tmp_path / 'other.csv'}'")
    connection.close()


def test_a_file_that_is_no_copy_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.duckdb").write_bytes(b"something else " * 1_000)
    with pytest.raises(CopyUnreadableError, match="made anew from the log"):
        connect(tmp_path / "a.duckdb", Limits().settings())


def test_an_empty_file_has_no_version(tmp_path: Path) -> None:
    connection = connect(tmp_path / "a.duckdb", Limits().settings())
    assert version(connection) is None
    connection.close()
