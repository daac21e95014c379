import sqlite3

from domain.books import Books
from store import admission, blanks, books, outbox
from store.admission import LIVE
from store.blanks import NAMES_MAX
from tests.store.stage import NOW, batch, decide, live, rows, start


def flying(conn: sqlite3.Connection, users: str) -> tuple[str, list[str]]:
    """Have a message of each user on the wire."""
    campaign = start(conn, live())
    admission.admit(conn, batch(campaign, [decide(user) for user in users]), now_ms=NOW)
    ids = list(rows(conn))
    outbox.claim(conn, campaign, ids, now_ms=NOW)
    return campaign, ids


def test_what_was_missing_in_messages_that_were_sent_is_counted(conn: sqlite3.Connection) -> None:
    campaign, (a, b, c) = flying(conn, "abc")
    missing = {a: ("Profile.x",), b: ("Profile.x", "Event.y"), c: ()}
    blanks.accepted(conn, missing, now_ms=NOW)
    assert blanks.of_campaign(conn, campaign) == {"Profile.x": 2, "Event.y": 1}
    assert books.of_run(conn, campaign, LIVE) == Books(3, 0, 3)


def test_a_job_that_runs_twice_counts_once(conn: sqlite3.Connection) -> None:
    campaign, (a,) = flying(conn, "a")
    for _ in range(2):
        blanks.accepted(conn, {a: ("Profile.x",)}, now_ms=NOW)
    assert blanks.of_campaign(conn, campaign) == {"Profile.x": 1}


def test_names_are_not_kept_without_end(conn: sqlite3.Connection) -> None:
    campaign, ids = flying(conn, "ab")
    many = tuple(f"Profile.n{n}" for n in range(NAMES_MAX + 5))
    blanks.accepted(conn, {ids[0]: many}, now_ms=NOW)
    blanks.accepted(conn, {ids[1]: many[:1]}, now_ms=NOW)
    found = blanks.of_campaign(conn, campaign)
    assert len(found) == NAMES_MAX
    assert found["Profile.n0"] == 2
