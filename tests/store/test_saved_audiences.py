import sqlite3

import pytest

from domain.audience import All, Did, Node, Not, Saved
from store import saved_audiences, saving
from store.saved_audiences import SavedAudience
from store.saving import Kept

NOW = 1_790_000_000_000
BOUGHT = Did("Bought")


def saved(conn: sqlite3.Connection, name: str, who: Node, now_ms: int = NOW) -> Kept:
    kept = saving.save(conn, name, who, by="U1", now_ms=now_ms)
    assert isinstance(kept, Kept)
    return kept


def test_an_audience_is_found_by_its_name_in_whatever_case(conn: sqlite3.Connection) -> None:
    saved(conn, "Buyers", BOUGHT)
    assert saved_audiences.find(conn, "buyers") == SavedAudience("Buyers", 1, BOUGHT, "U1", NOW)
    assert saved_audiences.find(conn, "sellers") is None


def test_a_version_never_changes_and_never_goes(conn: sqlite3.Connection) -> None:
    saved(conn, "Buyers", BOUGHT)
    with pytest.raises(sqlite3.IntegrityError, match="never changes"):
        conn.execute("UPDATE saved_audience_version SET who = x'00'")
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        conn.execute("DELETE FROM saved_audience_version")


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
