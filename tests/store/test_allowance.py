import sqlite3
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from domain.books import SkipReason
from domain.campaign import Campaign, DoNotDisturb
from domain.frequency import Calendar, GlobalLimits, Rolling
from domain.release import BEGINS_MS_MAX, Release
from domain.verdict import Hold, Send
from store import adoption, allowance, books, merging, outbox, users
from store.admission import LIVE, Admitted, admit
from store.allowance import Bounds, Wanted
from store.outbox import Ending
from tests.store.stage import HOUR, KEY, NOW, batch, decide, live, publish, row, rows, start, states

DAY_MS = 24 * HOUR
ONE_A_DAY = Bounds(GlobalLimits(rules=(Rolling(max=1, minutes=24 * 60),)))
M1 = "m1_u1_e1"


def admitted(
    conn: sqlite3.Connection,
    campaign: str,
    occurrences: Sequence[str],
    *,
    user: str = "u1",
    definition: Campaign | None = None,
    bounds: Bounds = ONE_A_DAY,
    now_ms: int = NOW,
) -> int:
    """Let a live campaign admit triggers of one user; return how many messages that made."""
    (after,) = conn.execute("SELECT seq FROM cursor WHERE campaign = ?", (campaign,)).fetchone()
    decisions = [decide(user, each) for each in occurrences]
    whole = replace(batch(campaign, decisions, after=after, definition=definition), bounds=bounds)
    answer = admit(conn, whole, now_ms=now_ms)
    assert isinstance(answer, Admitted)
    assert books.of_run(conn, campaign, LIVE).balanced()
    return answer.pending


def claim(
    conn: sqlite3.Connection, campaign: str, *ids: str, now_ms: int, bounds: Bounds = ONE_A_DAY
) -> frozenset[str]:
    return outbox.claim(conn, campaign, ids or (M1,), now_ms=now_ms, bounds=bounds)


def reasons(conn: sqlite3.Connection, campaign: str) -> dict[SkipReason, int]:
    return dict(books.of_run(conn, campaign, LIVE).skipped)


def second(conn: sqlite3.Connection, **limits: Any) -> str:
    campaign = publish(conn, replace(live(**limits), name="Second"))
    conn.execute("UPDATE campaign SET state = 'running' WHERE id = ?", (campaign,))
    conn.execute("INSERT INTO cursor (campaign, revision, seq) VALUES (?, 1, 0)", (campaign,))
    return campaign


def test_two_triggers_of_one_transaction_never_get_the_same_place(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, live())
    assert admitted(conn, campaign, ["e1", "e2", "e3"]) == 1
    assert reasons(conn, campaign) == {SkipReason.FREQUENCY_LIMIT: 2}


def test_a_message_that_waits_keeps_its_place_before_those_of_other_campaigns(
    conn: sqlite3.Connection,
) -> None:
    first, other = start(conn, live()), second(conn)
    assert admitted(conn, first, ["e1"]) == 1
    assert admitted(conn, other, ["x1"]) == 0
    assert admitted(conn, other, ["x2"], user="u2") == 1


def test_the_place_is_free_again_when_the_window_has_passed(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    admitted(conn, campaign, ["e1"])
    claim(conn, campaign, now_ms=NOW)
    outbox.accepted(conn, [M1], now_ms=NOW + 1)
    free = NOW + DAY_MS + BEGINS_MS_MAX
    assert admitted(conn, campaign, ["e2"], now_ms=free - 1) == 0
    assert admitted(conn, campaign, ["e3"], now_ms=free) == 1


def test_what_certainly_was_never_sent_gives_its_place_back(conn: sqlite3.Connection) -> None:
    definition = live(per_user_max=1)
    campaign = start(conn, definition)
    admitted(conn, campaign, ["e1"], definition=definition)
    claim(conn, campaign, now_ms=NOW)
    outbox.again(conn, [M1], due_ms=NOW, outcome="throttled", detail="status 429", now_ms=NOW + 1)
    gone = Ending(row(conn, M1), "expired", SkipReason.EXPIRED)
    assert admitted(conn, campaign, ["e2"], definition=definition, now_ms=NOW + 2) == 0
    outbox.end(conn, [gone], now_ms=NOW + 3)
    assert admitted(conn, campaign, ["e3"], definition=definition, now_ms=NOW + 4) == 1


def test_a_user_gets_a_campaign_so_often_and_never_again(conn: sqlite3.Connection) -> None:
    definition = live(per_user_max=2)
    campaign = start(conn, definition)
    times = [NOW + n * 40 * DAY_MS for n in range(3)]
    got = []
    for n, at in enumerate(times):
        got.append(admitted(conn, campaign, [f"e{n}"], definition=definition, now_ms=at))
        claim(conn, campaign, f"m1_u1_e{n}", now_ms=at)
    assert got == [1, 1, 0]
    assert reasons(conn, campaign) == {SkipReason.PER_USER_LIMIT: 1}


def test_an_interval_holds_for_its_own_campaign_alone(conn: sqlite3.Connection) -> None:
    definition = live(per_user_minutes=60)
    campaign, other = start(conn, definition), second(conn, per_user_minutes=60)
    none = Bounds()
    assert admitted(conn, campaign, ["e1", "e2"], definition=definition, bounds=none) == 1
    assert admitted(conn, other, ["e3"], definition=definition, bounds=none) == 1
    claim(conn, campaign, now_ms=NOW, bounds=none)
    later = NOW + HOUR + BEGINS_MS_MAX
    assert admitted(conn, campaign, ["e4"], bounds=none, now_ms=later - 1) == 0
    assert admitted(conn, campaign, ["e5"], bounds=none, now_ms=later) == 1


def test_what_does_not_count_takes_no_place_from_others(conn: sqlite3.Connection) -> None:
    silent = live(count_towards_global=False)
    campaign, other = start(conn, silent), second(conn)
    assert admitted(conn, campaign, ["e1"], definition=silent) == 1
    assert admitted(conn, other, ["x1"]) == 1
    assert admitted(conn, campaign, ["e2"], definition=silent) == 0, "the limits hold for it"


def test_what_ignores_the_limits_goes_and_counts(conn: sqlite3.Connection) -> None:
    free = live(ignore_global=True)
    campaign, other = start(conn, free), second(conn)
    assert admitted(conn, campaign, ["e1", "e2"], definition=free) == 2
    assert admitted(conn, other, ["x1"]) == 0


def test_what_is_queued_is_due_when_the_limit_allows_it(conn: sqlite3.Connection) -> None:
    definition = live(over_global="queue")
    campaign = start(conn, definition)
    assert admitted(conn, campaign, ["e1", "e2"], definition=definition) == 2
    queued = row(conn, "m1_u1_e2")
    assert queued.due_ms == NOW + DAY_MS + BEGINS_MS_MAX
    assert queued.fell_due_ms == NOW
    found = conn.execute("SELECT message_id FROM outbox WHERE held_by = 'limits'").fetchall()
    assert found == [("m1_u1_e2",)]


def test_no_queue_is_longer_than_72_hours(conn: sqlite3.Connection) -> None:
    definition = live(over_global="queue")
    campaign = start(conn, definition)
    five = [f"e{n}" for n in range(5)]
    assert admitted(conn, campaign, five, definition=definition) == 3
    assert reasons(conn, campaign) == {SkipReason.FREQUENCY_LIMIT: 2}


def test_a_claim_asks_again_and_of_two_of_one_request_one_goes(conn: sqlite3.Connection) -> None:
    """Both were admitted when no limit held; the operator has set one since."""
    campaign = start(conn, live())
    admitted(conn, campaign, ["e1", "e2"], bounds=Bounds())
    both = ("m1_u1_e1", "m1_u1_e2")
    assert claim(conn, campaign, *both, now_ms=NOW) == {"m1_u1_e1"}
    assert states(conn) == {both[0]: "in_flight", both[1]: "pending"}
    later = NOW + DAY_MS + BEGINS_MS_MAX
    conn.execute("UPDATE outbox SET expires_ms = ?", (later,))
    assert claim(conn, campaign, both[1], now_ms=later - 1) == frozenset()
    assert claim(conn, campaign, both[1], now_ms=later) == {both[1]}


def test_a_claim_does_not_wait_for_what_may_never_go(conn: sqlite3.Connection) -> None:
    """Promises count when one more is promised; the first that goes has the place."""
    first, other = start(conn, live()), second(conn)
    admitted(conn, first, ["e1"], bounds=Bounds())
    admitted(conn, other, ["x1"], bounds=Bounds())
    assert claim(conn, other, "m1_u1_x1", now_ms=NOW) == {"m1_u1_x1"}
    assert claim(conn, first, M1, now_ms=NOW) == frozenset()


def test_what_may_have_arrived_counts_at_each_moment_at_which_it_may_have(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, live())
    admitted(conn, campaign, ["e1"])
    conn.execute("UPDATE outbox SET expires_ms = ?", (NOW + 9 * DAY_MS,))
    times = [NOW, NOW + HOUR, NOW + 5 * HOUR]
    for at in times:
        assert claim(conn, campaign, now_ms=at) == {M1}, "it is never in its own way"
        outbox.again(
            conn, [M1], due_ms=at, outcome="ambiguous", detail="ReadTimeout", now_ms=at + 1
        )
    wanted = Wanted(campaign, live(), "u1", "another")
    had = allowance.had(conn, ONE_A_DAY, wanted, now_ms=NOW + 6 * HOUR, promised=False)
    assert sorted(had.counted) == times


def test_a_claim_that_is_undone_forgets_no_earlier_one(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    admitted(conn, campaign, ["e1"])
    claim(conn, campaign, now_ms=NOW)
    outbox.again(conn, [M1], due_ms=NOW, outcome="ambiguous", detail="ReadTimeout", now_ms=NOW + 1)
    claim(conn, campaign, now_ms=NOW + HOUR)
    outbox.unclaim(conn, [M1], now_ms=NOW + HOUR + 1)
    wanted = Wanted(campaign, live(), "u1", "another")
    had = allowance.had(conn, ONE_A_DAY, wanted, now_ms=NOW + 2 * HOUR, promised=False)
    assert had.counted == [NOW]


def test_what_was_open_at_a_restore_counts_as_if_it_went_then(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    admitted(conn, campaign, ["e1"])
    adopted = NOW + 3 * DAY_MS
    adoption.adopt(conn, now_ms=adopted)
    wanted = Wanted(campaign, live(), "u1", "another")
    had = allowance.had(conn, ONE_A_DAY, wanted, now_ms=adopted + 1, promised=False)
    assert had.counted == [adopted]


def merge(conn: sqlite3.Connection, old: str, user: str) -> None:
    users.enrol(conn, {old: 0, user: 0}, install_key=KEY)
    assert merging.merge(conn, old, user, now_ms=NOW, install_key=KEY) == "merged"


def test_two_ids_that_turn_out_to_be_one_person_have_had_what_both_have_had(
    conn: sqlite3.Connection,
) -> None:
    definition = live(per_user_max=2)
    campaign = start(conn, definition)
    for user in ("u1", "u2"):
        admitted(conn, campaign, ["e1"], user=user, definition=definition)
        claim(conn, campaign, f"m1_{user}_e1", now_ms=NOW)
        outbox.accepted(conn, [f"m1_{user}_e1"], now_ms=NOW)
    merge(conn, "u2", "u1")
    later = NOW + 9 * DAY_MS
    assert admitted(conn, campaign, ["e2"], definition=definition, now_ms=later) == 0
    assert reasons(conn, campaign) == {SkipReason.PER_USER_LIMIT: 1}


def test_of_what_waits_for_two_ids_of_one_person_no_more_goes_than_the_limit_allows(
    conn: sqlite3.Connection,
) -> None:
    definition = live(per_user_max=1)
    campaign = start(conn, definition)
    for user, occurrence in (("u1", "e1"), ("u2", "e2")):
        admitted(conn, campaign, [occurrence], user=user, definition=definition, bounds=Bounds())
    merge(conn, "u2", "u1")
    assert {each.user for each in rows(conn).values()} == {"u1"}
    claimed = claim(conn, campaign, *rows(conn), now_ms=NOW, bounds=Bounds())
    assert len(claimed) == 1


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("", Release(NOW + 2 * HOUR)), ("UTC", SkipReason.FREQUENCY_LIMIT)],
)
def test_a_calendar_day_is_that_of_the_user_or_else_the_accounts(
    conn: sqlite3.Connection, zone: str, expected: Release | SkipReason
) -> None:
    """It is 14:13 UTC, and two hours later the next day has begun in Tokyo, the account's zone."""
    bounds = Bounds(GlobalLimits(rules=(Calendar(max=1, period="day"),)), zone="Asia/Tokyo")
    campaign = start(conn, live())
    admitted(conn, campaign, ["e1"])
    claim(conn, campaign, now_ms=NOW)
    wanted = Wanted(campaign, live(), "u1", "another", zone)
    assert allowance.place(conn, bounds, wanted, now_ms=NOW + 2 * HOUR) == expected


def test_a_zone_that_went_bad_on_disk_is_the_accounts_and_breaks_nobody(
    conn: sqlite3.Connection,
) -> None:
    bounds = Bounds(GlobalLimits(rules=(Calendar(max=1, period="day"),)), zone="Asia/Tokyo")
    campaign = start(conn, live())
    admitted(conn, campaign, ["e1"])
    users.enrol(conn, {"u1": 0}, install_key=KEY)
    conn.execute("UPDATE user SET zone = 'Canary/One'")
    assert claim(conn, campaign, now_ms=NOW, bounds=bounds) == {M1}
    wanted = Wanted(campaign, live(), "u1", "another", "Canary/One")
    placed = allowance.place(conn, bounds, wanted, now_ms=NOW + 2 * HOUR)
    assert placed == Release(NOW + 2 * HOUR)


def test_a_queued_message_falls_due_when_it_would_have_gone_without_limits() -> None:
    queued, moved = Release(NOW + 9, queued=True), Release(NOW + 9)
    assert allowance.fell_due_ms(Send(), queued, now_ms=NOW) == NOW
    assert allowance.fell_due_ms(Hold(NOW + 5), queued, now_ms=NOW) == NOW + 5
    assert allowance.fell_due_ms(Hold(NOW + 9), moved, now_ms=NOW) == NOW + 9


def test_do_not_disturb_alone_makes_no_queue(conn: sqlite3.Connection) -> None:
    quiet = replace(live(over_global="queue"), do_not_disturb=DoNotDisturb("14:00", "15:00"))
    ends = NOW + 2_800_000
    wanted = Wanted("c", quiet, "u1", "m", verdict=Hold(ends))
    assert allowance.place(conn, ONE_A_DAY, wanted, now_ms=NOW) == Release(ends)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE campaign SET state = 'paused' WHERE name = 'Cart'",
        "UPDATE outbox SET expires_ms = 5",
    ],
)
def test_what_is_paused_or_too_late_keeps_nobody_from_other_messages(
    conn: sqlite3.Connection, change: str
) -> None:
    first, other = start(conn, live()), second(conn)
    admitted(conn, first, ["e1"])
    conn.execute(change)
    assert admitted(conn, other, ["x1"]) == 1
