import sqlite3

import pytest

from store import caps
from store.caps import Cap, Usage

TOTAL = Cap(caps.TOTAL, 3)
MONDAY = Cap(caps.day("2026-09-21"), 2)
TUESDAY = Cap(caps.day("2026-09-22"), 2)
SLOT = "2026-09-21T16:53[UTC]"


def used(conn: sqlite3.Connection) -> dict[str, int]:
    return {usage.scope: usage.used for usage in caps.usage(conn, "c_1")}


def test_exactly_as_many_slots_are_taken_as_there_are(conn: sqlite3.Connection) -> None:
    answers = [caps.take(conn, "c_1", [TOTAL]) for _ in range(5)]
    assert answers == [None, None, None, "total", "total"]
    assert caps.usage(conn, "c_1") == [Usage("total", 3, 3)]


def test_the_first_full_counter_is_named(conn: sqlite3.Connection) -> None:
    answers = [caps.take(conn, "c_1", [TOTAL, day]) for day in (MONDAY, MONDAY, MONDAY, TUESDAY)]
    assert answers == [None, None, "day:2026-09-21", None]
    assert caps.take(conn, "c_1", [TOTAL, TUESDAY]) == "total"


@pytest.mark.parametrize("wanted", [[TOTAL, MONDAY], [MONDAY, TOTAL]])
def test_a_refusal_takes_no_slot_of_any_counter(
    conn: sqlite3.Connection, wanted: list[Cap]
) -> None:
    caps.take_many(conn, "c_1", [MONDAY], 2)
    caps.take(conn, "c_1", [TOTAL])
    before = used(conn)
    assert caps.take(conn, "c_1", wanted) == MONDAY.scope
    assert used(conn) == before


def test_a_day_gives_its_slot_back_when_the_total_is_full(conn: sqlite3.Connection) -> None:
    caps.take_many(conn, "c_1", [TOTAL], 3)
    assert caps.take(conn, "c_1", [MONDAY, TOTAL]) == "total"
    assert used(conn) == {"total": 3, MONDAY.scope: 0}


def test_no_cap_refuses_nobody(conn: sqlite3.Connection) -> None:
    assert caps.take(conn, "c_1", []) is None
    assert caps.take_many(conn, "c_1", [], 9) == 9


def test_a_slot_given_back_may_be_taken_again_once(conn: sqlite3.Connection) -> None:
    caps.take_many(conn, "c_1", [TOTAL], 3)
    caps.give_back(conn, "c_1", [caps.TOTAL])
    assert [caps.take(conn, "c_1", [TOTAL]) for _ in range(2)] == [None, "total"]


def test_many_slots_are_given_back_at_once(conn: sqlite3.Connection) -> None:
    caps.take_many(conn, "c_1", [TOTAL, MONDAY], 2)
    caps.give_back(conn, "c_1", [caps.TOTAL, MONDAY.scope], 2)
    assert used(conn) == {"total": 0, MONDAY.scope: 0}


def test_a_slot_of_a_counter_that_nobody_keeps_is_given_back_to_nobody(
    conn: sqlite3.Connection,
) -> None:
    caps.take(conn, "c_1", [TOTAL])
    caps.give_back(conn, "c_1", [caps.TOTAL, caps.run(SLOT)])
    assert used(conn) == {"total": 0}


@pytest.mark.parametrize(("wanted", "granted"), [(0, 0), (1, 1), (2, 2), (3, 2), (99, 2)])
def test_many_are_granted_as_the_narrowest_counter_leaves(
    conn: sqlite3.Connection, wanted: int, granted: int
) -> None:
    assert caps.take_many(conn, "c_1", [TOTAL, MONDAY], wanted) == granted
    assert used(conn) == {"total": granted, MONDAY.scope: granted}


def test_the_table_itself_refuses_one_too_many(conn: sqlite3.Connection) -> None:
    caps.take_many(conn, "c_1", [TOTAL], 3)
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        conn.execute("UPDATE cap SET used = used + 1")
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        conn.execute("UPDATE cap SET used = -1")


def test_campaigns_and_runs_count_apart(conn: sqlite3.Connection) -> None:
    caps.take(conn, "c_2", [TOTAL])
    caps.take(conn, "c_1", [Cap(caps.run(SLOT), 1)])
    caps.take(conn, "c_1", [Cap(caps.run("another"), 1)])
    assert used(conn) == {"run:another": 1, f"run:{SLOT}": 1}
    assert caps.free(conn, "c_2", caps.TOTAL) == 2


def test_a_counter_is_full_when_it_exists_and_has_no_slot(conn: sqlite3.Connection) -> None:
    found = [caps.is_full(conn, "c_1", caps.TOTAL)]
    for _ in range(3):
        caps.take(conn, "c_1", [TOTAL])
        found.append(caps.is_full(conn, "c_1", caps.TOTAL))
    assert found == [False, False, False, True]
