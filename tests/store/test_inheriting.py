import sqlite3

import pytest

from domain.books import SkipReason
from domain.campaign import Campaign
from domain.control import Controls
from domain.verdict import Control, Skip, Verdict
from store import admission, books, caps, merging, outbox, runs, users
from tests.store.stage import (
    KEY,
    NOW,
    SLOT,
    batch,
    decide,
    fresh,
    live,
    past,
    row,
    start,
    the_run,
)


@pytest.fixture
def conn() -> sqlite3.Connection:
    connection = fresh()
    users.enrol(connection, {"old": 1, "ana": 1}, install_key=KEY)
    return connection


def merge(conn: sqlite3.Connection) -> None:
    assert merging.merge(conn, "old", "ana", now_ms=NOW, install_key=KEY) == "merged"


def sending(conn: sqlite3.Connection, *names: str, definition: Campaign | None = None) -> str:
    """Draw a run for these users."""
    definition = definition or past(cap_total=10)
    campaign = start(conn, definition)
    drawn = [decide(name, "") for name in names]
    runs.draw_chunk(conn, the_run(conn, campaign), drawn, now_ms=NOW)
    runs.finish_draw(conn, the_run(conn, campaign), definition, qualified=len(names), now_ms=NOW)
    return campaign


def is_balanced(conn: sqlite3.Connection, campaign: str, run: str = SLOT) -> bool:
    held = books.of_run(conn, campaign, run)
    return held.balanced() and held == books.recount(conn, campaign, run)


def test_what_waits_for_the_old_id_goes_to_the_person(conn: sqlite3.Connection) -> None:
    campaign = sending(conn, "old")
    merge(conn)
    assert (row(conn, "m1_old_").user, row(conn, "m1_old_").state) == ("ana", "pending")
    assert is_balanced(conn, campaign)


def test_a_run_sends_a_person_of_two_ids_one_message_and_frees_the_slot(
    conn: sqlite3.Connection,
) -> None:
    campaign = sending(conn, "old", "ana")
    merge(conn)
    assert row(conn, "m1_old_").reason == SkipReason.MERGED
    assert row(conn, "m1_ana_").state == "pending"
    assert caps.usage(conn, campaign)[0].used == 1
    assert is_balanced(conn, campaign)


def test_of_two_messages_the_one_that_may_be_on_its_way_counts(conn: sqlite3.Connection) -> None:
    campaign = sending(conn, "old", "ana")
    outbox.claim(conn, campaign, ["m1_old_"], now_ms=NOW)
    merge(conn)
    assert (row(conn, "m1_old_").state, row(conn, "m1_old_").user) == ("in_flight", "ana")
    assert row(conn, "m1_ana_").reason == SkipReason.MERGED
    assert is_balanced(conn, campaign)


def test_who_was_sent_the_message_under_the_old_id_gets_no_second_one(
    conn: sqlite3.Connection,
) -> None:
    campaign = sending(conn, "old", "ana")
    outbox.claim(conn, campaign, ["m1_old_"], now_ms=NOW)
    outbox.accepted(conn, ["m1_old_"], now_ms=NOW)
    merge(conn)
    assert (row(conn, "m1_old_").state, row(conn, "m1_old_").user) == ("accepted", "old")
    assert row(conn, "m1_ana_").reason == SkipReason.MERGED
    assert is_balanced(conn, campaign)


def test_two_events_are_two_messages_for_the_one_person(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    decisions = [decide("old", "e1"), decide("ana", "e2")]
    admission.admit(conn, batch(campaign, decisions), now_ms=NOW)
    merge(conn)
    found = conn.execute("SELECT user, state FROM outbox ORDER BY occurrence").fetchall()
    assert found == [("ana", "pending"), ("ana", "pending")]


def test_a_person_of_the_control_group_gets_nothing_under_any_id(conn: sqlite3.Connection) -> None:
    campaign = sending(conn, "old", definition=past(control_percent=100))
    merge(conn)
    assert row(conn, "m1_old_").reason == SkipReason.MERGED
    assert is_balanced(conn, campaign)


def test_a_person_of_the_operators_control_group_gets_nothing_either(
    conn: sqlite3.Connection,
) -> None:
    campaign = sending(conn, "old")
    everyone = Controls(system=100)
    merging.merge(conn, "old", "ana", now_ms=NOW, install_key=KEY, controls=everyone)
    assert row(conn, "m1_old_").reason == SkipReason.MERGED
    assert is_balanced(conn, campaign)


def test_what_waits_for_a_person_to_decide_goes_along(conn: sqlite3.Connection) -> None:
    campaign = sending(conn, "old")
    outbox.claim(conn, campaign, ["m1_old_"], now_ms=NOW)
    dead = outbox.Ending(row(conn, "m1_old_"), "dead", SkipReason.DEAD)
    outbox.end(conn, [dead], now_ms=NOW)
    merge(conn)
    assert (row(conn, "m1_old_").state, row(conn, "m1_old_").user) == ("dead", "ana")


@pytest.mark.parametrize("when", ["before", "between", "after"])
def test_a_merge_while_a_run_is_drawn_leaves_one_message_and_balanced_books(
    conn: sqlite3.Connection, when: str
) -> None:
    definition = past()
    campaign = start(conn, definition)
    run = the_run(conn, campaign)
    if when == "before":
        merge(conn)
    runs.draw_chunk(conn, run, [decide("old", "")], now_ms=NOW)
    if when == "between":
        merge(conn)
    runs.draw_chunk(conn, run, [decide("ana", "")], now_ms=NOW)
    if when == "after":
        merge(conn)
    runs.finish_draw(conn, run, definition, qualified=2, now_ms=NOW)
    pending = conn.execute("SELECT user FROM outbox WHERE state = 'pending'").fetchall()
    assert pending == [("ana",)]
    assert books.of_run(conn, campaign, SLOT).skipped == {SkipReason.MERGED: 1}
    assert is_balanced(conn, campaign)


def test_a_live_batch_that_was_judged_before_the_merge_is_read_anew(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, live())
    merge(conn)
    stale = batch(campaign, [decide("old", "e1")])
    assert admission.admit(conn, stale, now_ms=NOW) == admission.Merged()
    assert admission.cursor(conn, campaign, 1) == 0


def test_what_was_decided_stays_under_the_id_of_its_time(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    verdicts: tuple[Verdict, ...] = (Control(), Skip(SkipReason.UNREACHABLE))
    decisions = [decide("old", f"e{n}", verdict) for n, verdict in enumerate(verdicts)]
    admission.admit(conn, batch(campaign, decisions), now_ms=NOW)
    merge(conn)
    assert conn.execute("SELECT DISTINCT user FROM decision").fetchall() == [("old",)]
    assert is_balanced(conn, campaign, admission.LIVE)
