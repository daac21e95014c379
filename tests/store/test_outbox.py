import sqlite3

import pytest
from msgspec.structs import replace

from domain.books import Books, SkipReason
from domain.campaign import Campaign, Delivery
from domain.review import Action
from store import admission, attempts, books, campaigns, caps, outbox, runs, users, waiting
from store.admission import LIVE
from store.attempts import Attempt, Outcome
from store.outbox import AMBIGUOUS_MS_MAX, Ending, Postponed
from tests.store.stage import (
    HOUR,
    NOW,
    SLOT,
    act,
    batch,
    decide,
    everything,
    live,
    past,
    publish,
    row,
    rows,
    start,
    states,
    the_run,
)

CAPPED = live(cap_total=9, cap_per_day=9)
LONG = replace(CAPPED, delivery=Delivery(expires_minutes=4_320))


def admitted(conn: sqlite3.Connection, n: int = 3, definition: Campaign = CAPPED) -> str:
    """Start a live campaign and admit `n` users: m1_u0_e1, m1_u1_e1 ..."""
    campaign = start(conn, definition)
    decisions = [decide(f"u{number}") for number in range(n)]
    admission.admit(conn, batch(campaign, decisions, definition=definition), now_ms=NOW)
    return campaign


def used(conn: sqlite3.Connection, campaign: str) -> list[int]:
    return [usage.used for usage in caps.usage(conn, campaign)]


def claim(conn: sqlite3.Connection, campaign: str, *names: str, now_ms: int = NOW) -> set[str]:
    return set(outbox.claim(conn, campaign, names or list(rows(conn)), now_ms=now_ms))


def again(conn: sqlite3.Connection, ids: list[str], *, ambiguous: bool) -> list[str]:
    """Let a request fail: nobody can tell whether it arrived, or it certainly did not."""
    outcome: Outcome = "ambiguous" if ambiguous else "not_sent"
    return outbox.again(
        conn, ids, due_ms=NOW + HOUR, outcome=outcome, detail="reset", now_ms=NOW + 2
    )


M0, M1, M2 = "m1_u0_e1", "m1_u1_e1", "m1_u2_e1"


def test_a_claimed_message_is_not_claimed_again(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn)
    assert claim(conn, campaign, M0, M1) == {M0, M1}
    before = everything(conn)
    assert claim(conn, campaign, M0, M1) == set()
    assert everything(conn) == before
    assert claim(conn, campaign, M1, M2, "m1_nobody") == {M2}


@pytest.mark.parametrize("action", [Action.PAUSE, Action.STOP, Action.FAULT, Action.COMPLETE])
def test_nothing_is_claimed_or_due_once_the_campaign_does_not_run(
    conn: sqlite3.Connection, action: Action
) -> None:
    campaign = admitted(conn)
    act(conn, campaign, action)
    assert claim(conn, campaign) == set()
    assert waiting.campaigns_due(conn, lanes=range(4), now_ms=NOW) == []
    assert waiting.next_due_ms(conn, lanes=range(4)) is None
    assert set(states(conn).values()) == {"pending"}


def test_after_the_resume_the_messages_go(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn)
    act(conn, campaign, Action.PAUSE, Action.RESUME)
    assert claim(conn, campaign) == {M0, M1, M2}


def test_a_suppressed_user_is_not_claimed_whatever_was_decided_before(
    conn: sqlite3.Connection,
) -> None:
    campaign = admitted(conn)
    users.suppress(conn, "u1", now_ms=NOW)
    assert claim(conn, campaign) == {M0, M2}


def test_messages_are_claimed_for_their_own_campaign_only(conn: sqlite3.Connection) -> None:
    paused = admitted(conn)
    act(conn, paused, Action.PAUSE)
    other = start(conn, replace(live(), name="Other"))
    assert claim(conn, other, M0, M1, M2) == set()


def test_a_revision_that_is_not_published_sends_nothing(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn)
    edit = replace(CAPPED, labels=("new",))
    assert campaigns.add_revision(conn, campaign, edit, editor="U_ANN", now_ms=NOW) == 2
    conn.execute("UPDATE outbox SET revision = 2")
    assert claim(conn, campaign) == set()


def test_what_a_live_campaign_said_when_it_was_decided_is_sent_though_it_says_another_thing_now(
    conn: sqlite3.Connection,
) -> None:
    campaign = admitted(conn)
    edit = replace(CAPPED, labels=("new",))
    assert campaigns.add_revision(conn, campaign, edit, editor="U_ANN", now_ms=NOW) == 2
    campaigns.approve(conn, campaign, 2, approver="U_BEN", now_ms=NOW)
    campaigns.publish(conn, campaign, 2, now_ms=NOW, instead=True)
    assert claim(conn, campaign) == {M0, M1, M2}


@pytest.mark.parametrize(("state", "goes"), [("sending", True), ("drawing", True), ("done", False)])
def test_a_run_under_way_ends_by_the_revision_that_it_began_with(
    conn: sqlite3.Connection, state: str, goes: bool
) -> None:
    """Another holds from the next run on; what is sent again later would say what holds no more."""
    campaign = start(conn, past())
    run = the_run(conn, campaign)
    runs.draw_chunk(conn, run, [decide("u1", "")], now_ms=NOW)
    runs.finish_draw(conn, run, past(), qualified=1, now_ms=NOW)
    edit = replace(past(), labels=("new",))
    assert campaigns.add_revision(conn, campaign, edit, editor="U_ANN", now_ms=NOW) == 2
    campaigns.approve(conn, campaign, 2, approver="U_BEN", now_ms=NOW)
    campaigns.publish(conn, campaign, 2, now_ms=NOW, instead=True)
    runs.set_state(conn, campaign, SLOT, state, now_ms=NOW)
    assert claim(conn, campaign, "m1_u1_") == ({"m1_u1_"} if goes else set())


def test_what_segment_took_is_sent_and_stays_so(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn)
    claim(conn, campaign, M0)
    outbox.accepted(conn, [M0, M1], now_ms=NOW + 1)
    assert states(conn) == {M0: "accepted", M1: "pending", M2: "pending"}
    assert books.of_run(conn, campaign, LIVE) == Books(3, 0, 1, {}, 2)
    before = everything(conn)
    outbox.accepted(conn, [M0], now_ms=NOW + 2)
    again(conn, [M0], ambiguous=True)
    outbox.unclaim(conn, [M0], now_ms=NOW + 2)
    kept = row(conn, M0)
    outbox.postpone(conn, [Postponed(kept, NOW + 9, NOW + HOUR)], now_ms=NOW + 2)
    for state in ("expired", "cancelled", "dead", "unknown"):
        outbox.end(conn, [Ending(kept, state, SkipReason.DEAD)], now_ms=NOW + 2)
    outbox.recover(conn, now_ms=NOW + 2)
    assert claim(conn, campaign, M0) == set()
    assert everything(conn) == before


def test_the_table_itself_refuses_a_change_of_what_was_accepted(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn)
    claim(conn, campaign)
    outbox.accepted(conn, [M0], now_ms=NOW)
    with pytest.raises(sqlite3.IntegrityError, match="an accepted message never changes"):
        conn.execute("UPDATE outbox SET state = 'pending'")


def test_a_message_that_was_not_sent_comes_back_under_its_id(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn, 1)
    claim(conn, campaign)
    again(conn, [M0], ambiguous=False)
    found = row(conn, M0)
    assert (found.state, found.due_ms, found.attempts) == ("pending", NOW + HOUR, 1)
    assert (found.ambiguous_ms, found.reason) == (None, "reset")


def test_an_ambiguous_message_keeps_the_time_of_its_first_try(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn, 1)
    for claimed_ms, ambiguous in ((NOW + 1, False), (NOW + 5, True), (NOW + 9, True)):
        claim(conn, campaign, now_ms=claimed_ms)
        again(conn, [M0], ambiguous=ambiguous)
    claim(conn, campaign, now_ms=NOW + 11)
    again(conn, [M0], ambiguous=False)
    claim(conn, campaign, now_ms=NOW + 13)
    outbox.recover(conn, now_ms=NOW + 14)
    found = row(conn, M0)
    assert (found.ambiguous_ms, found.attempts) == (NOW + 5, 5)
    assert AMBIGUOUS_MS_MAX == 20 * HOUR


def test_nothing_is_claimed_once_it_has_expired(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn, 1)
    until = row(conn, M0).expires_ms
    assert claim(conn, campaign, now_ms=until + 1) == set()
    assert claim(conn, campaign, now_ms=until) == {M0}


def test_nothing_is_claimed_after_twenty_hours_of_not_knowing(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn, 1, LONG)
    claim(conn, campaign)
    again(conn, [M0], ambiguous=True)
    assert claim(conn, campaign, now_ms=NOW + AMBIGUOUS_MS_MAX + 1) == set()
    assert claim(conn, campaign, now_ms=NOW + AMBIGUOUS_MS_MAX) == {M0}


def test_a_retry_moves_no_expiry_and_goes_among_what_was_tried(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn, 1)
    before = row(conn, M0)
    claim(conn, campaign)
    assert row(conn, M0).claimed_ms == NOW
    again(conn, [M0], ambiguous=False)
    after = row(conn, M0)
    assert (after.expires_ms, after.fell_due_ms) == (before.expires_ms, NOW)
    assert (before.lane, after.lane) == (1, 3)


def test_each_attempt_that_fails_leaves_its_trail(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn, 1)
    claim(conn, campaign, now_ms=NOW + 1)
    again(conn, [M0], ambiguous=False)
    claim(conn, campaign, now_ms=NOW + 3)
    outbox.unclaim(conn, [M0], now_ms=NOW + 3)
    claim(conn, campaign, now_ms=NOW + 4)
    outbox.recover(conn, now_ms=NOW + 9)
    claim(conn, campaign, now_ms=NOW + 10)
    ending = Ending(row(conn, M0), "dead", SkipReason.DEAD, "status 400")
    outbox.end(conn, [ending, ending], now_ms=NOW + 11)
    assert attempts.of_message(conn, M0) == [
        Attempt(1, NOW + 1, NOW + 2, "not_sent", "reset"),
        Attempt(2, NOW + 4, NOW + 9, "crashed", "in flight when the daemon ended"),
        Attempt(3, NOW + 10, NOW + 11, "rejected", "status 400"),
    ]


def test_a_campaign_may_have_a_person_decide_about_what_may_have_arrived(
    conn: sqlite3.Connection,
) -> None:
    coupons = replace(CAPPED, delivery=Delivery(on_ambiguous="hold"))
    campaign = admitted(conn, 3, coupons)
    claim(conn, campaign)
    assert again(conn, [M0], ambiguous=True) == [M0]
    assert again(conn, [M1], ambiguous=False) == []
    outbox.recover(conn, now_ms=NOW + 9)
    assert states(conn) == {M0: "unknown", M1: "pending", M2: "unknown"}
    assert books.of_run(conn, campaign, LIVE).skipped == {SkipReason.UNKNOWN: 2}
    assert used(conn, campaign) == [3, 3]
    before = everything(conn)
    assert again(conn, [M0], ambiguous=True) == []
    assert everything(conn) == before


def test_one_campaign_that_cannot_be_read_keeps_no_daemon_from_its_start(
    conn: sqlite3.Connection,
) -> None:
    campaign = admitted(conn, 2)
    claim(conn, campaign)
    conn.execute("DROP TRIGGER revision_is_immutable")
    conn.execute("UPDATE revision SET definition = x'7b'")
    assert outbox.recover(conn, now_ms=NOW + 9) == 2
    assert states(conn) == {M0: "unknown", M1: "unknown"}


def test_what_may_be_elsewhere_keeps_its_slot_though_it_never_left_from_here(
    conn: sqlite3.Connection,
) -> None:
    """A restored copy does not know what its original sent since."""
    campaign = admitted(conn, 1)
    outbox.end(conn, [Ending(row(conn, M0), "unknown", SkipReason.UNKNOWN)], now_ms=NOW)
    assert used(conn, campaign) == [1, 1]


def test_a_claim_undone_is_as_if_it_had_never_been(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn, 1)
    before = everything(conn)
    claim(conn, campaign)
    outbox.unclaim(conn, [M0], now_ms=NOW)
    outbox.unclaim(conn, [M0], now_ms=NOW)
    assert everything(conn) == before


def test_a_postponed_message_is_due_later_and_one_on_the_wire_is_not_touched(
    conn: sqlite3.Connection,
) -> None:
    campaign = admitted(conn, 2)
    claim(conn, campaign, M0)
    both = [Postponed(found, NOW + HOUR, NOW + 2 * HOUR) for found in rows(conn).values()]
    outbox.postpone(conn, both, now_ms=NOW + 1)
    assert [found.due_ms for found in rows(conn).values()] == [NOW, NOW + HOUR]


def test_a_slot_is_given_back_only_for_what_never_was_in_flight(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn)
    claim(conn, campaign, M1, M2)
    again(conn, [M1], ambiguous=False)
    outbox.unclaim(conn, [M2], now_ms=NOW)
    found = rows(conn)
    for number, name in enumerate((M1, M0, M2)):
        outbox.end(conn, [Ending(found[name], "expired", SkipReason.EXPIRED)], now_ms=NOW)
        assert used(conn, campaign) == [3 - number] * 2
    assert books.of_run(conn, campaign, LIVE) == Books(3, 0, 0, {SkipReason.EXPIRED: 3}, 0)


def test_an_ending_that_comes_twice_counts_once(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn)
    ending = Ending(row(conn, M0), "cancelled", SkipReason.MISSING_VALUE)
    outbox.end(conn, [ending, ending], now_ms=NOW)
    before = everything(conn)
    outbox.end(conn, [ending], now_ms=NOW)
    assert everything(conn) == before
    assert books.of_run(conn, campaign, LIVE).pending == 2


@pytest.mark.parametrize("state", ["expired", "cancelled"])
def test_what_is_on_the_wire_is_not_told_as_never_sent(
    conn: sqlite3.Connection, state: outbox.End
) -> None:
    campaign = admitted(conn, 1)
    seen = row(conn, M0)
    claim(conn, campaign)
    outbox.end(conn, [Ending(seen, state, SkipReason.CUTOFF)], now_ms=NOW)
    assert states(conn) == {M0: "in_flight"}
    again(conn, [M0], ambiguous=True)
    outbox.end(conn, [Ending(seen, state, SkipReason.CUTOFF)], now_ms=NOW)
    assert (row(conn, M0).state, row(conn, M0).reason) == ("unknown", SkipReason.UNKNOWN)
    assert books.of_run(conn, campaign, LIVE).skipped == {SkipReason.UNKNOWN: 1}


def test_a_message_that_segment_refuses_for_good_is_dead(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn, 1)
    claim(conn, campaign)
    outbox.end(conn, [Ending(row(conn, M0), "dead", SkipReason.DEAD)], now_ms=NOW)
    assert states(conn) == {M0: "dead"}
    assert used(conn, campaign) == [1, 1]


def test_a_draw_that_nobody_sees_yet_cannot_end(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn, 1)
    conn.execute("UPDATE outbox SET state = 'drawn'")
    before = everything(conn)
    outbox.end(conn, [Ending(row(conn, M0), "expired", SkipReason.EXPIRED)], now_ms=NOW)
    assert (claim(conn, campaign), everything(conn)) == (set(), before)
    assert outbox.open_count(conn, campaign) == 1


def test_a_stop_closes_all_that_waits_and_frees_what_never_left(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn, 5)
    claim(conn, campaign, M0, M1, M2)
    again(conn, [M0], ambiguous=False)
    again(conn, [M1], ambiguous=True)
    act(conn, campaign, Action.STOP)
    closed = outbox.cancel_open(conn, campaign, SkipReason.STOPPED, now_ms=NOW)
    assert closed == 4
    assert list(states(conn).values()) == [
        "cancelled",
        "unknown",
        "in_flight",
        "cancelled",
        "cancelled",
    ]
    skipped = {SkipReason.STOPPED: 3, SkipReason.UNKNOWN: 1}
    assert books.of_run(conn, campaign, LIVE) == Books(5, 0, 0, skipped, 1)
    assert used(conn, campaign) == [3, 3]
    before = everything(conn)
    assert outbox.cancel_open(conn, campaign, SkipReason.STOPPED, now_ms=NOW) == 0
    assert everything(conn) == before


@pytest.mark.parametrize(
    ("action", "reason"),
    [(Action.STOP, SkipReason.STOPPED), (Action.COMPLETE, SkipReason.CAMPAIGN_ENDED)],
)
@pytest.mark.parametrize("back", ["not sent", "ambiguous", "claim undone", "crash", "accepted"])
def test_what_comes_back_from_the_wire_after_the_end_does_not_wait_for_ever(
    conn: sqlite3.Connection, action: Action, reason: SkipReason, back: str
) -> None:
    campaign = admitted(conn, 1)
    claim(conn, campaign)
    act(conn, campaign, action)
    assert outbox.cancel_open(conn, campaign, reason, now_ms=NOW) == 0
    match back:
        case "not sent" | "ambiguous":
            again(conn, [M0], ambiguous=back == "ambiguous")
        case "claim undone":
            outbox.unclaim(conn, [M0], now_ms=NOW)
        case "crash":
            outbox.recover(conn, now_ms=NOW)
        case _:
            outbox.accepted(conn, [M0], now_ms=NOW)
    state, told, slots = {
        "not sent": ("cancelled", reason, 1),
        "ambiguous": ("unknown", SkipReason.UNKNOWN, 1),
        "claim undone": ("cancelled", reason, 0),
        "crash": ("unknown", SkipReason.UNKNOWN, 1),
        "accepted": ("accepted", "", 1),
    }[back]
    assert (row(conn, M0).state, row(conn, M0).reason) == (state, told)
    found = books.of_run(conn, campaign, LIVE)
    assert (found.pending, found) == (0, books.recount(conn, campaign, LIVE))
    assert used(conn, campaign) == [slots, slots]
    assert outbox.open_count(conn, campaign) == 0


def test_after_a_crash_what_was_in_flight_is_ambiguous_since_its_claim(
    conn: sqlite3.Connection,
) -> None:
    campaign = admitted(conn, 2)
    claim(conn, campaign, M0, now_ms=NOW + 3)
    assert outbox.recover(conn, now_ms=NOW + HOUR) == 1
    found = row(conn, M0)
    assert (found.state, found.ambiguous_ms, found.due_ms) == ("pending", NOW + 3, NOW + HOUR)
    assert row(conn, M1).ambiguous_ms is None
    before = everything(conn)
    assert outbox.recover(conn, now_ms=NOW + 2 * HOUR) == 0
    assert everything(conn) == before


def test_after_a_crash_a_paused_campaign_still_waits(conn: sqlite3.Connection) -> None:
    campaign = admitted(conn, 1)
    claim(conn, campaign)
    act(conn, campaign, Action.PAUSE)
    outbox.recover(conn, now_ms=NOW)
    assert (states(conn), claim(conn, campaign)) == ({M0: "pending"}, set())


def test_no_question_of_delivery_reads_the_whole_outbox(conn: sqlite3.Connection) -> None:
    """With all the rows that were ever sent in it, one such question would be seconds."""
    campaign = publish(conn, live())
    asked: list[str] = []
    conn.set_trace_callback(asked.append)
    waiting.due(conn, campaign, lane=1, now_ms=NOW, limit=9)
    waiting.campaigns_due(conn, lanes=(1, 3), now_ms=NOW)
    waiting.next_due_ms(conn, lanes=(0, 1))
    outbox.open_count(conn, campaign)
    outbox.cancel_open(conn, campaign, SkipReason.STOPPED, now_ms=NOW)
    outbox.recover(conn, now_ms=NOW)
    act(conn, campaign, Action.START)
    outbox.claim(conn, campaign, ["m"], now_ms=NOW)
    outbox.accepted(conn, ["m"], now_ms=NOW)
    again(conn, ["m"], ambiguous=True)
    conn.set_trace_callback(None)
    plans = {
        step[3]
        for query in asked
        if "outbox" in query
        for step in conn.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
        if "outbox" in step[3]
    }
    assert len(plans) >= 4
    for plan in plans:
        assert plan.startswith("SEARCH outbox USING"), plan
        assert "PRIMARY KEY (message_id=?)" in plan or "(campaign=? AND state=?" in plan, plan
