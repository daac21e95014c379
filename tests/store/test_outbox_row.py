import sqlite3

from msgspec.structs import fields

from store import admission
from store.outbox_row import COLUMNS, OPEN, PENDING, Row
from tests.store.stage import NOW, batch, decide, live, start


def test_the_columns_are_those_of_a_row_in_their_order() -> None:
    assert tuple(COLUMNS.split(", ")) == tuple(field.name for field in fields(Row))


def test_what_is_open_is_found_by_the_index_of_open_messages(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    admission.admit(conn, batch(campaign, [decide("u1")]), now_ms=NOW)
    for condition in (OPEN, PENDING):
        sql = f"SELECT {COLUMNS} FROM outbox WHERE campaign = ? AND {condition}"
        (plan,) = conn.execute(f"EXPLAIN QUERY PLAN {sql}", (campaign,)).fetchall()
        assert "outbox_open" in plan[3]
        assert [Row(*row).user for row in conn.execute(sql, (campaign,)).fetchall()] == ["u1"]
