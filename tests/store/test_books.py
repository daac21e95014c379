import sqlite3

import pytest

from domain.books import Books, SkipReason
from store import books

NOW = 1_790_000_000_000
RUN = "2026-03-29T09:00[Europe/Kyiv]"


def message(conn: sqlite3.Connection, number: int, state: str, reason: str = "") -> None:
    conn.execute(
        "INSERT INTO outbox (message_id, campaign, revision, run, user, occurrence, state, reason,"
        " admitted_ms, due_ms, lane, updated_ms) VALUES (?, 'c_1', 1, ?, ?, '', ?, ?, 1, 1, 0, 1)",
        (f"m{number}", RUN, f"u{number}", state, reason),
    )


def decided(conn: sqlite3.Connection, user: str, bucket: str, reason: str = "") -> None:
    conn.execute(
        "INSERT INTO decision (campaign, run, user, occurrence, bucket, reason, at_ms)"
        " VALUES ('c_1', ?, ?, '', ?, ?, 1)",
        (RUN, user, bucket, reason),
    )


def fill(conn: sqlite3.Connection, run: str) -> None:
    books.add(conn, "c_1", run, "qualified", 10)
    books.add(conn, "c_1", run, "control", 2)
    books.add(conn, "c_1", run, "skipped", 1, "unreachable")
    books.add(conn, "c_1", run, "pending", 7)


FILLED = Books(10, 2, 0, {SkipReason.UNREACHABLE: 1}, 7)


def test_what_is_counted_is_read_back(conn: sqlite3.Connection) -> None:
    fill(conn, RUN)
    assert books.of_run(conn, "c_1", RUN) == FILLED


def test_a_run_without_books_has_empty_ones(conn: sqlite3.Connection) -> None:
    assert books.of_run(conn, "c_1", RUN) == Books()


def test_a_user_who_moves_leaves_the_books_balanced(conn: sqlite3.Connection) -> None:
    fill(conn, RUN)
    books.move(conn, "c_1", RUN, target=("sent", ""), n=4)
    books.move(conn, "c_1", RUN, target=("skipped", "expired"), n=3)
    books.move(conn, "c_1", RUN, source=("skipped", "expired"), target=("sent", ""))
    found = books.of_run(conn, "c_1", RUN)
    skipped = {SkipReason.UNREACHABLE: 1, SkipReason.EXPIRED: 2}
    assert found == Books(10, 2, 5, skipped, 0)
    assert found.balanced()


def test_a_counter_that_reaches_zero_leaves_no_row(conn: sqlite3.Connection) -> None:
    fill(conn, RUN)
    books.move(conn, "c_1", RUN, target=("sent", ""), n=7)
    rows = conn.execute("SELECT bucket FROM books WHERE n = 0 OR bucket = 'pending'").fetchall()
    assert rows == []


def test_a_place_never_holds_fewer_users_than_none(conn: sqlite3.Connection) -> None:
    fill(conn, RUN)
    with pytest.raises(ValueError, match="pending would hold -1 users"):
        books.move(conn, "c_1", RUN, target=("sent", ""), n=8)


@pytest.mark.parametrize(
    ("bucket", "reason"), [("skipped", ""), ("sent", "expired"), ("skipped", "bad mood")]
)
def test_only_a_known_reason_counts_and_only_where_it_belongs(
    conn: sqlite3.Connection, bucket: books.Bucket, reason: str
) -> None:
    with pytest.raises(ValueError, match=r"reason|SkipReason"):
        books.add(conn, "c_1", RUN, bucket, 1, reason)


def test_a_campaign_has_books_for_each_run_and_for_all_together(conn: sqlite3.Connection) -> None:
    fill(conn, "run-1")
    fill(conn, "run-2")
    books.add(conn, "c_2", "run-1", "qualified", 99)
    assert books.of_campaign(conn, "c_1") == {"run-1": FILLED, "run-2": FILLED}
    assert books.total(conn, "c_1") == FILLED + FILLED


def test_the_rows_themselves_add_up_to_the_books(conn: sqlite3.Connection) -> None:
    for number, (state, reason) in enumerate(
        [
            ("drawn", ""),
            ("pending", "429 from Segment"),
            ("in_flight", ""),
            ("accepted", ""),
            ("expired", ""),
            ("cancelled", ""),
            ("cancelled", "campaign_ended"),
            ("dead", "400 from Segment"),
            ("unknown", ""),
        ]
    ):
        message(conn, number, state, reason)
    decided(conn, "a", "control")
    decided(conn, "b", "skipped", "cap_run")
    assert books.recount(conn, "c_1", RUN) == Books(
        qualified=10,
        control=1,
        sent=1,
        skipped={
            SkipReason.CAP_RUN: 1,
            SkipReason.EXPIRED: 1,
            SkipReason.CAMPAIGN_ENDED: 1,
            SkipReason.STOPPED: 1,
            SkipReason.DEAD: 1,
            SkipReason.UNKNOWN: 1,
        },
        pending=2,
    )


def test_counters_that_lost_a_user_show_against_the_rows(conn: sqlite3.Connection) -> None:
    message(conn, 1, "accepted")
    books.add(conn, "c_1", RUN, "qualified", 1)
    assert books.of_run(conn, "c_1", RUN) != books.recount(conn, "c_1", RUN)
