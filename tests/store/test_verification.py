import sqlite3

import pytest

from store import announcements, verification
from store.verification import connection_of
from tests.store.stage import live, publish

NOW = 1_790_000_000_000
KEY = bytes(32)


def asked(conn: sqlite3.Connection, code: str, *, connection: str = "x", at_ms: int = NOW) -> None:
    verification.begin(conn, code, connection, by="U1", now_ms=at_ms)
    verification.sent(conn, code, "accepted")


@pytest.mark.parametrize(
    ("url", "key"),
    [("https://eu.test", "key"), ("https://us.test", "other"), ("https://us.test", "")],
)
def test_another_region_or_key_is_another_connection(url: str, key: str) -> None:
    assert connection_of(KEY, url, key) != connection_of(KEY, "https://us.test", "key")


def test_a_connection_is_named_without_its_key_and_by_this_install_alone() -> None:
    name = connection_of(KEY, "https://us.test/", "key")
    assert name == connection_of(KEY, "https://us.test", "key")
    assert name != connection_of(bytes([1]) * 32, "https://us.test", "key")


def test_a_connection_is_verified_once_somebody_saw_a_test_event(conn: sqlite3.Connection) -> None:
    asked(conn, "A")
    assert not verification.is_verified(conn, "x")
    assert verification.answer(conn, "A", "seen", by="U2", now_ms=NOW + 1)
    assert verification.is_verified(conn, "x")
    assert not verification.is_verified(conn, "y")


def test_the_first_answer_counts(conn: sqlite3.Connection) -> None:
    asked(conn, "A")
    verification.answer(conn, "A", "seen", by="U2", now_ms=NOW + 1)
    assert not verification.answer(conn, "A", "absent", by="U3", now_ms=NOW + 2)
    found = verification.find(conn, "A")
    assert found is not None
    assert (found.answer, found.answered_by) == ("seen", "U2")


def test_a_later_test_event_that_did_not_arrive_takes_it_back(conn: sqlite3.Connection) -> None:
    for at_ms, (code, seen) in enumerate([("A", "seen"), ("B", "absent")]):
        asked(conn, code, at_ms=NOW + at_ms)
        verification.answer(conn, code, seen, by="U2", now_ms=NOW + at_ms)  # type: ignore[arg-type]  # two literals
    assert not verification.is_verified(conn, "x")


def test_the_latest_is_the_latest_that_segment_took(conn: sqlite3.Connection) -> None:
    asked(conn, "A")
    verification.begin(conn, "B", "x", by="U1", now_ms=NOW + 9)
    found = verification.latest(conn, "x")
    assert found is not None
    assert found.code == "A"
    assert verification.latest(conn, "y") is None


def test_cards_change_when_the_word_does_and_only_then(conn: sqlite3.Connection) -> None:
    campaign = publish(conn, live())
    one = announcements.add(conn, "card", campaign, subject="1", now_ms=NOW)
    announcements.done(conn, one, card=announcements.Card("C1", "1.1"), now_ms=NOW)
    assert not verification.refresh_cards(conn, "x", now_ms=NOW)
    asked(conn, "A")
    verification.answer(conn, "A", "seen", by="U2", now_ms=NOW)
    assert verification.cards_differ(conn, "x")
    assert verification.refresh_cards(conn, "x", now_ms=NOW)
    assert not verification.refresh_cards(conn, "x", now_ms=NOW)
    assert verification.refresh_cards(conn, "another key", now_ms=NOW)
