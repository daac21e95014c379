import sqlite3
from collections.abc import Callable
from functools import partial

import msgspec
import pytest

from domain.books import SkipReason
from domain.campaign import Campaign
from domain.frequency import GlobalLimits, Rolling
from domain.goal import Goal
from domain.verdict import Control, Hold, Send, Skip, Verdict
from store import admission, allowance, exposures, outbox, runs
from store.allowance import Bounds, Wanted
from store.exposures import Exposure
from tests.store.stage import (
    HOUR,
    NOW,
    SLOT,
    batch,
    decide,
    live,
    past,
    publish,
    start,
    the_run,
)

GOAL = Goal("Order Completed")


def aimed(campaign: Campaign) -> Campaign:
    return msgspec.structs.replace(campaign, goal=GOAL)


def of(conn: sqlite3.Connection, user: str, campaign: str) -> list[Exposure]:
    rows = conn.execute(
        "SELECT user, at_ms, run, occurrence, arm, variant FROM exposure"
        " WHERE user = ? AND campaign = ? ORDER BY at_ms, run, occurrence",
        (user, campaign),
    )
    return [Exposure(*row) for row in rows.fetchall()]


def accepted(conn: sqlite3.Connection, campaign: str, *ids: str, now_ms: int = NOW) -> None:
    outbox.claim(conn, campaign, ids, now_ms=now_ms)
    outbox.accepted(conn, ids, now_ms=now_ms)


def test_a_user_is_watched_from_the_moment_that_segment_accepted_the_message(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, aimed(live()))
    admission.admit(conn, batch(campaign, [decide("u1")]), now_ms=NOW)
    assert of(conn, "u1", campaign) == []
    accepted(conn, campaign, "m1_u1_e1", now_ms=NOW + 700)
    assert of(conn, "u1", campaign) == [Exposure("u1", NOW + 700, "live", "e1", "target")]


@pytest.mark.parametrize(
    ("otherwise", "since_ms"),
    [
        (Send(), NOW),
        (Hold(NOW + HOUR), NOW + HOUR),
        (Skip(SkipReason.SUPPRESSED), None),
        (Skip(SkipReason.DND_DISCARD), None),
    ],
)
def test_a_control_user_is_watched_from_when_the_message_would_have_gone_if_it_had(
    conn: sqlite3.Connection, otherwise: Send | Hold | Skip, since_ms: int | None
) -> None:
    """In a live campaign at once, in a run when it becomes visible."""
    verdict = Control("campaign", otherwise)
    campaign = start(conn, aimed(live()))
    admission.admit(conn, batch(campaign, [decide("u1", verdict=verdict)]), now_ms=NOW)
    found = [each.at_ms for each in of(conn, "u1", campaign)]
    assert found == ([] if since_ms is None else [since_ms])
    other = start(conn, msgspec.structs.replace(aimed(past()), name="Other"))
    run = the_run(conn, other)
    runs.draw_chunk(conn, run, [decide("u1", "", verdict)], now_ms=NOW)
    assert of(conn, "u1", other) == []
    runs.finish_draw(conn, run, aimed(past()), qualified=1, now_ms=NOW)
    assert [each.at_ms for each in of(conn, "u1", other)] == found


def test_a_control_user_who_comes_when_the_cap_is_full_is_not_compared(
    conn: sqlite3.Connection,
) -> None:
    """Nobody would have got the message then."""
    definition = aimed(live(cap_total=1))
    campaign = start(conn, definition)
    decisions = [decide("c1", verdict=Control()), decide("u1"), decide("c2", verdict=Control())]
    admission.admit(conn, batch(campaign, decisions, definition=definition), now_ms=NOW)
    assert [bool(of(conn, user, campaign)) for user in ("c1", "c2")] == [True, False]


@pytest.mark.parametrize(
    ("limits", "target_gets"),
    [({}, 3), ({"per_user_max": 1}, 1), ({"per_user_minutes": 90}, 2)],
)
def test_both_arms_are_watched_as_often_as_the_limits_on_one_user_allow(
    conn: sqlite3.Connection, limits: dict[str, int], target_gets: int
) -> None:
    """A control user who is watched at each trigger would seem to convert more often."""
    definition = aimed(live(**limits))
    campaign = start(conn, definition)
    for n in range(3):
        decisions = [decide("u1", f"e{n}"), decide("c1", f"c{n}", Control())]
        page = batch(campaign, decisions, after=n, definition=definition)
        admission.admit(conn, page, now_ms=NOW + n * HOUR)
        accepted(conn, campaign, f"m1_u1_e{n}", now_ms=NOW + n * HOUR)
    assert [len(of(conn, user, campaign)) for user in ("u1", "c1")] == [target_gets] * 2


def test_in_runs_too_a_control_user_is_watched_as_often_as_one_user_is_messaged(
    conn: sqlite3.Connection,
) -> None:
    definition = aimed(past(per_user_max=1))
    campaign = start(conn, definition)
    for slot in ("one", "two"):
        runs.begin(conn, campaign, slot, 1, due_ms=NOW, now_ms=NOW)
        run = runs.find(conn, campaign, slot)
        assert run is not None
        runs.draw_chunk(conn, run, [decide("c1", "", Control())], now_ms=NOW)
        runs.finish_draw(conn, run, definition, qualified=1, now_ms=NOW)
    assert [each.run for each in of(conn, "c1", campaign)] == ["one"]


def test_a_control_user_of_a_pause_whose_messages_are_dropped_is_not_compared(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, aimed(live()))
    conn.execute("UPDATE campaign SET state = 'paused' WHERE id = ?", (campaign,))
    decisions = [decide("u1"), decide("c1", verdict=Control())]
    admission.admit(conn, batch(campaign, decisions, definition=aimed(live())), now_ms=NOW)
    assert of(conn, "c1", campaign) == []


def test_each_user_counts_once_in_an_arm_however_often_they_are_met(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, aimed(live()))
    verdicts: list[tuple[str, str, Verdict]] = [
        ("u1", "e1", Send()),
        ("u1", "e2", Send()),
        ("u2", "e3", Send()),
        ("c1", "e4", Control()),
        ("c1", "e5", Control()),
    ]
    decisions = [decide(user, event, verdict) for user, event, verdict in verdicts]
    admission.admit(conn, batch(campaign, decisions), now_ms=NOW)
    accepted(conn, campaign, "m1_u1_e1", "m1_u1_e2", "m1_u2_e3")
    accepted(conn, campaign, "m1_u1_e1")  # a repeated answer
    assert exposures.users_of(conn, campaign) == {("target", ""): 2, ("control", ""): 1}
    assert len(of(conn, "u1", campaign)) == 2


def test_variants_count_their_own_users(conn: sqlite3.Connection) -> None:
    for n, variant in enumerate(("A", "A", "B")):
        exposures.add(conn, "c1", Exposure("u1", NOW + n, SLOT, str(n), "target", variant))
    exposures.add(conn, "c1", Exposure("u2", NOW, SLOT, "", "target", "A"))
    assert exposures.users_of(conn, "c1") == {
        ("target", ""): 2,
        ("target", "A"): 2,
        ("target", "B"): 1,
    }


def test_the_control_users_of_a_second_run_who_were_in_the_first_count_no_more(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, aimed(past()))
    for slot, users in (("one", ("c1", "c2")), ("two", ("c2", "c3"))):
        runs.begin(conn, campaign, slot, 1, due_ms=NOW, now_ms=NOW)
        run = runs.find(conn, campaign, slot)
        assert run is not None
        decisions = [decide(user, "", Control()) for user in users]
        runs.draw_chunk(conn, run, decisions, now_ms=NOW)
        runs.finish_draw(conn, run, aimed(past()), qualified=2, now_ms=NOW)
    assert exposures.users_of(conn, campaign) == {("control", ""): 3}


def test_a_campaign_without_a_goal_watches_nobody(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    decisions = [decide("u1"), decide("u2", verdict=Control())]
    admission.admit(conn, batch(campaign, decisions), now_ms=NOW)
    accepted(conn, campaign, "m1_u1_e1")
    assert not exposures.is_watched(conn, campaign)
    assert conn.execute("SELECT count(*) FROM exposure").fetchone() == (0,)


def steps(conn: sqlite3.Connection, work: Callable[[], object]) -> int:
    """Return how many steps of its machine SQLite takes for some work, in hundreds."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    conn.set_progress_handler(count, 100)
    work()
    conn.set_progress_handler(None, 0)
    return taken


def exposed(conn: sqlite3.Connection, campaign: str, n: int) -> None:
    conn.executemany(
        "INSERT INTO exposure (user, campaign, at_ms, run, occurrence, arm, variant)"
        " VALUES ('robot', ?, ?, 'live', ?, 'target', 'A')",
        [(campaign, NOW - i, f"x{i}") for i in range(n)],
    )


def test_a_robot_that_was_messaged_very_often_costs_no_more_than_anybody(
    conn: sqlite3.Connection,
) -> None:
    """Else every one of its events would hold the one writer up for as long as it has had any."""
    campaign = publish(conn, aimed(live()))
    exposed(conn, campaign, 20_000)
    one = Exposure("robot", NOW + 1, "live", "x", "target", "A")
    assert steps(conn, lambda: exposures.add(conn, campaign, one)) < 10
    latest = partial(exposures.latest_of, conn, ("robot",), campaign, upto_ms=NOW, but_of="x0")
    assert steps(conn, latest) < 10
    assert latest() == [Exposure("robot", NOW - 1, "live", "x1", "target", "A")]


@pytest.mark.parametrize(("most", "ever"), [(None, 0), (10, 2)])
def test_of_a_robot_in_the_control_group_only_what_limits_remember_is_read(
    conn: sqlite3.Connection, most: int | None, ever: int
) -> None:
    """For a limit on how many ever, there are no more than it allows."""
    n = 20_000 if most is None else 2
    definition = aimed(live(per_user_max=most))
    campaign = publish(conn, definition)
    exposed(conn, campaign, n)
    conn.execute("UPDATE exposure SET arm = 'control', at_ms = at_ms - ?", (3 * HOUR,))
    house = Bounds(GlobalLimits(rules=(Rolling(max=1, minutes=60),)))
    wanted = Wanted(campaign, definition, "robot", "m1_x", spared=True)
    asked = partial(allowance.had, conn, house, wanted, now_ms=NOW, promised=True)
    assert steps(conn, asked) < 20
    assert (asked().counted, asked().ever) == ([], ever)
