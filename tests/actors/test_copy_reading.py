import sqlite3
from collections.abc import Iterator

import pytest

from actors.copy_reading import missed, page
from store import erasures, log
from store.log import Incoming
from tests.store.stage import KEY, NOW, fresh


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    connection = fresh()
    records = [
        Incoming("event", f"s{n}", user, "Product Added", NOW, b"{}")
        for n, user in enumerate(("ann", "ben", "ann"))
    ]
    log.append(connection, records, now_ms=NOW, install_key=KEY)
    yield connection
    connection.close()


def test_the_next_rows_come_with_the_users_that_they_changed(conn: sqlite3.Connection) -> None:
    first = log.last_seq(conn) - 2
    rows, people, erased = page(conn, after=first)
    assert [row.seq for row in rows] == [first + 1, first + 2]
    assert sorted(user.user for user in people) == ["ann", "ben"]
    assert erased == []


def test_who_was_erased_comes_before_any_row(conn: sqlite3.Connection) -> None:
    assert missed(conn)[1:] == (False, False)
    erasures.erase(conn, "ann", now_ms=NOW)
    assert missed(conn)[1]
    assert page(conn, after=0)[:2] == ([], [])
    assert page(conn, after=0)[2] == ["ann"]
    erasures.done(conn, ["ann"])
    assert missed(conn) == (log.last_seq(conn), False, True)
    assert "ann" not in {row.user for row in page(conn, after=0)[0]}
