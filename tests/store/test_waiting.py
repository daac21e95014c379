import sqlite3

from domain.verdict import Hold
from store import admission, outbox, waiting
from tests.store.stage import HOUR, NOW, batch, decide, live, rows, start

EVERY = range(4)


def test_in_each_lane_the_oldest_goes_first(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    for number, (lane, due_ms) in enumerate([(0, 1), (1, 3), (1, 2), (3, 0), (1, NOW + 1)]):
        conn.execute(
            "INSERT INTO outbox (message_id, campaign, revision, run, user, occurrence, state,"
            " admitted_ms, due_ms, lane, updated_ms) VALUES (?, ?, 1, '', '', '', 'pending',"
            " 1, ?, ?, 1)",
            (f"m{number}", campaign, due_ms, lane),
        )

    def found(lane: int, limit: int = 9) -> list[str]:
        return [
            r.message_id for r in waiting.due(conn, campaign, lane=lane, now_ms=NOW, limit=limit)
        ]

    assert [found(lane) for lane in EVERY] == [["m0"], ["m2", "m1"], [], ["m3"]]
    assert (found(1, limit=1), found(1, limit=0)) == (["m2"], [])


def test_a_message_is_due_at_its_moment_and_not_before(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    held = [decide("u1", verdict=Hold(NOW + HOUR))]
    admission.admit(conn, batch(campaign, held), now_ms=NOW)
    assert waiting.next_due_ms(conn, lanes=EVERY) == NOW + HOUR
    for now_ms, expected in ((NOW + HOUR - 1, []), (NOW + HOUR, [campaign])):
        assert waiting.campaigns_due(conn, lanes=EVERY, now_ms=now_ms) == expected
        assert len(waiting.due(conn, campaign, lane=1, now_ms=now_ms, limit=9)) == len(expected)


def test_a_campaign_is_asked_for_by_its_lanes(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    admission.admit(conn, batch(campaign, [decide("u1")]), now_ms=NOW)
    assert waiting.campaigns_due(conn, lanes=waiting.TRIGGERS, now_ms=NOW) == [campaign]
    assert waiting.campaigns_due(conn, lanes=waiting.BACKLOGS, now_ms=NOW) == []
    assert waiting.next_due_ms(conn, lanes=waiting.FIRST) == NOW
    assert waiting.next_due_ms(conn, lanes=waiting.AGAIN) is None


def test_nothing_is_due_where_nothing_waits(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    admission.admit(conn, batch(campaign, [decide("u1")]), now_ms=NOW)
    outbox.claim(conn, campaign, list(rows(conn)), now_ms=NOW)
    assert waiting.campaigns_due(conn, lanes=EVERY, now_ms=NOW) == []
    assert waiting.next_due_ms(conn, lanes=EVERY) is None
