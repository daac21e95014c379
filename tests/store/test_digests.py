import sqlite3

from store import announcements, delivered, digests
from store.digests import SINCE_MS
from tests.store.stage import NOW, live, past, publish

DAY = "2026-09-21"


def asked(conn: sqlite3.Connection) -> list[tuple[str, str, str]]:
    rows = announcements.open_ones(conn, 10)
    return [(one.campaign, one.subject, one.body) for one, _ in rows if one.kind == "digest"]


def test_a_campaign_that_sent_within_a_day_gets_one_digest_and_no_second(
    conn: sqlite3.Connection,
) -> None:
    busy = publish(conn, live())
    publish(conn, past())
    delivered.add(conn, [busy], now_ms=NOW)
    assert [digests.ask_for(conn, DAY, now_ms=NOW) for _ in range(2)] == [1, 0]
    assert asked(conn) == [(busy, "", DAY)]
    assert digests.ask_for(conn, "2026-09-22", now_ms=NOW + 1_000) == 1


def test_a_campaign_whose_users_convert_gets_one_too(conn: sqlite3.Connection) -> None:
    campaign = publish(conn, live())
    conn.execute(
        "INSERT INTO conversion (campaign, event_seq, user, exposed_ms, run, occurrence, arm,"
        " variant, happened_ms, revenue) VALUES (?, 1, 'u', 1, 'live', '', 'target', '', ?, 0)",
        (campaign, NOW - 5),
    )
    assert digests.ask_for(conn, DAY, now_ms=NOW) == 1


def test_what_was_longer_ago_is_not_worth_a_word(conn: sqlite3.Connection) -> None:
    campaign = publish(conn, live())
    delivered.add(conn, [campaign], now_ms=NOW - SINCE_MS - delivered.QUARTER_MS)
    assert digests.ask_for(conn, DAY, now_ms=NOW) == 0
