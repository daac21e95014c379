import sqlite3

from store import log, samples
from store.log import Incoming
from tests.store.conftest import INSTALL_KEY
from tests.store.stage import NOW


def feed(conn: sqlite3.Connection, *events: tuple[str, str, int]) -> None:
    records = [
        Incoming("event", f"e{at}", user, name, NOW + at, b'{"n":%d}' % at)
        for user, name, at in events
    ]
    log.append(conn, records, now_ms=NOW, install_key=INSTALL_KEY)


def test_the_latest_events_of_a_name_come_first(conn: sqlite3.Connection) -> None:
    feed(conn, ("a", "A", 1), ("b", "A", 2), ("a", "B", 3), ("a", "A", 4))
    assert [each.source_id for each in samples.latest(conn, ["A"], limit=2)] == ["e4", "e2"]
    assert samples.latest(conn, ["C"], limit=2) == []


def test_of_one_user_the_event_that_happened_last_comes_first(conn: sqlite3.Connection) -> None:
    feed(conn, ("a", "A", 5), ("b", "A", 2), ("a", "A", 1))
    found = samples.latest_of_user(conn, "a", ["A"], limit=9)
    assert [each.source_id for each in found] == ["e5", "e1"]


def test_an_event_that_cannot_be_read_stands_for_nothing(conn: sqlite3.Connection) -> None:
    feed(conn, ("a", "A", 1), ("a", "A", 2))
    conn.execute("UPDATE log SET body = ? WHERE source_id = 'e2'", (b"{broken",))
    assert [each.source_id for each in samples.latest(conn, ["A"], limit=2)] == ["e1"]


def test_of_several_names_the_latest_of_all_come_first(conn: sqlite3.Connection) -> None:
    feed(conn, ("a", "A", 5), ("b", "B", 2), ("a", "B", 7), ("a", "C", 8), ("a", "A", 1))
    found = samples.latest(conn, ["A", "B"], limit=3)
    assert [each.source_id for each in found] == ["e1", "e7", "e2"]
    found = samples.latest_of_user(conn, "a", ["A", "B"], limit=2)
    assert [each.source_id for each in found] == ["e7", "e5"]
