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


def test_what_waits_is_counted_by_what_it_waits_for(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    rows_ = [
        ("pending", 1, NOW, ""),
        ("pending", 1, NOW - 5, ""),
        ("pending", 1, NOW + 5, ""),
        ("pending", 1, NOW + 7, ""),
        ("pending", 1, NOW + 9, "limits"),
        ("pending", 3, NOW + 2, ""),
        ("in_flight", 1, NOW, ""),
        ("drawn", 0, NOW, ""),
    ]
    for number, (state, lane, due_ms, held_by) in enumerate(rows_):
        conn.execute(
            "INSERT INTO outbox (message_id, campaign, revision, run, user, occurrence, state,"
            " admitted_ms, due_ms, lane, updated_ms, held_by)"
            " VALUES (?, ?, 1, '', '', '', ?, 1, ?, ?, 1, ?)",
            (f"m{number}", campaign, state, due_ms, lane, held_by),
        )
    told = waiting.groups(conn, campaign, queued=True, now_ms=NOW)
    assert [(g.messages, g.first_ms - NOW, g.last_ms - NOW) for g in told] == [
        (2, -5, 0),
        (2, 5, 7),
        (1, 9, 9),
        (1, 2, 2),
        (1, 0, 0),
    ]
    assert [(g.on_the_wire, g.again, g.later, g.queued) for g in told] == [
        (False, False, False, False),
        (False, False, True, False),
        (False, False, True, True),
        (False, True, True, False),
        (True, False, False, False),
    ]
    plain = waiting.groups(conn, campaign, queued=False, now_ms=NOW)
    assert [g.messages for g in plain] == [2, 3, 1, 1]


def test_counting_what_waits_reads_the_index_alone(conn: sqlite3.Connection) -> None:
    """A card is drawn often, and a million may wait."""
    asked: list[str] = []
    conn.set_trace_callback(asked.append)
    waiting.groups(conn, "c", queued=False, now_ms=NOW)
    conn.set_trace_callback(None)
    assert asked
    for one in asked:
        plan = str(conn.execute(f"EXPLAIN QUERY PLAN {one}").fetchall())
        assert plan.count("USING COVERING INDEX outbox_open") == 3, plan
        few = "state = 'in_flight'" in one  # what is on the wire are some hundreds
        assert few or "TEMP B-TREE" not in plan
