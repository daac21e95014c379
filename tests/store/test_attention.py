import sqlite3

import pytest

from domain.books import SkipReason
from domain.review import Action
from store import admission, attention, campaigns, outbox, poison, runs, unsettled
from store.attention import HeldRun, MissedRuns, SetAside
from store.outbox import Ending
from store.poison import Poison
from tests.store.stage import HOUR, NOW, SLOT, act, batch, decide, live, past, row, start, the_run

M0, M1 = "m1_u0_e1", "m1_u1_e1"
LATER_SLOT = "2026-09-22T16:53[UTC]"


def test_a_held_run_is_named_until_somebody_answers(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past())
    assert attention.held(conn) == []
    runs.block(conn, the_run(conn, campaign), qualified=80, limit=50, now_ms=NOW + 5)
    reason = campaigns.everyone(conn)[0].reason
    held = HeldRun(campaign, "Win back", SLOT, 80, 50, reason, NOW + 5)
    assert attention.held(conn) == [held]
    runs.skip(conn, the_run(conn, campaign), by="U_BEN", now_ms=NOW + 6)
    assert attention.held(conn) == []


def missed(conn: sqlite3.Connection) -> list[MissedRuns]:
    return attention.missed(conn, since_ms=NOW - HOUR)


def test_missed_runs_are_told_until_one_begins(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past())
    due_ms = the_run(conn, campaign).due_ms
    runs.set_state(conn, campaign, SLOT, "missed", now_ms=NOW)
    assert missed(conn) == [MissedRuns(campaign, "Win back", 1, SLOT, due_ms, over=False)]
    assert attention.missed(conn, since_ms=due_ms) == []
    runs.begin(conn, campaign, LATER_SLOT, 1, due_ms=due_ms + HOUR, now_ms=NOW)
    assert missed(conn) == []
    runs.set_state(conn, campaign, LATER_SLOT, "missed", now_ms=NOW)
    assert [(each.runs, each.last) for each in missed(conn)] == [(2, LATER_SLOT)]


def test_a_stop_or_the_archive_answers_a_missed_run(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past())
    runs.set_state(conn, campaign, SLOT, "missed", now_ms=NOW)
    act(conn, campaign, Action.COMPLETE)
    assert [each.over for each in missed(conn)] == [True]
    conn.execute("UPDATE campaign SET archived = 1")
    assert missed(conn) == []


def test_a_stopped_campaign_has_missed_nothing(conn: sqlite3.Connection) -> None:
    campaign = start(conn, past())
    runs.set_state(conn, campaign, SLOT, "missed", now_ms=NOW)
    act(conn, campaign, Action.STOP)
    assert missed(conn) == []


@pytest.mark.parametrize("state", ["dead", "unknown"])
def test_messages_and_events_are_counted_together_until_somebody_decides(
    conn: sqlite3.Connection, state: outbox.End
) -> None:
    definition = live()
    campaign = start(conn, definition)
    decisions = [decide("u0"), decide("u1")]
    admission.admit(conn, batch(campaign, decisions, definition=definition), now_ms=NOW)
    outbox.claim(conn, campaign, [M0], now_ms=NOW)
    outbox.end(conn, [Ending(row(conn, M0), state, SkipReason(state))], now_ms=NOW + 1)
    assert attention.set_aside(conn) == [SetAside(campaign, "Cart", 1, NOW + 1)]
    poison.set_aside(conn, [Poison(campaign, 7, "u0", "KeyError", "E1", NOW + 9)])
    assert attention.set_aside(conn) == [SetAside(campaign, "Cart", 2, NOW + 9)]
    unsettled.drop(conn, M0, by="U_BEN", now_ms=NOW + 10)
    (event,) = poison.open_ones(conn, limit=9)
    poison.decide(conn, event, "dropped", by="U_BEN")
    assert attention.set_aside(conn) == []
