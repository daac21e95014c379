import sqlite3

from store import announcements, audit, heads

KEY = bytes(32)
NOW = 1_774_000_000_000


def told(conn: sqlite3.Connection) -> list[str]:
    return [one.body for one, _ in announcements.open_ones(conn, 10)]


def act(conn: sqlite3.Connection, at_ms: int) -> audit.Head:
    return audit.append(conn, at_ms=at_ms, who="U0ANA", action="pause", key=KEY)


def test_the_head_is_told_once_a_day_however_often_it_is_asked_for(
    conn: sqlite3.Connection,
) -> None:
    head = act(conn, NOW)
    asked = [heads.tell(conn, "2026-03-20", now_ms=NOW + n) for n in range(3)]
    assert asked == [True, False, False]
    (said,) = told(conn)
    assert f"clarion audit verify --head {head.id}:{head.mac}" in said


def test_every_day_has_its_own_and_a_clock_that_goes_back_tells_none_again(
    conn: sqlite3.Connection,
) -> None:
    act(conn, NOW)
    days = ("2026-03-20", "2026-03-21", "2026-03-20")
    assert [heads.tell(conn, day, now_ms=NOW) for day in days] == [True, True, False]


def test_an_empty_log_has_no_head_and_the_day_stays_open(conn: sqlite3.Connection) -> None:
    assert heads.tell(conn, "2026-03-20", now_ms=NOW) is False
    act(conn, NOW)
    assert heads.tell(conn, "2026-03-20", now_ms=NOW) is True
