import sqlite3
from collections.abc import Sequence

import pytest

from domain.books import Books, SkipReason
from domain.campaign import Campaign
from domain.verdict import Control, Hold, Send, Skip, Verdict
from store import books, caps, outbox, runs, waiting
from store.admission import Decision
from store.recipients import ROOM_FOR_ALL, Room
from tests.store.stage import (
    HOUR,
    NOW,
    SLOT,
    decide,
    everything,
    past,
    row,
    rows,
    start,
    states,
    the_run,
)


def drawn(verdicts: Sequence[Verdict]) -> list[Decision]:
    return [decide(f"u{n}", "", verdict) for n, verdict in enumerate(verdicts)]


MIXED = drawn([Send(), Hold(NOW + HOUR), Control(), Skip(SkipReason.CAP_RUN), Send()])


def draw(conn: sqlite3.Connection, campaign: str, decisions: Sequence[Decision]) -> None:
    runs.draw_chunk(conn, the_run(conn, campaign), decisions, now_ms=NOW)


def finish(
    conn: sqlite3.Connection, campaign: str, qualified: int, definition: Campaign | None = None
) -> bool:
    run = the_run(conn, campaign)
    return runs.finish_draw(conn, run, definition or past(), qualified=qualified, now_ms=NOW)


def test_a_run_begins_once_for_its_slot(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past())
    runs.set_state(conn, campaign, SLOT, "missed", now_ms=NOW)
    before = everything(conn)
    runs.begin(conn, campaign, SLOT, 2, due_ms=NOW + 1, now_ms=NOW + 1)
    assert everything(conn) == before


def test_runs_are_listed_the_earliest_first(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past())
    runs.begin(conn, campaign, "before", 1, due_ms=NOW - 1, now_ms=NOW)
    assert [run.run for run in runs.of_campaign(conn, campaign)] == ["before", SLOT]
    assert runs.find(conn, campaign, "never") is None


def test_nothing_of_a_draw_shows_before_it_is_finished(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past())
    draw(conn, campaign, MIXED)
    assert set(states(conn).values()) == {"drawn"}
    assert waiting.campaigns_due(conn, lanes=range(4), now_ms=NOW + 9 * HOUR) == []
    assert outbox.claim(conn, campaign, list(rows(conn)), now_ms=NOW) == frozenset()
    assert books.of_run(conn, campaign, SLOT) == Books()


def test_a_finished_draw_shows_whole(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past())
    draw(conn, campaign, MIXED)
    assert finish(conn, campaign, 5)
    found = books.of_run(conn, campaign, SLOT)
    assert found == Books(5, 1, 0, {SkipReason.CAP_RUN: 1}, 3)
    assert found == books.recount(conn, campaign, SLOT)
    assert (the_run(conn, campaign).state, the_run(conn, campaign).qualified) == ("sending", 5)
    assert [(r.state, r.due_ms - NOW, r.lane) for r in rows(conn).values()] == [
        ("pending", 0, 0),
        ("pending", HOUR, 0),
        ("pending", 0, 0),
    ]


def test_a_draw_is_finished_once(conn: sqlite3.Connection) -> None:
    definition = past(cap_total=9, cap_per_run=9)
    campaign = start(conn, definition)
    draw(conn, campaign, MIXED)
    assert finish(conn, campaign, 5, definition)
    before = everything(conn)
    assert not finish(conn, campaign, 5, definition)
    draw(conn, campaign, drawn([Send()] * 9))
    runs.clear_draw(conn, the_run(conn, campaign))
    assert everything(conn) == before


@pytest.mark.parametrize("chunks_before_the_crash", range(4))
def test_a_crash_between_chunks_changes_nothing_of_the_result(
    conn: sqlite3.Connection, chunks_before_the_crash: int
) -> None:
    definition = past(cap_per_run=9)
    campaign = start(conn, definition)
    chunks = [MIXED[:2], MIXED[2:4], MIXED[4:]]
    for chunk in chunks[:chunks_before_the_crash]:
        draw(conn, campaign, chunk)
    runs.clear_draw(conn, the_run(conn, campaign))
    assert (rows(conn), books.recount(conn, campaign, SLOT)) == ({}, Books())
    for chunk in chunks:
        draw(conn, campaign, chunk)
    finish(conn, campaign, 5, definition)
    after_crash = everything(conn)

    conn.execute("DELETE FROM cap")
    conn.execute("DELETE FROM books")
    conn.execute("UPDATE run SET state = 'drawing', placed = 0")
    conn.execute("DELETE FROM outbox")
    conn.execute("DELETE FROM decision")
    draw(conn, campaign, MIXED)
    finish(conn, campaign, 5, definition)
    assert everything(conn) == after_crash


def test_a_chunk_that_comes_twice_is_written_once(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past())
    for _ in range(2):
        draw(conn, campaign, MIXED)
    assert finish(conn, campaign, 5)
    assert books.of_run(conn, campaign, SLOT).balanced()


def test_a_run_that_was_stopped_while_it_was_drawn_gets_no_more_rows(
    conn: sqlite3.Connection,
) -> None:
    """Otherwise they would count as open for ever."""
    campaign = start(conn, past())
    run = the_run(conn, campaign)
    draw(conn, campaign, MIXED[:2])
    runs.clear_draw(conn, run)
    runs.set_state(conn, campaign, SLOT, "stopped", by="U_ANN", now_ms=NOW)
    runs.draw_chunk(conn, run, MIXED[2:], now_ms=NOW)
    assert not runs.finish_draw(conn, run, past(), qualified=5, now_ms=NOW)
    assert outbox.open_count(conn, campaign) == 0
    assert books.recount(conn, campaign, SLOT) == books.of_run(conn, campaign, SLOT) == Books()


def test_a_draw_that_lost_somebody_is_not_shown(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past())
    draw(conn, campaign, MIXED)
    with pytest.raises(AssertionError, match="everyone who qualified has one row"):
        finish(conn, campaign, 6)


@pytest.mark.parametrize(
    ("total", "per_run", "sample", "used", "left"),
    [
        (None, None, None, 0, ROOM_FOR_ALL),
        (None, 4, None, 0, Room(4, SkipReason.CAP_RUN)),
        (9, None, None, 0, Room(9, SkipReason.CAP_REACHED)),
        (9, 4, None, 0, Room(4, SkipReason.CAP_RUN)),
        (9, 4, 3, 0, Room(3, SkipReason.SAFETY_NOT_DRAWN)),
        (9, 4, 7, 6, Room(3, SkipReason.CAP_REACHED)),
        (9, None, None, 9, Room(0, SkipReason.CAP_REACHED)),
        (None, None, 0, 0, Room(0, SkipReason.SAFETY_NOT_DRAWN)),
    ],
)
def test_the_room_of_a_run_is_the_least_that_anything_leaves(
    conn: sqlite3.Connection,
    total: int | None,
    per_run: int | None,
    sample: int | None,
    used: int,
    left: Room,
) -> None:
    """What is named is what leaves the least now, not what is the smallest number."""
    limits = {"cap_total": total, "cap_per_run": per_run}
    definition = past(**{name: n for name, n in limits.items() if n is not None})
    campaign = start(conn, definition)
    conn.execute("UPDATE run SET sample = ?", (sample,))
    if total is not None:
        caps.take_many(conn, campaign, [caps.Cap(caps.TOTAL, total)], used)
    assert runs.room(conn, the_run(conn, campaign), definition) == left


def test_a_run_takes_a_slot_of_each_cap_for_each_message(conn: sqlite3.Connection) -> None:
    definition = past(cap_total=9, cap_per_run=3)
    campaign = start(conn, definition)
    draw(conn, campaign, MIXED)
    finish(conn, campaign, 5, definition)
    slot = caps.run(SLOT)
    assert caps.usage(conn, campaign) == [caps.Usage(slot, 3, 3), caps.Usage("total", 3, 9)]
    ending = outbox.Ending(row(conn, "m1_u0_"), "expired", SkipReason.EXPIRED)
    outbox.end(conn, [ending], now_ms=NOW)
    assert caps.usage(conn, campaign) == [caps.Usage(slot, 2, 3), caps.Usage("total", 2, 9)]


def test_a_run_that_drew_more_than_its_caps_leave_is_refused(conn: sqlite3.Connection) -> None:
    definition = past(cap_per_run=2)
    campaign = start(conn, definition)
    draw(conn, campaign, MIXED)
    with pytest.raises(AssertionError, match="no more than its caps leave"):
        finish(conn, campaign, 5, definition)


def blocked(conn: sqlite3.Connection) -> str:
    campaign = start(conn, past(safety_limit=4))
    runs.block(conn, the_run(conn, campaign), qualified=5, limit=4, now_ms=NOW)
    return campaign


def test_a_blocked_run_remembers_the_numbers_as_they_stood(conn: sqlite3.Connection) -> None:
    run = the_run(conn, blocked(conn))
    assert (run.state, run.qualified, run.safety_limit, run.sample) == ("blocked", 5, 4, None)


def test_a_blocked_run_is_not_drawn(conn: sqlite3.Connection) -> None:
    campaign = blocked(conn)
    draw(conn, campaign, MIXED)
    assert not finish(conn, campaign, 5)
    assert not rows(conn)


def test_a_sample_lets_the_run_go_on(conn: sqlite3.Connection) -> None:
    campaign = blocked(conn)
    runs.answer_sample(conn, campaign, SLOT, 2, by="U_BEN", now_ms=NOW)
    run = the_run(conn, campaign)
    assert (run.state, run.sample, run.decided_by) == ("drawing", 2, "U_BEN")


def test_a_higher_limit_lets_the_run_be_judged_again_by_its_revision(
    conn: sqlite3.Connection,
) -> None:
    campaign = blocked(conn)
    runs.answer_limit(conn, campaign, SLOT, 2, by="U_BEN", now_ms=NOW)
    run = the_run(conn, campaign)
    assert (run.state, run.revision, run.decided_by) == ("drawing", 2, "U_BEN")


def test_a_skipped_run_counts_everyone_once_and_has_no_rows(conn: sqlite3.Connection) -> None:
    campaign = blocked(conn)
    run = the_run(conn, campaign)
    for _ in range(2):
        runs.skip(conn, run, by="U_BEN", now_ms=NOW)
    assert books.of_run(conn, campaign, SLOT) == Books(5, skipped={SkipReason.RUN_SKIPPED: 5})
    assert (the_run(conn, campaign).state, rows(conn)) == ("skipped", {})


def test_stopping_a_held_run_counts_everyone_who_qualified_once(conn: sqlite3.Connection) -> None:
    campaign = blocked(conn)
    run = the_run(conn, campaign)
    runs.stop(conn, run, by="U_BEN", now_ms=NOW)
    assert books.of_run(conn, campaign, SLOT) == Books(5, skipped={SkipReason.STOPPED: 5})
    assert the_run(conn, campaign).state == "stopped"


def test_stopping_a_run_in_the_middle_of_its_draw_forgets_the_draw(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, past())
    run = the_run(conn, campaign)
    runs.draw_chunk(conn, run, [decide("u1", "")], now_ms=NOW)
    runs.stop(conn, run, by="U_BEN", now_ms=NOW)
    assert (the_run(conn, campaign).state, rows(conn)) == ("stopped", {})


@pytest.mark.parametrize("state", ["done", "missed", "skipped", "stopped"])
def test_a_run_that_has_ended_stays_as_it_is(conn: sqlite3.Connection, state: str) -> None:
    campaign = start(conn, past())
    run = the_run(conn, campaign)
    runs.set_state(conn, campaign, SLOT, state, by="U_ANN", now_ms=NOW)
    before = everything(conn)
    runs.set_state(conn, campaign, SLOT, "sending", by="U_BEN", now_ms=NOW + 1)
    runs.block(conn, run, qualified=5, limit=4, now_ms=NOW + 1)
    runs.answer_sample(conn, campaign, SLOT, 2, by="U_BEN", now_ms=NOW + 1)
    runs.answer_limit(conn, campaign, SLOT, 2, by="U_BEN", now_ms=NOW + 1)
    runs.skip(conn, run, by="U_BEN", now_ms=NOW + 1)
    runs.begin(conn, campaign, SLOT, 1, due_ms=NOW, now_ms=NOW + 1)
    assert everything(conn) == before
