import sqlite3

import pytest

from domain.goal import LATE_MS_MAX
from domain.review import Action
from store import announcements, delivered, digests
from store.digests import SINCE_MS
from store.reckoning import LAG_MS
from tests.store.stage import NOW, act, live, past, publish
from tests.store.test_reckoning import ORDER, aimed, event, expose, feed, reckon

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


NEXT_DAY = "2026-09-22"
MINUTE_MS = 60_000


@pytest.mark.parametrize(
    ("after_ms", "hours"),
    [
        (20_000, 24),  # within the quarter of an hour in which the digests are
        (30 * MINUTE_MS, 25),  # before a day that has an hour more
        (30 * MINUTE_MS, 31),  # the daemon was down at the time of the next ones
        (30 * MINUTE_MS, 6 * 24),  # or for days
    ],
)
def test_nothing_falls_between_the_digests_of_two_days(
    conn: sqlite3.Connection, after_ms: int, hours: int
) -> None:
    campaign = publish(conn, live())
    assert digests.ask_for(conn, DAY, now_ms=NOW) == 0
    delivered.add(conn, [campaign], now_ms=NOW + after_ms)
    assert digests.ask_for(conn, NEXT_DAY, now_ms=NOW + hours * 60 * MINUTE_MS + 50) == 1


def test_what_was_told_is_not_told_again_where_nothing_more_happened(
    conn: sqlite3.Connection,
) -> None:
    campaign = publish(conn, live())
    delivered.add(conn, [campaign], now_ms=NOW - 5 * MINUTE_MS)
    assert digests.ask_for(conn, DAY, now_ms=NOW) == 1
    assert digests.ask_for(conn, NEXT_DAY, now_ms=NOW + SINCE_MS - 10 * MINUTE_MS) == 0


def test_a_daemon_that_is_started_again_on_a_day_loses_none_of_it(conn: sqlite3.Connection) -> None:
    """It asks anew, and what happened between the two is for the next day."""
    campaign = publish(conn, live())
    delivered.add(conn, [campaign], now_ms=NOW - MINUTE_MS)
    delivered.add(conn, [campaign], now_ms=NOW + 30 * MINUTE_MS)
    asked_at = (NOW, NOW + 60 * MINUTE_MS)
    assert [digests.ask_for(conn, DAY, now_ms=at) for at in asked_at] == [1, 0]
    assert digests.ask_for(conn, NEXT_DAY, now_ms=NOW + SINCE_MS) == 1


def test_what_happened_before_weeks_without_a_daemon_is_no_news(conn: sqlite3.Connection) -> None:
    campaign = publish(conn, live())
    digests.ask_for(conn, DAY, now_ms=NOW)
    delivered.add(conn, [campaign], now_ms=NOW + MINUTE_MS)
    later = NOW + MINUTE_MS + digests.BACK_MS_MAX + 1
    assert digests.ask_for(conn, "2026-09-30", now_ms=later) == 0


WINDOW_MS = ORDER.window_minutes * MINUTE_MS
DAYS_OF_NOVEMBER = [f"2026-11-{n:02}" for n in range(1, 31)]


def test_a_campaign_that_is_over_has_digests_while_late_events_count_and_none_afterwards(
    conn: sqlite3.Connection,
) -> None:
    """Each says that it happened soon after the message, and comes in on a later day."""
    campaign = publish(conn, aimed("A"))
    expose(conn, campaign, "u1", NOW)
    act(conn, campaign, Action.STOP)
    digests.ask_for(conn, DAYS_OF_NOVEMBER[0], now_ms=NOW + MINUTE_MS)
    told = []
    for n, day in enumerate(DAYS_OF_NOVEMBER[1:11], start=1):
        at = NOW + n * SINCE_MS
        if n != 4:  # on that day nothing comes in
            feed(conn, event(n, "u1", NOW + 5 * MINUTE_MS), now_ms=at)
            reckon(conn, at + LAG_MS)
        asked_at = (at + MINUTE_MS, at + 2 * MINUTE_MS)
        told.append([digests.ask_for(conn, day, now_ms=each) for each in asked_at])
    last = (WINDOW_MS + LATE_MS_MAX - 1) // SINCE_MS
    assert told == [[int(n <= last and n != 4), 0] for n in range(1, 11)]


def test_an_event_that_was_late_by_minutes_only_is_not_lost_between_two_digests(
    conn: sqlite3.Connection,
) -> None:
    """It happened before the digests of a day and came in after them."""
    campaign = publish(conn, aimed("A"))
    expose(conn, campaign, "u1", NOW)
    assert digests.ask_for(conn, DAY, now_ms=NOW + 10 * MINUTE_MS) == 0
    feed(conn, event(1, "u1", NOW + MINUTE_MS), now_ms=NOW + 11 * MINUTE_MS)
    reckon(conn, NOW + 12 * MINUTE_MS)
    assert digests.ask_for(conn, NEXT_DAY, now_ms=NOW + SINCE_MS) == 1
    assert digests.ask_for(conn, "2026-09-23", now_ms=NOW + 2 * SINCE_MS) == 0
