import sqlite3

import msgspec

from domain.goal import Goal
from domain.review import Action
from store import campaigns, goals
from tests.store.stage import NOW, act, live, publish

ORDER = Goal("Order Completed", revenue="total")
AIMED = msgspec.structs.replace(live(), goal=ORDER)


def test_a_published_campaign_has_its_goal(conn: sqlite3.Connection) -> None:
    campaign = publish(conn, AIMED)
    assert goals.of_campaign(conn, campaign) == ORDER
    assert [one.goal for one in goals.open_ones(conn, now_ms=NOW)] == [ORDER]


def test_a_campaign_without_a_goal_has_none_and_asks_nobody_to_count(
    conn: sqlite3.Connection,
) -> None:
    campaign = publish(conn, live())
    assert goals.of_campaign(conn, campaign) is None
    assert goals.cursor(conn) is None


def test_a_goal_may_change_until_the_campaign_starts_and_never_after(
    conn: sqlite3.Connection,
) -> None:
    campaign = publish(conn, AIMED)
    for started in (False, True):
        if started:
            act(conn, campaign, Action.START)
        other = msgspec.structs.replace(AIMED, goal=Goal(f"Other {started}"))
        campaigns.add_revision(conn, campaign, other, editor="U_ANN", now_ms=NOW)
        goals.keep(conn, campaign, other, now_ms=NOW)
    assert goals.of_campaign(conn, campaign) == Goal("Other False")


def test_the_goal_of_a_campaign_that_ended_is_open_until_no_late_event_can_count(
    conn: sqlite3.Connection,
) -> None:
    campaign = publish(conn, AIMED)
    act(conn, campaign, Action.STOP)
    last = NOW + goals.BACK_MS_MAX
    assert [len(goals.open_ones(conn, now_ms=now)) for now in (NOW, last, last + 1)] == [1, 1, 0]


def test_the_first_goal_of_all_has_no_use_for_earlier_events(conn: sqlite3.Connection) -> None:
    conn.execute(
        "INSERT INTO log (seq, kind, source_id, user, time_ms, received_ms, body)"
        " VALUES (70, 'event', 'e', 'u', 1, 1, x'7b7d')"
    )
    publish(conn, AIMED)
    assert goals.cursor(conn) == 70


def test_people_are_reconsidered_only_where_somebody_counts(conn: sqlite3.Connection) -> None:
    goals.reconsider(conn, "ana")
    publish(conn, AIMED)
    goals.reconsider(conn, "ben")
    goals.reconsider(conn, "ben")
    assert conn.execute("SELECT user FROM reckon_again").fetchall() == [("ben",)]
