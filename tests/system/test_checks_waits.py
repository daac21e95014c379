"""The judges of waits, dates, goals and the pace: each violation, planted by hand, is found."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.segment.receipts import Request
from sandbox.segment.workspace import Workspace
from store import migrations
from store.upgrade import upgrade
from tests.system import checks_goals, checks_waits
from tests.system.soak.pace import Left, Pulse, fastest

MINUTE_MS = 60_000
ROWS = f"""
INSERT INTO campaign (id, name, kind, author, state, revision, published, created_ms, updated_ms)
    VALUES ('c1', 'Carts', 'live', 'U1', 'running', 1, 1, 0, 0);
INSERT INTO log (kind, source_id, user, name, time_ms, received_ms, body)
    VALUES ('event', 'e1', 'u1', 'Viewed', 0, 0, x'7b7d'),
           ('event', 'e2', 'u1', 'Bought', 500, {MINUTE_MS * 60}, x'7b7d');
INSERT INTO outbox (message_id, campaign, revision, run, user, occurrence, state, admitted_ms,
                    due_ms, lane, attempts, updated_ms)
    VALUES ('m1', 'c1', 1, 'live', 'u1', 'e1', 'pending', 0, 0, 1, 1, 0);
UPDATE outbox SET state = 'accepted', variant = 'Red';
INSERT INTO timer (campaign, user, key, state, event_seq, occurrence, first_ms, since_ms, until_ms,
                   due_ms, armed_ms)
    VALUES ('c1', 'u1', 'k', 'fired', 1, 'e1', 0, 0, {MINUTE_MS}, {MINUTE_MS}, 0);
INSERT INTO goal (campaign, event, goal) VALUES
    ('c1', 'Bought', CAST('{{"event": "Bought", "window_minutes": 60}}' AS BLOB));
INSERT INTO exposure (user, campaign, at_ms, run, occurrence, arm, variant)
    VALUES ('u1', 'c1', 100, 'live', 'e1', 'target', 'Red');
INSERT INTO arm (campaign, arm, variant, users)
    VALUES ('c1', 'target', '', 1), ('c1', 'target', 'Red', 1);
INSERT INTO conversion (campaign, event_seq, user, exposed_ms, run, occurrence, arm, variant,
                        happened_ms, revenue)
    VALUES ('c1', 2, 'u1', 100, 'live', 'e1', 'target', 'Red', 500, 0);
INSERT OR REPLACE INTO reckoned (one, seq) VALUES (1, 2);
"""

SPARED = """
INSERT INTO revision (campaign, number, hash, definition, editor, created_ms)
    VALUES ('c1', 1, '', CAST('{"limits": {"per_user_max": 1}}' AS BLOB), 'U1', 0);
INSERT INTO decision (campaign, run, user, occurrence, bucket, at_ms)
    VALUES ('c1', 'live', 'c1', 'e7', 'control', 0), ('c1', 'live', 'c1', 'e8', 'control', 0);
INSERT INTO exposure (user, campaign, at_ms, run, occurrence, arm)
    VALUES ('c1', 'c1', 1, 'live', 'e7', 'control'), ('c1', 'c1', 2, 'live', 'e8', 'control');
"""
"""A control user who was met twice, and watched twice where a limit allows one message."""


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "clarion.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        upgrade(conn, path, migrations.load())
        conn.executescript(ROWS)
        yield conn


def found(conn: sqlite3.Connection, planted: str = "") -> str:
    conn.executescript(planted)
    said = [*checks_goals.all_of_them(conn)]
    said += [*checks_waits.overdue(conn), *checks_waits.unasked(conn, {"e9"})]
    return " ".join([*said, *checks_waits.runs(conn, {})])


def test_where_waits_and_goals_are_well_nothing_is_found(conn: sqlite3.Connection) -> None:
    assert found(conn) == ""


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("UPDATE timer SET state = 'armed'", "1 timers of Carts are overdue"),
        ("UPDATE outbox SET occurrence = 'e9'; DELETE FROM exposure", "though cleared: ['e9']"),
        ("DELETE FROM exposure", "1 users (target) are not watched"),
        ("UPDATE exposure SET occurrence = 'e3'", "1 users (target) are watched for nothing"),
        ("UPDATE arm SET users = 2", "arms do not say how many users they have"),
        (f"{SPARED}; DELETE FROM exposure WHERE user = 'c1'", "1 users (control) are not watched"),
        (f"{SPARED}; DELETE FROM decision", "2 users (control) are watched for nothing"),
        (SPARED, "1 users (control) are watched too often: [('c1', 'c1', 2, 1)]"),
        ("UPDATE exposure SET occurrence = 'e2'", "1 events of goals are miscounted: [2]"),
        ("DELETE FROM conversion", "1 events of goals are miscounted: [2]"),
        ("UPDATE exposure SET at_ms = 501", "1 events of goals are miscounted: [2]"),
        ("UPDATE variant_books SET n = 2", "1 books of variants are wrong"),
    ],
)
def test_a_planted_violation_of_waits_or_goals_is_found(
    conn: sqlite3.Connection, planted: str, told: str
) -> None:
    assert told in found(conn, f"DROP TRIGGER accepted_is_final; {planted}")


def test_a_schema_that_knows_no_goals_yet_has_none() -> None:
    with closing(sqlite3.connect(":memory:")) as conn:
        assert list(checks_goals.all_of_them(conn)) == []


def test_a_date_that_has_come_has_a_run_that_is_over(conn: sqlite3.Connection) -> None:
    dates = {"Carts": ["1970-01-01T00:10"]}
    assert list(checks_waits.runs(conn, dates)) == [
        "The run of Carts at 1970-01-01T00:10 is not there."
    ]
    conn.execute(
        "INSERT INTO run (campaign, run, revision, state, due_ms, updated_ms)"
        " VALUES ('c1', '1970-01-01T00:10[UTC]', 1, 'done', 600000, 0)"
    )
    assert list(checks_waits.runs(conn, dates)) == []


def at(seen: float, events: int, *, held_up: float = 0.0) -> Left:
    return Left(seen - held_up, seen, events)


def test_what_surely_left_within_a_second_counts_together() -> None:
    assert fastest([at(10.0, 300), at(10.9, 201), at(11.1, 100)]).events == 501
    assert fastest([at(10.0, 300), at(11.1, 300)]).events == 300


def test_what_may_have_left_a_second_before_does_not_count() -> None:
    assert fastest([at(10.0, 300, held_up=0.5), at(10.6, 300)]).events == 300


def test_a_receiver_that_was_held_up_takes_less_for_certain() -> None:
    now = 100.0
    segment = Workspace(write_key="k", now=lambda: now)
    pulse = Pulse(segment)

    def arrives(began: float) -> None:
        number = segment.receipts.next_request
        told = Request(number, began, 0, "/v1/batch", 0, "200", 300, None, None, None)
        segment.receipts.add_request(told)

    arrives(90.0)
    arrives(90.8)
    assert pulse.exceeded(500) == ["600 messages left in one second, up to 90.800, of 500."]
    pulse.stalls.append((94.0, 95.0))
    arrives(94.9)
    arrives(95.5)
    assert pulse.exceeded(500) == []
