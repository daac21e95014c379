import sqlite3

from store import admission, delivered, outbox
from store.delivered import QUARTER_MS, Quarter
from tests.store.stage import NOW, batch, decide, live, start

FIRST = NOW - NOW % QUARTER_MS


def test_accepted_messages_are_counted_in_their_quarter_of_an_hour_once(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, live())
    decisions = [decide(user) for user in ("u1", "u2", "u3")]
    admission.admit(conn, batch(campaign, decisions), now_ms=NOW)
    ids = [f"m1_{user}_e1" for user in ("u1", "u2", "u3")]
    outbox.claim(conn, campaign, ids, now_ms=NOW)
    outbox.accepted(conn, ids[:2], now_ms=NOW)
    outbox.accepted(conn, ids[:2], now_ms=NOW)
    outbox.accepted(conn, ids[2:], now_ms=NOW + QUARTER_MS)
    assert delivered.of_campaign(conn, campaign) == [
        Quarter(FIRST, 2),
        Quarter(FIRST + QUARTER_MS, 1),
    ]


def test_campaigns_have_their_own(conn: sqlite3.Connection) -> None:
    delivered.add(conn, ["a", "b", "a"], now_ms=NOW)
    assert [one.n for one in delivered.of_campaign(conn, "a")] == [2]
    assert delivered.of_campaign(conn, "c") == []


def test_what_all_the_others_sent_is_added_up(conn: sqlite3.Connection) -> None:
    delivered.add(conn, ["a", "b", "c", "a"], now_ms=FIRST)
    delivered.add(conn, ["b"], now_ms=FIRST - 1)
    assert delivered.of_others(conn, "a", since_ms=FIRST + 5) == [Quarter(FIRST, 2)]
    assert [one.n for one in delivered.of_others(conn, "a", since_ms=FIRST - 1)] == [1, 2]


def test_the_last_message_is_known_to_the_millisecond(conn: sqlite3.Connection) -> None:
    assert delivered.last_ms(conn, "a") is None
    for at_ms in (NOW, NOW + QUARTER_MS, NOW + QUARTER_MS + 7, NOW + QUARTER_MS + 3):
        delivered.add(conn, ["a"], now_ms=at_ms)
    delivered.add(conn, ["b"], now_ms=NOW + 9 * QUARTER_MS)
    assert delivered.last_ms(conn, "a") == NOW + QUARTER_MS + 7


def test_all_that_were_ever_accepted_are_added_up(conn: sqlite3.Connection) -> None:
    for days in range(3):
        delivered.add(conn, ["a", "b", "a"], now_ms=NOW + days * 86_400_000)
    assert (delivered.total(conn, "a"), delivered.total(conn, "c")) == (6, 0)
