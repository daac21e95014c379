import sqlite3

from domain.audience import Did, Filter, Node, Not
from store import saved_audiences, saving
from store.names import BadName
from store.saving import Kept

NOW = 1_790_000_000_000
BOUGHT = Did("Bought")


def saved(conn: sqlite3.Connection, name: str, who: Node, now_ms: int = NOW) -> Kept:
    kept = saving.save(conn, name, who, by="U1", now_ms=now_ms)
    assert isinstance(kept, Kept)
    return kept


def test_another_tree_is_another_version_and_the_first_stays(conn: sqlite3.Connection) -> None:
    saved(conn, "Buyers", BOUGHT)
    assert saved(conn, "BUYERS", Not(BOUGHT)).audience.version == 2
    first = saved_audiences.version_of(conn, "Buyers", 1)
    assert first is not None
    assert first.who == BOUGHT
    assert [each.version for each in saved_audiences.everyone(conn)] == [2]


def test_the_same_tree_again_is_no_new_version(conn: sqlite3.Connection) -> None:
    saved(conn, "Buyers", BOUGHT)
    assert not saved(conn, "Buyers", BOUGHT).new


def test_true_and_one_are_two_trees(conn: sqlite3.Connection) -> None:
    saved(conn, "Paid", Did("Bought", (Filter("paid", "equals", True),)))
    assert saved(conn, "Paid", Did("Bought", (Filter("paid", "equals", 1),))).new


def test_saving_is_written_down_with_who_did_it(conn: sqlite3.Connection) -> None:
    saved(conn, "Buyers", BOUGHT)
    acts = conn.execute("SELECT who, action, detail FROM audit").fetchall()
    assert acts == [("U1", "save_audience", "Buyers, version 1")]


def test_a_name_must_be_one_that_people_can_read(conn: sqlite3.Connection) -> None:
    bad = saving.save(conn, "a\nb", BOUGHT, by="U1", now_ms=NOW)
    assert isinstance(bad, BadName)
