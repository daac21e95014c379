"""What held delivery back is there after a start; what cannot be read holds nothing back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store import held_back, meta
from store.held_back import HeldBack
from tests import blank


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    blank.lay(tmp_path)
    with closing(sqlite3.connect(tmp_path / "clarion.db", isolation_level=None)) as conn:
        yield conn


def test_nothing_was_kept_at_first(conn: sqlite3.Connection) -> None:
    assert held_back.held(conn) == HeldBack()


def test_what_was_kept_last_is_there(conn: sqlite3.Connection) -> None:
    for held in (HeldBack(gate_ms=5), HeldBack(ramp_ms=7, away=True)):
        held_back.keep(conn, held)
        assert held_back.held(conn) == held


def test_what_cannot_be_read_holds_nothing_back(conn: sqlite3.Connection) -> None:
    meta.put(conn, held_back.HELD_BACK, '{"gate_ms": "soon"}')
    assert held_back.held(conn) == HeldBack()


@pytest.mark.parametrize(
    ("other", "is_like"),
    [
        (HeldBack(gate_ms=10_999, ramp_ms=20_000), True),
        (HeldBack(gate_ms=11_000, ramp_ms=20_000), False),
        (HeldBack(gate_ms=10_000, ramp_ms=21_000), False),
        (HeldBack(gate_ms=10_000, ramp_ms=20_000, away=True), False),
    ],
)
def test_a_moment_that_stands_need_not_be_written_again(other: HeldBack, *, is_like: bool) -> None:
    assert HeldBack(gate_ms=10_000, ramp_ms=20_000).is_like(other) is is_like
