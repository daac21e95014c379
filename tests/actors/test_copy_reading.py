import sqlite3
from collections.abc import Iterator

import pytest

from actors import copy_reading
from actors.copy_reading import NOTHING, Gone, missed, page
from store import erasures, log, users
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
    rows, people, erased, more = page(conn, after=first)
    assert [row.seq for row in rows] == [first + 1, first + 2]
    assert [user.user for user in people] == ["ben"], "ann was known before, and is as she was"
    assert (erased, more) == (NOTHING, False)


def test_a_user_comes_again_with_every_change_and_with_no_mere_event(
    conn: sqlite3.Connection,
) -> None:
    last = log.last_seq(conn)
    profile = Incoming("profile", "p1", "ann", "", NOW, b'{"plan":"gold"}')
    seen = Incoming("event", "s9", "ben", "Product Added", NOW, b"{}")
    log.append(conn, [profile, seen], now_ms=NOW, install_key=KEY)
    assert [user.traits for user in page(conn, after=last)[1]] == [{"plan": "gold"}]
    users.suppress(conn, "ben", now_ms=NOW)
    assert [user.suppressed for user in page(conn, after=last + 2)[1]] == [True]


def test_who_was_erased_comes_before_any_row(conn: sqlite3.Connection) -> None:
    assert missed(conn)[1:] == (False, False)
    erasures.erase(conn, "ann", now_ms=NOW)
    assert missed(conn)[1]
    assert page(conn, after=0)[:2] == ([], [])
    assert page(conn, after=0)[2] == Gone(["ann"], [])
    erasures.done(conn, ["ann"])
    assert missed(conn) == (log.last_seq(conn), False, True)
    assert "ann" not in {row.user for row in page(conn, after=0)[0]}


def test_a_page_is_no_larger_than_memory_likes(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """20,000 of the largest events that are taken would be gigabytes, at every start again."""
    monkeypatch.setattr(copy_reading, "BYTES_PAGE_MAX", 2_000)
    monkeypatch.setattr(copy_reading, "USERS_WEIGHED_MIN", 1)
    large = b'{"x":"%s"}' % (b"x" * 500)
    fat = [Incoming("event", f"f{n}", "ann", "Fat", NOW, large) for n in range(9)]
    whole = [Incoming("profile", f"w{n}", f"w{n}", "", NOW, large) for n in range(9)]
    log.append(conn, [*fat, *whole], now_ms=NOW, install_key=KEY)
    again = [Incoming("profile", f"a{n}", f"w{n}", "", NOW, b'{"a":1}') for n in range(9)]
    log.append(conn, again, now_ms=NOW, install_key=KEY)
    after, seqs, more = 0, list[int](), True
    while more:
        rows, people, _, more = page(conn, after=after)
        assert sum(len(row.body) for row in rows) < 2_600
        assert len(people) <= 4
        seqs += [row.seq for row in rows]
        after = seqs[-1]
    assert seqs == [row.seq for row in log.rows_after(conn, 0, 100)]
