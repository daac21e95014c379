import sqlite3

import msgspec
import pytest

from domain.campaign import Campaign
from domain.goal import Goal
from domain.variants import AbTest, Variant
from domain.verdict import Hold, Send
from store import admission, delivered, outbox, runs, trial_waits, variants
from store.admission import Admitted
from store.decisions import LIVE, Decision
from store.trial_waits import LATE_MS_MIN, PutOff
from tests.store.stage import HOUR, NOW, SLOT, batch, decide, live, past, rows, start, the_run

TEST = AbTest((Variant("A"), Variant("B")), test_users=2, wait_minutes=60)
TESTED = msgspec.structs.replace(past(), variants=TEST)


def draw(conn: sqlite3.Connection, decisions: list[Decision], tested: Campaign = TESTED) -> str:
    campaign = start(conn, tested)
    runs.draw_chunk(conn, the_run(conn, campaign), decisions, now_ms=NOW)
    run = the_run(conn, campaign)
    assert runs.finish_draw(conn, run, tested, qualified=len(decisions), now_ms=NOW)
    return campaign


def drawn(conn: sqlite3.Connection, n: int = 6) -> str:
    return draw(conn, [decide(f"u{i}", "", Send()) for i in range(n)])


def accept(conn: sqlite3.Connection, campaign: str, *, at_ms: int) -> None:
    """Let the messages of the test go."""
    ids = [row.message_id for row in rows(conn).values() if row.variant]
    outbox.claim(conn, campaign, ids, now_ms=at_ms)
    outbox.accepted(conn, ids, now_ms=at_ms)


def late(conn: sqlite3.Connection, campaign: str, *, at_ms: int, run: str = SLOT) -> PutOff | None:
    return trial_waits.late(conn, campaign, run, test=TEST, now_ms=at_ms)


def test_a_test_waits_while_its_messages_are_open(conn: sqlite3.Connection) -> None:
    campaign = drawn(conn)
    assert late(conn, campaign, at_ms=NOW + HOUR - 1) is None
    assert late(conn, campaign, at_ms=NOW + HOUR) == PutOff(SLOT, NOW + HOUR, NOW + 2 * HOUR)


def test_a_test_whose_messages_are_on_hold_waits_from_when_they_are_due(
    conn: sqlite3.Connection,
) -> None:
    holds = [decide(f"u{i}", "", Hold(NOW + 9 * HOUR)) for i in range(6)]
    campaign = draw(conn, holds)
    assert late(conn, campaign, at_ms=NOW + HOUR) == PutOff(SLOT, NOW + HOUR, NOW + 10 * HOUR)


@pytest.mark.parametrize(
    ("went_ms", "until_ms"),
    [
        (LATE_MS_MIN - 1, None),
        (LATE_MS_MIN, NOW + HOUR + LATE_MS_MIN),
        (HOUR // 2, NOW + HOUR + HOUR // 2),
    ],
)
def test_a_test_is_over_so_long_after_its_last_message_went(
    conn: sqlite3.Connection, went_ms: int, until_ms: int | None
) -> None:
    campaign = drawn(conn)
    accept(conn, campaign, at_ms=NOW + went_ms)
    found = late(conn, campaign, at_ms=NOW + HOUR)
    assert (found and found.until_ms) == until_ms


def test_what_waits_for_the_winner_is_put_off_with_it_once(conn: sqlite3.Connection) -> None:
    rest = [decide(f"u{i}", "", Send()) for i in range(5)]
    campaign = draw(conn, [*rest, decide("u9", "", Hold(NOW + 9 * HOUR))])
    found = late(conn, campaign, at_ms=NOW + HOUR)
    assert found is not None
    done = [trial_waits.put_off(conn, campaign, found, now_ms=NOW + HOUR) for _ in range(2)]
    assert done == [True, False]
    tested, waits = rows(conn), [row for row in rows(conn).values() if not row.variant]
    assert {row.due_ms for row in tested.values() if row.variant} == {NOW}
    assert {row.due_ms for row in waits} == {NOW + 2 * HOUR, NOW + 9 * HOUR}
    assert {row.expires_ms - row.due_ms for row in waits} == {72 * HOUR}
    assert all(row.fell_due_ms == row.due_ms for row in waits)
    trial = variants.find_test(conn, campaign, SLOT)
    assert trial is not None
    assert trial.decide_ms == NOW + 2 * HOUR


def test_a_test_that_is_decided_waits_for_nothing(conn: sqlite3.Connection) -> None:
    campaign = drawn(conn)
    variants.decide(conn, campaign, SLOT, "A", now_ms=NOW + HOUR)
    assert late(conn, campaign, at_ms=NOW + HOUR) is None
    assert late(conn, "c_other", at_ms=NOW + HOUR) is None


AIMED = msgspec.structs.replace(live(), variants=TEST, goal=Goal("Paid"))


def taken(conn: sqlite3.Connection, n: int) -> str:
    """Let so many users of a live campaign be admitted."""
    campaign = start(conn, AIMED)
    decisions = [decide(f"u{i}", f"e{i}", Send()) for i in range(n)]
    page = batch(campaign, decisions, after=0, definition=AIMED)
    assert isinstance(admission.admit(conn, page, now_ms=NOW), Admitted)
    return campaign


def test_a_live_test_waits_until_as_many_got_it_as_it_has_users(conn: sqlite3.Connection) -> None:
    campaign = taken(conn, 2)
    ends_ms = NOW + HOUR
    waits = late(conn, campaign, at_ms=ends_ms, run=LIVE)
    assert waits == PutOff(LIVE, ends_ms, ends_ms + HOUR)
    accept(conn, campaign, at_ms=NOW + HOUR // 2)
    found = late(conn, campaign, at_ms=ends_ms, run=LIVE)
    assert found is not None
    assert 0 <= NOW + HOUR // 2 + HOUR - found.until_ms < delivered.QUARTER_MS


def test_a_live_test_whose_users_got_it_at_once_is_over_when_it_said(
    conn: sqlite3.Connection,
) -> None:
    campaign = taken(conn, 3)
    accept(conn, campaign, at_ms=NOW + 5)
    assert late(conn, campaign, at_ms=NOW + HOUR, run=LIVE) is None
