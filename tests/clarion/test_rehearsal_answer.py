import csv
import sqlite3
from pathlib import Path

from msgspec import structs

from actors import surging
from actors.rules import Rules
from clarion.rehearsal_answer import held_run, is_over, put_off, read, write_messages
from domain.books import SkipReason
from domain.campaign import DoNotDisturb
from domain.verdict import Control, Hold, Skip
from store import admission, outbox, runs
from tests.store.conftest import conn as conn  # a fixture
from tests.store.stage import HOUR, NOW, SLOT, batch, decide, live, past, start, the_run

QUIET = DoNotDisturb("14:00", "15:20")
QUIET_ENDS_MS = NOW + 4_000_000
"""NOW is 14:13:20 in UTC."""


def decided(conn: sqlite3.Connection, *, until_ms: int = QUIET_ENDS_MS) -> str:
    definition = structs.replace(live(cap_total=2), do_not_disturb=QUIET)
    campaign = start(conn, definition)
    decisions = [
        decide("u1"),
        decide("u2", "e2", Hold(until_ms)),
        decide("u3", "e3", Control()),
        decide("u4", "e4", Skip(SkipReason.UNREACHABLE)),
        decide("u5", "e5"),
    ]
    admission.admit(conn, batch(campaign, decisions, definition=definition), now_ms=NOW)
    ids = ["m1_u1_e1", "m1_u2_e2"]
    outbox.claim(conn, campaign, ids, now_ms=NOW)
    outbox.accepted(conn, ids, now_ms=NOW + 5)
    return campaign


def test_the_answer_counts_what_happened(conn: sqlite3.Connection) -> None:
    campaign = decided(conn)
    found = read(conn, campaign, rules=Rules(NOW, b"", "UTC"), from_ms=NOW - HOUR, until_ms=NOW)
    assert (found.books.sent, found.users, found.held) == (2, 2, 1)
    assert {one.reason: one.users for one in found.skipped} == {"unreachable": 1, "cap_reached": 1}
    assert found.cap_filled_ms == NOW
    assert found.busiest is not None
    assert found.busiest.n == 2
    assert {told.message.split()[0] for told in found.examples} == {"u1", "u2", "u3", "u4", "u5"}


def test_what_waited_for_another_moment_did_not_wait_for_the_end_of_quiet_hours(
    conn: sqlite3.Connection,
) -> None:
    campaign = decided(conn, until_ms=QUIET_ENDS_MS + HOUR)
    found = read(conn, campaign, rules=Rules(NOW, b"", "UTC"), from_ms=NOW - HOUR, until_ms=NOW)
    assert found.held == 0


def test_what_left_long_after_it_was_due_waited_for_the_pace_or_a_throttle(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, live())
    waiting = [decide(f"u{n}", f"e{n}") for n in (1, 5, 6)]
    admission.admit(conn, batch(campaign, waiting), now_ms=NOW)
    late = {"m1_u1_e1": 59_999, "m1_u5_e5": 120_000, "m1_u6_e6": 90_000}
    for name, ms in late.items():
        outbox.claim(conn, campaign, [name], now_ms=NOW + ms)
        outbox.accepted(conn, [name], now_ms=NOW + ms + 5)
    found = read(conn, campaign, rules=Rules(NOW, b"", "UTC"), from_ms=NOW - HOUR, until_ms=NOW)
    assert (found.slowed, found.slowed_ms) == (2, 120_000)


def test_messages_are_written_for_a_spreadsheet(conn: sqlite3.Connection, tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    write_messages(conn, decided(conn), zone="UTC", file=file)
    rows = list(csv.DictReader(file.read_text().splitlines()))
    assert [(row["user"], row["state"]) for row in rows] == [("u1", "accepted"), ("u2", "accepted")]


def test_a_run_that_is_held_is_found(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past(safety_limit=1))
    assert held_run(conn, campaign)[1] is None
    runs.block(conn, the_run(conn, campaign), qualified=7, limit=1, now_ms=NOW)
    held = held_run(conn, campaign)[1]
    assert held is not None
    assert (held.run, held.qualified, held.limit) == (SLOT, 7, 1)


def test_a_campaign_that_paused_itself_is_told_with_the_moment(conn: sqlite3.Connection) -> None:
    definition = live(safety_per_hour=1)
    campaign = start(conn, definition)
    surging.pause(conn, campaign, 1, key=bytes(32), letter=False, now_ms=NOW + HOUR)
    found = read(conn, campaign, rules=Rules(NOW, b"", "UTC"), from_ms=NOW - HOUR, until_ms=NOW)
    assert found.paused_ms == NOW + HOUR


def test_waits_are_put_off_and_back(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    conn.execute(
        "INSERT INTO timer (campaign, user, key, state, event_seq, occurrence, first_ms, since_ms,"
        " until_ms, due_ms, armed_ms) VALUES (?, 'u1', '', 'armed', 1, 'e1', 0, 0, 0, 7, 0)",
        (campaign,),
    )
    assert put_off(conn, campaign, by_ms=HOUR) == 1
    assert conn.execute("SELECT due_ms FROM timer").fetchall() == [(HOUR + 7,)]
    put_off(conn, campaign, by_ms=-HOUR)
    assert conn.execute("SELECT due_ms FROM timer").fetchall() == [(7,)]


def test_it_is_over_when_nothing_is_open_and_no_run_goes_on(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past())
    assert not is_over(conn, campaign)
    runs.set_state(conn, campaign, SLOT, "done", now_ms=NOW)
    assert is_over(conn, campaign)
