import sqlite3

import pytest

from domain.audience import All, Did, Filter, Node, Not, Saved
from store import saved_audiences
from store.names import BadName
from store.saved_audiences import Kept, SavedAudience

NOW = 1_790_000_000_000
BOUGHT = Did("Bought")


def saved(conn: sqlite3.Connection, name: str, who: Node, now_ms: int = NOW) -> Kept:
    kept = saved_audiences.save(conn, name, who, by="U1", now_ms=now_ms)
    assert isinstance(kept, Kept)
    return kept


def test_an_audience_is_found_by_its_name_in_whatever_case(conn: sqlite3.Connection) -> None:
    saved(conn, "Buyers", BOUGHT)
    assert saved_audiences.find(conn, "buyers") == SavedAudience("Buyers", 1, BOUGHT, "U1", NOW)
    assert saved_audiences.find(conn, "sellers") is None


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


def test_a_version_never_changes_and_never_goes(conn: sqlite3.Connection) -> None:
    saved(conn, "Buyers", BOUGHT)
    with pytest.raises(sqlite3.IntegrityError, match="never changes"):
        conn.execute("UPDATE saved_audience_version SET who = x'00'")
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        conn.execute("DELETE FROM saved_audience_version")


def test_saving_is_written_down_with_who_did_it(conn: sqlite3.Connection) -> None:
    saved(conn, "Buyers", BOUGHT)
    acts = conn.execute("SELECT who, action, detail FROM audit").fetchall()
    assert acts == [("U1", "save_audience", "Buyers, version 1")]


def test_what_an_audience_names_comes_with_it(conn: sqlite3.Connection) -> None:
    saved(conn, "A", All((Saved("B"), Saved("C"))))
    saved(conn, "B", Not(Saved("C")))
    saved(conn, "C", BOUGHT)
    saved(conn, "D", BOUGHT)
    assert saved_audiences.reached(conn, ["A", "Nobody"]).keys() == {"A", "B", "C"}
    assert saved_audiences.names(conn) == {"A", "B", "C", "D"}


def test_a_circle_of_names_is_followed_once(conn: sqlite3.Connection) -> None:
    saved(conn, "A", Saved("B"))
    saved(conn, "B", Saved("A"))
    assert saved_audiences.reached(conn, ["A"]).keys() == {"A", "B"}


def test_a_name_must_be_one_that_people_can_read(conn: sqlite3.Connection) -> None:
    bad = saved_audiences.save(conn, "a\nb", BOUGHT, by="U1", now_ms=NOW)
    assert isinstance(bad, BadName)
