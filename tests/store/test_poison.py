import sqlite3

import msgspec
import pytest

from store import poison
from store.poison import Poison

NOW = 1_790_000_000_000
HOUR = 3_600_000
BAD = Poison("c_1", 7, "ann", "DecodeError", "E1", NOW)
replace = msgspec.structs.replace


def notices(conn: sqlite3.Connection) -> list[str]:
    return [body for (body,) in conn.execute("SELECT body FROM announcement ORDER BY id")]


def test_an_event_is_set_aside_once_however_often_it_is_written(conn: sqlite3.Connection) -> None:
    poison.set_aside(conn, [BAD])
    poison.set_aside(conn, [replace(BAD, error_id="E2")])
    assert poison.open_ones(conn, limit=9) == [BAD]
    assert poison.count(conn) == poison.count(conn, "c_1") == 1
    assert poison.count(conn, "c_2") == 0


def test_the_latest_come_first_and_only_so_many(conn: sqlite3.Connection) -> None:
    poison.set_aside(conn, [replace(BAD, event_seq=n, at_ms=NOW + n) for n in range(5)])
    assert [one.event_seq for one in poison.open_ones(conn, "c_1", limit=2)] == [4, 3]
    assert poison.open_ones(conn, "c_2", limit=2) == []


def test_a_person_decides_once(conn: sqlite3.Connection) -> None:
    poison.set_aside(conn, [BAD])
    assert poison.decide(conn, BAD, "dropped", by="U1")
    assert not poison.decide(conn, BAD, "again", by="U2")
    assert poison.find(conn, "c_1", 7) == replace(BAD, state="dropped", decided_by="U1")


def test_what_a_person_asked_for_is_closed_once_considered(conn: sqlite3.Connection) -> None:
    poison.set_aside(conn, [BAD])
    poison.decide(conn, BAD, "again", by="U1")
    assert [one.event_seq for one in poison.again(conn, "c_1", limit=9)] == [7]
    assert poison.waits(conn, "c_1", now_ms=0)
    poison.considered(conn, "c_1", [7])
    assert poison.again(conn, "c_1", limit=9) == []
    assert poison.of_user(conn, "c_1", "ann")[0].state == "retried"


def test_what_fails_again_is_open_again_with_its_new_error(conn: sqlite3.Connection) -> None:
    poison.set_aside(conn, [BAD])
    poison.decide(conn, BAD, "again", by="U1")
    later = replace(BAD, error="KeyError", error_id="E2", at_ms=NOW + 5)
    poison.set_aside(conn, [later])
    assert poison.open_ones(conn, limit=9) == [replace(later, decided_by="U1")]


def test_what_was_dropped_stays_dropped(conn: sqlite3.Connection) -> None:
    poison.set_aside(conn, [BAD])
    poison.decide(conn, BAD, "dropped", by="U1")
    poison.set_aside(conn, [replace(BAD, error_id="E2")])
    assert poison.open_ones(conn, limit=9) == []


def test_people_are_told_once_an_hour_with_the_count_since(conn: sqlite3.Connection) -> None:
    poison.set_aside(conn, [BAD])
    poison.tell(conn, "c_1", "Cart", now_ms=NOW)
    poison.set_aside(
        conn, [replace(BAD, event_seq=n, at_ms=NOW + 60_000) for n in range(10, 1_244)]
    )
    poison.tell(conn, "c_1", "Cart", now_ms=NOW + HOUR - 1)
    assert not poison.waits(conn, "c_1", now_ms=NOW + HOUR - 1)
    assert poison.waits(conn, "c_1", now_ms=NOW + HOUR)
    poison.tell(conn, "c_1", "Cart", now_ms=NOW + HOUR)
    poison.tell(conn, "c_1", "Cart", now_ms=NOW + 2 * HOUR)
    first, second = notices(conn)
    assert "*Cart* could not consider 1 event." in first
    assert "1,234 events" in second


@pytest.mark.parametrize("column", ["body", "words", "value"])
def test_no_column_has_room_for_the_words_of_an_error(
    conn: sqlite3.Connection, column: str
) -> None:
    names = [row[1] for row in conn.execute("PRAGMA table_info(poison)")]
    assert column not in names
