"""The judge of the real process: each violation, planted by hand, is found and said."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sandbox.segment.receipts import Message, Outcome
from store import audit, meta, migrations
from store.acts import audit_key
from store.upgrade import upgrade
from tests.system import checks
from tests.system.checks import Seen

KEY = bytes(range(32))
ROWS = """
INSERT INTO campaign (id, name, kind, author, state, revision, published, created_ms, updated_ms)
    VALUES ('c1', 'Coupon', 'live', 'U1', 'running', 1, 1, 0, 0);
INSERT INTO log (kind, source_id, user, name, time_ms, received_ms, body)
    VALUES ('event', 'e1', 'u1', 'Viewed', 0, 0, x'7b7d'),
           ('event', 'e2', 'u2', 'Viewed', 0, 0, x'7b7d');
INSERT INTO cursor (campaign, revision, seq) VALUES ('c1', 1, 2);
INSERT INTO cap (campaign, scope, lim, used) VALUES ('c1', 'total', 1, 1);
INSERT INTO outbox (message_id, campaign, revision, run, user, occurrence, state, admitted_ms,
                    due_ms, lane, attempts, updated_ms)
    VALUES ('m1', 'c1', 1, 'live', 'u1', 'e1', 'accepted', 0, 0, 1, 1, 0);
INSERT INTO decision (campaign, run, user, occurrence, bucket, reason, at_ms)
    VALUES ('c1', 'live', 'u2', 'e2', 'skipped', 'cap_reached', 0);
INSERT INTO books (campaign, run, bucket, reason, n) VALUES ('c1', 'live', 'qualified', '', 2),
    ('c1', 'live', 'sent', '', 1), ('c1', 'live', 'skipped', 'cap_reached', 1);
"""
SECOND_ID = """
INSERT INTO outbox (message_id, campaign, revision, run, user, occurrence, state, admitted_ms,
                    due_ms, lane, updated_ms)
    SELECT 'm2', campaign, revision, run, user, occurrence, 'pending', 0, 0, 1, 0 FROM outbox
"""


@dataclass
class World:
    """A small campaign that is all well, until a test says otherwise."""

    conn: sqlite3.Connection
    path: Path
    acknowledged: set[str] = field(default_factory=lambda: {"e1", "e2"})
    arrived: list[Message] = field(default_factory=list)
    final: dict[str, int] = field(default_factory=dict)
    erasing: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    adopted_seq: int = 0

    def arrives(self, message_id: str, *, user: str = "u1", outcome: Outcome = "accepted") -> None:
        raw = b'{"properties":{"campaign_id":"c1"}}'
        n = len(self.arrived) + 1
        self.arrived.append(
            Message(n, n, 0, 0, message_id, "track", user, "Sent", outcome, None, raw)
        )

    def seen(self) -> Seen:
        return Seen(
            frozenset(self.acknowledged),
            {"Coupon": "Viewed"},
            self.arrived,
            self.final,
            frozenset(self.erasing),
            frozenset(self.erased),
            self.adopted_seq,
        )

    def found(self, planted: str = "") -> str:
        self.conn.executescript(planted)
        return " ".join(checks.violations(self.path, self.seen()))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    path = tmp_path / "clarion.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        upgrade(conn, path, migrations.load())
        meta.ensure_install_key(conn, KEY)
        audit.append(conn, at_ms=0, who="U1", action="publish", campaign="c1", key=audit_key(KEY))
        conn.executescript(ROWS)
        world = World(conn, path)
        world.arrives("m1")
        yield world


def test_where_all_is_well_nothing_is_found(world: World) -> None:
    assert world.found() == ""
    assert checks.unrest(world.path, world.seen()) == []


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("DELETE FROM log WHERE source_id = 'e2'", "1 acknowledged events are not in the log"),
        ("DELETE FROM decision", "1 events were not decided once for Coupon: e2 0 times"),
        (
            (
                "INSERT INTO decision (campaign, run, user, occurrence, bucket, reason, at_ms)"
                " VALUES ('c1', 'live', 'u1', 'e1', 'skipped', 'stopped', 0)"
            ),
            "e1 2 times",
        ),
        (
            SECOND_ID,
            "a second message id",
        ),
        ("UPDATE cap SET used = 0", "says 0 used, its messages say 1"),
        ("UPDATE books SET n = 3 WHERE bucket = 'qualified'", "say 3 qualified, its rows say 2"),
        (
            "DROP TRIGGER audit_is_immutable; UPDATE audit SET who = 'U2'",
            "The audit chain is broken at row 1",
        ),
        ("DELETE FROM outbox", "of which the outbox knows nothing: m1"),
    ],
)
def test_a_planted_violation_of_the_rows_is_found(world: World, planted: str, told: str) -> None:
    assert told in world.found(planted)


def test_what_is_booked_as_accepted_must_have_arrived(world: World) -> None:
    world.arrived.clear()
    assert "booked as accepted and never arrived: m1" in world.found()


def test_what_was_accepted_at_an_earlier_death_does_not_come_again(world: World) -> None:
    world.final["m1"] = 1
    world.arrives("m1", outcome="duplicate")
    found = world.found()
    assert "again after they were accepted: m1" in found
    assert "more often than they were claimed: m1 2" in found


def test_what_the_receiver_takes_as_new_twice_is_two_messages(world: World) -> None:
    world.arrives("m1")
    assert "new to the receiver twice: m1" in world.found()


def test_a_message_goes_to_the_user_whom_the_outbox_names(world: World) -> None:
    world.arrived.clear()
    world.arrives("m1", user="u9")
    assert "with another's content: m1" in world.found()


def test_what_a_lost_database_may_have_decided_needs_no_decision_here(world: World) -> None:
    world.adopted_seq = 2
    assert "not decided once" not in world.found("DELETE FROM decision")


def test_what_may_have_been_sent_by_a_lost_database_keeps_its_slot(world: World) -> None:
    adopt = "UPDATE outbox SET state = 'unknown', attempts = 0, ambiguous_ms = 1"
    assert "cap" not in world.found(f"DROP TRIGGER accepted_is_final; {adopt}")


def test_who_may_be_erased_by_now_may_stand_under_a_pseudonym(world: World) -> None:
    erase = "UPDATE outbox SET user = 'erased:9f'; UPDATE log SET user = 'erased:9f'"
    assert "with another's content: m1" in world.found(f"DROP TRIGGER accepted_is_final; {erase}")
    world.erasing.add("u1")
    assert "another's content" not in world.found()


def test_of_an_erased_user_nothing_may_be_kept(world: World) -> None:
    world.erased.add("u2")
    found = world.found()
    assert "1 rows of log are still about the erased u2" in found
    assert "1 rows of decision are still about the erased u2" in found


def test_at_rest_nothing_waits_and_every_event_is_considered(world: World) -> None:
    world.conn.executescript(
        "DROP TRIGGER accepted_is_final; UPDATE outbox SET state = 'in_flight';"
        " UPDATE cursor SET seq = 1"
    )
    waits, behind = checks.unrest(world.path, world.seen())
    assert waits.startswith("1 messages of Coupon (running) are still in_flight;")
    assert waits.endswith("the last acts on it: 00:00:00.000 U1 publish.")
    assert behind == "Coupon has considered events up to 1, not up to 2."


def test_a_damaged_file_is_said_to_be_so(world: World) -> None:
    page = "SELECT rootpage FROM sqlite_schema WHERE name = 'log'"
    (root,) = world.conn.execute(page).fetchone()
    world.conn.close()
    with world.path.open("r+b") as file:
        file.seek((root - 1) * 4_096)
        file.write(b"\xa5" * 4_096)
    assert "damaged" in " ".join(checks.violations(world.path, world.seen()))
