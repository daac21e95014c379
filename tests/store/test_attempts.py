import sqlite3

from store import admission, attempts, outbox
from store.attempts import Attempt
from tests.store.stage import NOW, batch, decide, live, start

M0 = "m1_u0_e1"


def test_an_attempt_is_written_once_and_only_for_what_is_in_flight(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, live())
    admission.admit(conn, batch(campaign, [decide("u0")]), now_ms=NOW)
    attempts.record(conn, M0, "crashed", detail="", now_ms=NOW)
    assert attempts.of_message(conn, M0) == []
    outbox.claim(conn, campaign, [M0], now_ms=NOW + 1)
    for detail in ("ConnectError", "again"):
        attempts.record(conn, M0, "not_sent", detail=detail, now_ms=NOW + 2)
    assert attempts.of_message(conn, M0) == [
        Attempt(1, NOW + 1, NOW + 2, "not_sent", "ConnectError")
    ]


def test_why_a_message_could_not_be_written_gives_way_to_what_came_later(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, live())
    admission.admit(conn, batch(campaign, [decide("u0")]), now_ms=NOW)
    for detail in ("", "KeyError", "DecodeError"):
        attempts.record_end(conn, M0, detail=detail, now_ms=NOW + 1)
    assert attempts.of_message(conn, M0) == [Attempt(1, NOW, NOW + 1, "broken", "DecodeError")]
    outbox.claim(conn, campaign, [M0], now_ms=NOW + 2)
    for detail in ("status 400", "again"):
        attempts.record_end(conn, M0, detail=detail, now_ms=NOW + 3)
    assert attempts.of_message(conn, M0) == [Attempt(1, NOW + 2, NOW + 3, "rejected", "status 400")]
