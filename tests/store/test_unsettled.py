import sqlite3

import pytest

from domain.books import Books, SkipReason
from domain.campaign import Campaign
from domain.review import Action, State
from store import admission, attempts, books, caps, outbox, unsettled, waiting
from store.admission import LIVE
from store.outbox import Ending, Row
from store.unsettled import CannotGo, NotUnsettled, TakenBack
from tests.store.stage import HOUR, NOW, act, batch, decide, everything, live, row, start

M0, M1 = "m1_u0_e1", "m1_u1_e1"
CAPPED = live(cap_total=2)
LATER = NOW + 30 * HOUR


def set_aside(conn: sqlite3.Connection, state: outbox.End, definition: Campaign = CAPPED) -> str:
    """Admit two messages of a live campaign; one was sent once and set aside since."""
    campaign = start(conn, definition)
    decisions = [decide("u0"), decide("u1")]
    admission.admit(conn, batch(campaign, decisions, definition=definition), now_ms=NOW)
    outbox.claim(conn, campaign, [M0], now_ms=NOW)
    outbox.end(conn, [Ending(row(conn, M0), state, SkipReason(state))], now_ms=NOW + 1)
    return campaign


def retried(conn: sqlite3.Connection, message_id: str = M0) -> Row:
    found = unsettled.retry(conn, message_id, by="U_BEN", now_ms=LATER)
    assert isinstance(found, Row), found
    return found


@pytest.mark.parametrize("state", ["dead", "unknown"])
def test_what_waits_for_a_person_is_listed_until_one_decides(
    conn: sqlite3.Connection, state: outbox.End
) -> None:
    campaign = set_aside(conn, state)
    (found,) = unsettled.listed(conn, limit=9)
    assert (found.message.message_id, found.message.state) == (M0, state)
    assert (found.campaign_name, found.since_ms) == ("Cart", NOW + 1)
    assert unsettled.listed(conn, limit=9, campaign=campaign) == [found]
    assert unsettled.listed(conn, limit=9, campaign="c_other") == []
    assert unsettled.listed(conn, limit=0) == []
    unsettled.drop(conn, M0, by="U_BEN", now_ms=LATER)
    assert unsettled.listed(conn, limit=9) == []


def test_the_latest_is_listed_first(conn: sqlite3.Connection) -> None:
    campaign = set_aside(conn, "dead")
    outbox.claim(conn, campaign, [M1], now_ms=NOW)
    outbox.end(conn, [Ending(row(conn, M1), "unknown", SkipReason.UNKNOWN)], now_ms=NOW + 9)
    assert [u.message.message_id for u in unsettled.listed(conn, limit=9)] == [M1, M0]


@pytest.mark.parametrize(("state", "ambiguous_ms"), [("dead", None), ("unknown", LATER)])
def test_a_person_sends_it_again_under_its_id_as_if_it_fell_due_now(
    conn: sqlite3.Connection, state: outbox.End, ambiguous_ms: int | None
) -> None:
    campaign = set_aside(conn, state)
    found = retried(conn)
    assert (found.message_id, found.state, found.closed_by) == (M0, "pending", "U_BEN")
    assert (found.due_ms, found.fell_due_ms, found.expires_ms) == (LATER, LATER, LATER + HOUR)
    assert (found.lane, found.attempts, found.ambiguous_ms) == (3, 1, ambiguous_ms)
    assert books.of_run(conn, campaign, LIVE) == Books(qualified=2, pending=2)
    assert books.recount(conn, campaign, LIVE) == books.of_run(conn, campaign, LIVE)
    assert [usage.used for usage in caps.usage(conn, campaign)] == [2]
    assert outbox.claim(conn, campaign, [M0], now_ms=LATER) == {M0}


def test_a_dead_message_that_may_have_arrived_before_still_may(conn: sqlite3.Connection) -> None:
    set_aside(conn, "dead")
    conn.execute("UPDATE outbox SET ambiguous_ms = 1 WHERE message_id = ?", (M0,))
    assert retried(conn).ambiguous_ms == LATER


def test_what_fails_once_more_waits_for_a_person_again(conn: sqlite3.Connection) -> None:
    campaign = set_aside(conn, "dead")
    outbox.claim(conn, campaign, [retried(conn).message_id], now_ms=LATER)
    outbox.end(conn, [Ending(row(conn, M0), "dead", SkipReason.DEAD)], now_ms=LATER + 1)
    assert [u.message.message_id for u in unsettled.listed(conn, limit=9)] == [M0]


def test_what_is_dropped_keeps_its_place_in_the_books(conn: sqlite3.Connection) -> None:
    campaign = set_aside(conn, "unknown")
    before = books.of_run(conn, campaign, LIVE)
    found = unsettled.drop(conn, M0, by="U_BEN", now_ms=LATER)
    assert isinstance(found, Row)
    assert (found.state, found.closed_by) == ("unknown", "U_BEN")
    assert books.of_run(conn, campaign, LIVE) == before


def test_the_second_decision_is_told_of_the_first(conn: sqlite3.Connection) -> None:
    set_aside(conn, "unknown")
    unsettled.drop(conn, M0, by="U_BEN", now_ms=LATER)
    before = everything(conn)
    told = NotUnsettled(M0, "unknown", "U_BEN")
    assert unsettled.drop(conn, M0, by="U_ANN", now_ms=LATER) == told
    assert unsettled.retry(conn, M0, by="U_ANN", now_ms=LATER) == told
    assert everything(conn) == before


def test_no_person_decides_about_what_waits_or_is_not_there(conn: sqlite3.Connection) -> None:
    set_aside(conn, "dead")
    before = everything(conn)
    for message_id, state in ((M1, "pending"), ("m1_nobody", None)):
        told = NotUnsettled(message_id, state)
        assert unsettled.retry(conn, message_id, by="U_ANN", now_ms=LATER) == told
        assert unsettled.drop(conn, message_id, by="U_ANN", now_ms=LATER) == told
    assert everything(conn) == before


def test_nothing_of_a_stopped_campaign_is_sent_again(conn: sqlite3.Connection) -> None:
    campaign = set_aside(conn, "unknown")
    act(conn, campaign, Action.STOP)
    before = everything(conn)
    found = unsettled.retry(conn, M0, by="U_BEN", now_ms=LATER)
    assert found == CannotGo("Cart", State.STOPPED)
    assert everything(conn) == before
    assert isinstance(unsettled.drop(conn, M0, by="U_BEN", now_ms=LATER), Row)


def test_of_a_completed_campaign_only_what_a_person_sends_again_goes(
    conn: sqlite3.Connection,
) -> None:
    """A run completes while its doubtful messages wait for a person: it must not be too late."""
    campaign = set_aside(conn, "unknown")
    act(conn, campaign, Action.COMPLETE)
    retried(conn)
    assert waiting.campaigns_due(conn, lanes=(1, 3), now_ms=LATER) == [campaign]
    assert waiting.next_due_ms(conn, lanes=(1, 3)) == LATER
    assert outbox.claim(conn, campaign, [M0, M1], now_ms=LATER) == {M0}
    outbox.again(conn, [M0], due_ms=LATER, outcome="not_sent", detail="x", now_ms=LATER)
    assert (row(conn, M0).state, row(conn, M1).state) == ("pending", "cancelled")


@pytest.mark.parametrize("state", ["dead", "unknown"])
def test_what_was_sent_again_after_the_end_can_be_taken_back(
    conn: sqlite3.Connection, state: outbox.End
) -> None:
    campaign = set_aside(conn, state)
    act(conn, campaign, Action.COMPLETE)
    outbox.cancel_open(conn, campaign, SkipReason.CAMPAIGN_ENDED, now_ms=LATER)
    before = row(conn, M0)
    retried(conn)
    assert unsettled.take_back(conn, campaign, now_ms=LATER) == TakenBack(1, 0)
    assert unsettled.take_back(conn, campaign, now_ms=LATER) == TakenBack(0, 0)
    assert (row(conn, M0).state, row(conn, M0).reason) == (state, before.reason)
    assert [one.message.message_id for one in unsettled.listed(conn, limit=9)] == [M0]
    assert books.of_run(conn, campaign, LIVE) == books.recount(conn, campaign, LIVE)


def test_what_is_on_the_wire_when_it_is_taken_back_does_not_go_a_second_time(
    conn: sqlite3.Connection,
) -> None:
    campaign = set_aside(conn, "unknown")
    act(conn, campaign, Action.COMPLETE)
    outbox.cancel_open(conn, campaign, SkipReason.CAMPAIGN_ENDED, now_ms=LATER)
    retried(conn)
    outbox.claim(conn, campaign, [M0], now_ms=LATER)
    assert unsettled.take_back(conn, campaign, now_ms=LATER) == TakenBack(0, 1)
    outbox.again(conn, [M0], due_ms=LATER, outcome="ambiguous", detail="x", now_ms=LATER)
    assert row(conn, M0).state == "unknown"


def test_of_a_paused_campaign_it_waits_for_the_resume(conn: sqlite3.Connection) -> None:
    campaign = set_aside(conn, "unknown")
    act(conn, campaign, Action.PAUSE)
    assert retried(conn).state == "pending"


def test_one_message_is_shown_with_the_attempts_that_failed(conn: sqlite3.Connection) -> None:
    campaign = set_aside(conn, "dead")
    retried(conn)
    outbox.claim(conn, campaign, [M0], now_ms=LATER)
    attempts.record(conn, M0, "ambiguous", detail="ReadTimeout", now_ms=LATER + 5)
    shown = unsettled.show(conn, M0)
    assert shown is not None
    assert [(a.outcome, a.detail) for a in shown.attempts][-1] == ("ambiguous", "ReadTimeout")
    assert unsettled.show(conn, "m1_nobody") is None


def test_the_list_does_not_read_the_whole_outbox(conn: sqlite3.Connection) -> None:
    asked: list[str] = []
    conn.set_trace_callback(asked.append)
    unsettled.listed(conn, limit=9)
    conn.set_trace_callback(None)
    (plan, *_) = conn.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()
    assert "USING INDEX outbox_unsettled" in plan[3]
