import sqlite3

from store import unfinished
from store.unfinished import FORMS_MAX, KEPT_MS_MAX

NOW = 1_790_000_000_000


def test_the_latest_of_what_was_entered_is_kept(conn: sqlite3.Connection) -> None:
    unfinished.keep(conn, "U1", "new", "{}", now_ms=NOW)
    unfinished.keep(conn, "U1", "new", '{"a":1}', now_ms=NOW + 5)
    assert unfinished.shown(conn, "U1", "new") == '{"a":1}'


def test_nobody_sees_the_form_of_another(conn: sqlite3.Connection) -> None:
    unfinished.keep(conn, "U1", "new", "{}", now_ms=NOW)
    assert unfinished.shown(conn, "U2", "new") is None
    unfinished.drop(conn, "U2", "new")
    assert unfinished.shown(conn, "U1", "new") is not None


def test_a_form_that_was_submitted_is_forgotten(conn: sqlite3.Connection) -> None:
    unfinished.keep(conn, "U1", "new", "{}", now_ms=NOW)
    unfinished.drop(conn, "U1", "new")
    assert unfinished.shown(conn, "U1", "new") is None


def test_of_too_many_forms_of_one_person_the_oldest_go(conn: sqlite3.Connection) -> None:
    unfinished.keep(conn, "U2", "new", "{}", now_ms=NOW)
    for number in range(FORMS_MAX + 2):
        unfinished.keep(conn, "U1", f"c{number}", "{}", now_ms=NOW + number)
    gone = [n for n in range(FORMS_MAX + 2) if unfinished.shown(conn, "U1", f"c{n}") is None]
    assert gone == [0, 1]
    assert unfinished.shown(conn, "U2", "new") is not None


def test_a_form_that_nobody_came_back_to_for_a_month_is_forgotten(conn: sqlite3.Connection) -> None:
    unfinished.keep(conn, "U1", "new", "{}", now_ms=NOW)
    unfinished.keep(conn, "U2", "new", "{}", now_ms=NOW + KEPT_MS_MAX)
    assert unfinished.shown(conn, "U1", "new") is not None
    unfinished.keep(conn, "U2", "new", "{}", now_ms=NOW + KEPT_MS_MAX + 1)
    assert unfinished.shown(conn, "U1", "new") is None
