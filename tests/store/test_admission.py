import sqlite3

import pytest
from msgspec.structs import replace

from domain.books import Books, SkipReason
from domain.review import Action
from domain.verdict import Control, Hold, Send, Skip, Verdict
from store import admission, books, caps
from store.admission import LIVE, Admitted, Stale
from tests.store.stage import (
    DAY,
    HOUR,
    NOW,
    act,
    batch,
    decide,
    everything,
    live,
    publish,
    row,
    rows,
    start,
)

VERDICTS: list[Verdict] = [
    Send(),
    Hold(NOW + HOUR),
    Skip(SkipReason.UNREACHABLE),
    Skip(SkipReason.DND_DISCARD),
    Control(),
]


def used(conn: sqlite3.Connection, campaign: str) -> dict[str, int]:
    return {usage.scope: usage.used for usage in caps.usage(conn, campaign)}


def test_every_verdict_finds_its_place_in_the_books(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    decisions = [decide(f"u{n}", verdict=verdict) for n, verdict in enumerate(VERDICTS)]
    answer = admission.admit(conn, batch(campaign, decisions), now_ms=NOW)
    assert answer == Admitted(pending=2, full=False)
    found = books.of_run(conn, campaign, LIVE)
    skipped = {SkipReason.UNREACHABLE: 1, SkipReason.DND_DISCARD: 1}
    assert found == Books(5, 1, 0, skipped, 2) == books.recount(conn, campaign, LIVE)


def test_a_held_message_is_due_when_do_not_disturb_ends(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    decisions = [decide("u1"), decide("u2", verdict=Hold(NOW + HOUR))]
    admission.admit(conn, batch(campaign, decisions), now_ms=NOW)
    assert [(r.due_ms, r.admitted_ms, r.lane) for r in rows(conn).values()] == [
        (NOW, NOW, 1),
        (NOW + HOUR, NOW, 1),
    ]


def test_a_campaign_starts_with_what_happens_from_now_on(conn: sqlite3.Connection) -> None:
    conn.execute(
        "INSERT INTO log (seq, kind, source_id, user, time_ms, received_ms, body)"
        " VALUES (7, 'event', 'a', 'u', 1, 1, x'7b7d')"
    )
    campaign = publish(conn, live())
    assert admission.cursor(conn, campaign, 1) is None
    admission.open_cursor(conn, campaign, 1)
    conn.execute("UPDATE log SET seq = 9")
    admission.open_cursor(conn, campaign, 1)
    assert admission.cursor(conn, campaign, 1) == 7


@pytest.mark.parametrize(("since_ms", "considered"), [(0, 0), (3, 1), (4, 2), (5, 2)])
def test_a_start_that_is_late_leaves_out_what_came_before_its_moment_alone(
    conn: sqlite3.Connection, since_ms: int, considered: int
) -> None:
    conn.executemany(
        "INSERT INTO log (seq, kind, source_id, user, time_ms, received_ms, body)"
        " VALUES (?, 'event', ?, 'u', 1, ?, x'7b7d')",
        [(1, "a", 2), (2, "b", 3)],
    )
    campaign = publish(conn, live())
    admission.open_cursor(conn, campaign, 1, since_ms=since_ms)
    assert admission.cursor(conn, campaign, 1) == considered


def test_the_cursor_moves_with_the_decisions(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    admission.admit(conn, batch(campaign, [decide("u1")], upto=41), now_ms=NOW)
    assert admission.cursor(conn, campaign, 1) == 41


def test_a_batch_that_comes_twice_is_written_once(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    once = batch(campaign, [decide("u1"), decide("u2", verdict=Control())])
    admission.admit(conn, once, now_ms=NOW)
    before = everything(conn)
    assert admission.admit(conn, once, now_ms=NOW + 1) == Stale()
    assert everything(conn) == before


@pytest.mark.parametrize("after", [0, 1, 3])
def test_an_actor_that_believes_in_another_cursor_writes_nothing(
    conn: sqlite3.Connection, after: int
) -> None:
    campaign = start(conn, live())
    admission.admit(conn, batch(campaign, [], upto=2), now_ms=NOW)
    before = everything(conn)
    late = batch(campaign, [decide("u1")], after=after, upto=9)
    assert admission.admit(conn, late, now_ms=NOW) == Stale()
    assert everything(conn) == before


def test_another_revision_than_the_published_one_writes_nothing(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    admission.open_cursor(conn, campaign, 2)
    other = batch(campaign, [decide("u1")], revision=2)
    assert admission.admit(conn, other, now_ms=NOW) == Stale()
    assert not rows(conn)


@pytest.mark.parametrize(
    "actions",
    [
        (),
        (Action.START, Action.STOP),
        (Action.START, Action.COMPLETE),
        (Action.START, Action.FAULT),
    ],
)
def test_a_campaign_that_does_not_run_admits_nobody(
    conn: sqlite3.Connection, actions: tuple[Action, ...]
) -> None:
    campaign = publish(conn, live())
    admission.open_cursor(conn, campaign, 1)
    act(conn, campaign, *actions)
    before = everything(conn)
    assert admission.admit(conn, batch(campaign, [decide("u1")]), now_ms=NOW) == Stale()
    assert everything(conn) == before


def test_nobody_admits_for_a_campaign_that_is_not_there(conn: sqlite3.Connection) -> None:
    assert admission.admit(conn, batch("c_none", [decide("u1")]), now_ms=NOW) == Stale()


def test_what_happens_in_a_pause_is_dropped_and_takes_no_slot(conn: sqlite3.Connection) -> None:
    definition = live(cap_total=9, cap_per_day=9)
    campaign = start(conn, definition)
    act(conn, campaign, Action.PAUSE)
    decisions = [decide(f"u{n}", verdict=verdict) for n, verdict in enumerate(VERDICTS)]
    answer = admission.admit(conn, batch(campaign, decisions, definition=definition), now_ms=NOW)
    assert answer == Admitted(pending=0, full=False)
    skipped = {SkipReason.UNREACHABLE: 1, SkipReason.PAUSED_DROPPED: 3}
    assert books.of_run(conn, campaign, LIVE) == Books(5, 1, 0, skipped, 0)
    assert not used(conn, campaign)


def test_what_a_pause_left_unconsidered_is_dropped_after_the_resume(
    conn: sqlite3.Connection,
) -> None:
    """However far behind the actor was, an event of the pause does not send after it."""
    campaign = start(conn, live())
    conn.execute(
        "INSERT INTO log (seq, kind, source_id, user, time_ms, received_ms, body)"
        " VALUES (5, 'event', 'e5', 'u1', 0, 0, x'7b7d')"
    )
    act(conn, campaign, Action.PAUSE, Action.RESUME)
    admission.drop_pause(conn, campaign)
    decisions = [replace(decide(f"u{seq}"), event_seq=seq) for seq in (5, 6)]
    admission.admit(conn, batch(campaign, decisions, upto=6), now_ms=NOW)
    skipped = {SkipReason.PAUSED_DROPPED: 1}
    assert books.of_run(conn, campaign, LIVE) == Books(2, skipped=skipped, pending=1)


def test_a_campaign_that_holds_its_events_leaves_them_for_the_resume(
    conn: sqlite3.Connection,
) -> None:
    definition = replace(live(), on_pause="hold")
    campaign = start(conn, definition)
    act(conn, campaign, Action.PAUSE)
    waiting = batch(campaign, [decide("u1")], definition=definition)
    assert admission.admit(conn, waiting, now_ms=NOW) == Stale()
    act(conn, campaign, Action.RESUME)
    assert admission.admit(conn, waiting, now_ms=NOW) == Admitted(pending=1, full=False)


def test_exactly_the_total_cap_is_admitted_over_many_batches(conn: sqlite3.Connection) -> None:
    definition = live(cap_total=100)
    campaign = start(conn, definition)
    full_at = []
    for after in range(17):
        decisions = [decide(f"u{after}_{n}") for n in range(7)]
        some = batch(campaign, decisions, after=after, definition=definition)
        answer = admission.admit(conn, some, now_ms=NOW)
        assert isinstance(answer, Admitted)
        full_at.append(answer.full)
    assert full_at.index(True) == 14  # the 15th batch of 7 holds the 100th message
    found = books.of_run(conn, campaign, LIVE)
    assert found == Books(119, 0, 0, {SkipReason.CAP_REACHED: 19}, 100)
    assert len(rows(conn)) == 100


def test_each_day_has_its_own_cap_and_the_total_stands_over_all(conn: sqlite3.Connection) -> None:
    definition = live(cap_total=3, cap_per_day=2)
    campaign = start(conn, definition)
    days = [DAY] * 3 + ["2026-09-22"] * 2
    decisions = [decide(f"u{n}", day=day) for n, day in enumerate(days)]
    admission.admit(conn, batch(campaign, decisions, definition=definition), now_ms=NOW)
    skipped = {SkipReason.CAP_REACHED: 1, SkipReason.CAP_DAY: 1}
    assert books.of_run(conn, campaign, LIVE) == Books(5, 0, 0, skipped, 3)
    assert used(conn, campaign) == {"total": 3, "day:2026-09-21": 2, "day:2026-09-22": 1}
    assert [r.cap_day for r in rows(conn).values()] == [DAY, DAY, "2026-09-22"]


def test_a_message_that_do_not_disturb_discards_takes_no_slot_but_hears_of_a_full_cap(
    conn: sqlite3.Connection,
) -> None:
    definition = live(cap_total=1, cap_per_day=1)
    campaign = start(conn, definition)
    discard = Skip(SkipReason.DND_DISCARD)
    decisions = [decide("u1", verdict=discard), decide("u2"), decide("u3", verdict=discard)]
    admission.admit(conn, batch(campaign, decisions, definition=definition), now_ms=NOW)
    skipped = {SkipReason.DND_DISCARD: 1, SkipReason.CAP_REACHED: 1}
    assert books.of_run(conn, campaign, LIVE) == Books(3, 0, 0, skipped, 1)
    assert used(conn, campaign) == {"total": 1, "day:2026-09-21": 1}


@pytest.mark.parametrize("verdict", VERDICTS, ids=str)
def test_the_same_event_again_acts_and_counts_once(
    conn: sqlite3.Connection, verdict: Verdict
) -> None:
    definition = live(cap_total=9)
    campaign = start(conn, definition)
    twice = [decide("u1", verdict=verdict), decide("u1", verdict=verdict)]
    admission.admit(conn, batch(campaign, twice, definition=definition), now_ms=NOW)
    again = [decide("u1"), decide("u1", "e2")]
    admission.admit(conn, batch(campaign, again, after=1, definition=definition), now_ms=NOW)
    found = books.of_run(conn, campaign, LIVE)
    assert (found.qualified, found) == (2, books.recount(conn, campaign, LIVE))


def test_the_event_that_triggered_stands_on_the_message(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    decision = replace(decide("u1"), event_seq=77)
    admission.admit(conn, batch(campaign, [decision]), now_ms=NOW)
    found = row(conn, decision.message_id)
    assert (found.event_seq, found.occurrence, found.run, found.revision) == (77, "e1", LIVE, 1)
