from pathlib import Path

import duckdb

from domain.facts import User
from store import copy_erasure
from store.log import LogRow
from store.projection import Projection


def _row(seq: int, user: str) -> LogRow:
    body = b'{"tags":["a","b"],"size":38}'
    return LogRow(seq, "event", f"e{seq}", user, "A", 1_000, 1_000, body)


def _filled(path: Path) -> Projection:
    projection = Projection.open(path)
    people = [
        User(user, 1, {"city": "Moss", "likes": ["x", "y"], "devices": [{"os": "iOS"}]})
        for user in ("u1", "u2", "u3")
    ]
    projection.catch_up([_row(1, "u1"), _row(2, "u2"), _row(3, "u3")], people)
    return projection


def _tables(projection: Projection, sql: str) -> list[tuple[object, ...]]:
    with projection.asking(sql, ()) as cursor:
        return cursor.fetchall()


def test_every_table_of_the_copy_that_holds_a_user_is_known(tmp_path: Path) -> None:
    projection = _filled(tmp_path / "a.duckdb")
    holding = _tables(
        projection,
        "SELECT table_name FROM information_schema.columns"
        " WHERE column_name = 'no' AND table_name <> 'changed'",
    )
    assert {name for (name,) in holding} == set(copy_erasure.TABLES)
    projection.close()


def test_a_user_goes_with_everything_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    projection = _filled(path)
    copy_erasure.forget(projection, path, ["u1", "u3", "nobody"])
    (u2,) = _tables(projection, "SELECT no FROM person WHERE person.\"user\" = 'u2'")
    for table in copy_erasure.TABLES:
        assert _tables(projection, f"SELECT DISTINCT no FROM {table}") == [u2]
    assert _tables(projection, "SELECT DISTINCT seq FROM event_item") == [(2,)]
    assert projection.watermark() == 3
    projection.close()
    again = duckdb.connect(path, read_only=True)
    assert again.execute('SELECT "user" FROM users').fetchall() == [("u2",)]
    again.close()


def test_an_event_goes_alone_with_its_lists_and_its_user_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    projection = _filled(path)
    copy_erasure.forget(projection, path, (), [1, 3, 99])
    for table in ("events", "event_item"):
        assert _tables(projection, f"SELECT DISTINCT seq FROM {table}") == [(2,)]
    assert _tables(projection, "SELECT count(*) FROM users") == [(3,)]
    assert projection.watermark() == 3
    projection.close()
