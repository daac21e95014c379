from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from domain.audience import Did
from store import copy_order
from store.projection import Projection
from tests.store.copies import NOW_MS, event, person, rows, selected

ANNA = [person("anna")]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Projection]:
    monkeypatch.setattr(copy_order, "RUN_ROWS", 4)
    copy = Projection.open(tmp_path / "audience.duckdb")
    yield copy
    copy.close()


def take(copy: Projection, *seqs: int) -> None:
    """Let two names alternate, the later an event comes the earlier its time."""
    copy.catch_up(
        rows(event(seq, "anna", "AB"[seq % 2], NOW_MS - seq, n=seq) for seq in seqs), ANNA
    )


def lie(copy: Projection) -> list[int]:
    with copy.asking("SELECT seq FROM events ORDER BY rowid", []) as cursor:
        return [seq for (seq,) in cursor.fetchall()]


def test_events_lie_by_name_and_time_once_there_are_enough_of_them(copy: Projection) -> None:
    for seq in (1, 2, 3):
        take(copy, seq)
    assert lie(copy) == [1, 2, 3]
    take(copy, 4)
    assert lie(copy) == [3, 1, 4, 2]


def test_a_run_is_sorted_once_and_the_next_one_by_itself(copy: Projection) -> None:
    for seq in range(1, 9):
        take(copy, seq)
    assert lie(copy) == [3, 1, 4, 2, 7, 5, 8, 6]


def test_nothing_is_lost_or_doubled_by_the_order(copy: Projection) -> None:
    for seq in range(1, 11):
        take(copy, seq)
    assert sorted(lie(copy)) == list(range(1, 11))
    assert selected(copy, Did("A")) == {"anna"}
    with copy.asking("SELECT sum(n1) FROM events", []) as cursor:
        assert cursor.fetchall() == [(55.0,)]


def test_an_order_that_breaks_off_leaves_everything_as_it_was(copy: Projection) -> None:
    class Full(Exception):  # noqa: N818 - as the disk is
        pass

    class Breaking:
        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self._connection = connection

        def __getattr__(self, name: str) -> object:
            return getattr(self._connection, name)

        def execute(self, sql: str, *values: object) -> object:
            if sql.startswith("INSERT"):
                raise Full
            return self._connection.execute(sql, *values)

    for seq in (1, 2, 3):
        take(copy, seq)
    with pytest.raises(Full):
        copy_order.put_in_order(Breaking(copy._connection), 9)  # type: ignore[arg-type]  # as far as it is used
    assert lie(copy) == [1, 2, 3]
