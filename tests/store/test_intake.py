import sqlite3

from store import intake
from store.intake import Counted


def test_counts_add_up_by_source_and_outcome(conn: sqlite3.Connection) -> None:
    intake.count(conn, "web", {"accepted": 3, "rejected": 0}, now_ms=5)
    intake.count(conn, "web", {"accepted": 2, "duplicate": 1}, now_ms=9)
    intake.count(conn, "app", {"accepted": 1}, now_ms=7)
    assert intake.read(conn) == [
        Counted("app", "accepted", 1, 7),
        Counted("web", "accepted", 5, 9),
        Counted("web", "duplicate", 1, 9),
    ]
