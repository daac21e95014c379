import sqlite3

from store import intake
from store.intake import Counted
from store.log import Appended


def test_counts_add_up_by_source_and_outcome(conn: sqlite3.Connection) -> None:
    intake.count(conn, "web", {"accepted": 3, "rejected": 0}, now_ms=5)
    intake.count(conn, "web", {"accepted": 2, "duplicate": 1}, now_ms=9)
    intake.count(conn, "app", {"accepted": 1}, now_ms=7)
    assert intake.read(conn) == [
        Counted("app", "accepted", 1, 7),
        Counted("web", "accepted", 5, 9),
        Counted("web", "duplicate", 1, 9),
    ]


def test_what_became_of_records_is_counted_under_its_names() -> None:
    kept = Appended(
        9, 4, 3, trimmed=2, too_old=5, broken=(7,), merges={"merged": 1, "nobody": 2, "same": 5}
    )
    assert intake.counts_of(kept) == {
        "accepted": 4,
        "duplicate": 3,
        "broken": 1,
        "left_out": 2,
        "too_old": 5,
        "merged": 1,
        "not_merged": 2,
    }
