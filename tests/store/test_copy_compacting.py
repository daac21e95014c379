from pathlib import Path

import pytest

from domain.facts import User
from store import copy_compacting, copy_erasure
from store.copy_compacting import SUFFIX
from store.copy_errors import CopyNotWrittenError
from store.log import LogRow
from store.projection import Projection

SECRET = "shoe-size-thirty-eight"


def _row(seq: int, user: str, size: str) -> LogRow:
    return LogRow(seq, "event", f"e{seq}", user, "A", seq, 0, f'{{"size":"{size}"}}'.encode())


def _filled(path: Path) -> Projection:
    projection = Projection.open(path)
    rows = [_row(1, "u1", SECRET), _row(2, "u2", "forty"), _row(3, "u3", "forty-one")]
    projection.catch_up(rows, [User(user, 1, {"city": "Moss"}) for user in ("u1", "u2")])
    return projection


def test_the_new_file_has_everything_but_the_bytes_of_what_was_deleted(tmp_path: Path) -> None:
    path = tmp_path / "it's.duckdb"
    projection = _filled(path)
    projection.close()
    assert SECRET.encode() in path.read_bytes()
    projection = Projection.open(path)
    copy_erasure.forget(projection, path, ["u1"])
    projection.close()
    copy_compacting.compact(path)
    assert SECRET.encode() not in path.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    projection = Projection.open(path)
    with projection.asking(_EVENTS, ()) as cursor:
        assert cursor.fetchall() == [("u2", 2), ("u3", 3)]
    assert projection.watermark() == 3
    projection.catch_up([_row(4, "u4", "forty-two")])
    assert projection.watermark() == 4
    projection.close()


_EVENTS = 'SELECT "user", seq FROM events JOIN person USING (no) ORDER BY seq'


def test_what_a_crash_left_of_an_earlier_time_is_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    _filled(path).close()
    path.with_name(path.name + SUFFIX).write_bytes(b"half a file")
    copy_compacting.compact(path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_copy_that_cannot_be_read_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    path.write_bytes(b"no database")
    with pytest.raises(CopyNotWrittenError):
        copy_compacting.compact(path)
    assert path.read_bytes() == b"no database"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
