"""Conversions against brute force: every event is laid beside every exposure, as the rule says."""

import random
import sqlite3
from typing import Any

import msgspec
import pytest

from domain.behaviour import Filter
from domain.campaign import Campaign
from domain.facts import Event
from domain.goal import LATE_MS_MAX, Goal
from domain.review import Action
from store import exposures, goals, log, merging, reckoning
from store.exposures import Arm, Exposure
from store.log import Incoming
from store.reckoning import LAG_MS
from tests.store.conftest import INSTALL_KEY
from tests.store.stage import NOW, act, fresh, live, publish

MINUTE = 60_000
ORDER = Goal("Order Completed", (Filter("total", ">=", 10),), window_minutes=60, revenue="total")


def aimed(name: str, goal: Goal = ORDER) -> Campaign:
    return msgspec.structs.replace(live(), name=name, goal=goal)


def event(n: int, user: str, at_ms: int, total: float = 20, name: str = ORDER.event) -> Incoming:
    body = msgspec.json.encode({"total": total})
    return Incoming("event", f"e{n}", user, name, at_ms, body)


def feed(conn: sqlite3.Connection, *records: Incoming, now_ms: int = NOW) -> None:
    log.append(conn, records, now_ms=now_ms, install_key=INSTALL_KEY)


def reckon(conn: sqlite3.Connection, now_ms: int = NOW + LAG_MS, limit: int = 500) -> Any:
    done = reckoning.reckon(conn, now_ms=now_ms, limit=limit)
    while done.more:
        done = reckoning.reckon(conn, now_ms=now_ms, limit=limit)
    return done


def expose(
    conn: sqlite3.Connection, campaign: str, user: str, at_ms: int, arm: Any = "target"
) -> None:
    exposures.add(conn, campaign, Exposure(user, at_ms, "live", f"x{at_ms}", arm))


def conversions(conn: sqlite3.Connection) -> set[tuple[Any, ...]]:
    rows = conn.execute(
        "SELECT campaign, event_seq, user, exposed_ms, arm, revenue FROM conversion"
    )
    return set(rows.fetchall())


def test_one_event_counts_in_every_campaign_whose_goal_it_is(conn: sqlite3.Connection) -> None:
    one, two, other = (
        publish(conn, aimed(name, goal))
        for name, goal in (("A", ORDER), ("B", ORDER), ("C", Goal("Other")))
    )
    for campaign, arm in ((one, "target"), (two, "control"), (other, "target")):
        expose(conn, campaign, "u1", NOW - MINUTE, arm)
    feed(conn, event(1, "u1", NOW - 1), event(2, "u1", NOW - 1, total=5))
    reckon(conn)
    assert {row[:1] + row[4:] for row in conversions(conn)} == {
        (one, "target", 20_000_000),
        (two, "control", 20_000_000),
    }


@pytest.mark.parametrize("back_ms", [0, 50])
def test_the_event_that_triggered_a_message_is_no_conversion_of_it(
    conn: sqlite3.Connection, back_ms: int
) -> None:
    """Though it is the goal too, and the clock was set back before the decision."""
    campaign = publish(conn, aimed("A"))
    feed(conn, event(1, "u1", NOW), event(2, "u1", NOW + 1), now_ms=NOW + 1)
    exposures.add(conn, campaign, Exposure("u1", NOW - back_ms, "live", "e1", "control"))
    reckon(conn, NOW + 1 + LAG_MS)
    assert len(conversions(conn)) == 1


def test_an_answer_that_is_written_after_the_event_still_counts_before_it(
    conn: sqlite3.Connection,
) -> None:
    """Segment's answer and the order that follows may be written in the other order."""
    campaign = publish(conn, aimed("A"))
    feed(conn, event(1, "u1", NOW))
    assert reckon(conn, NOW + LAG_MS - 1).next_ms == NOW + LAG_MS
    expose(conn, campaign, "u1", NOW - 5)
    reckon(conn)
    assert len(conversions(conn)) == 1


def test_an_event_that_came_in_by_a_clock_that_was_wrong_keeps_nobody_waiting(
    conn: sqlite3.Connection,
) -> None:
    publish(conn, aimed("A"))
    feed(conn, event(1, "u1", NOW), now_ms=NOW + 10**10)
    assert reckon(conn).next_ms is None
    assert goals.cursor(conn) == log.last_seq(conn)


def test_what_was_bought_before_the_person_was_known_counts_once_they_are(
    conn: sqlite3.Connection,
) -> None:
    campaign = publish(conn, aimed("A"))
    expose(conn, campaign, "ana", NOW - MINUTE)
    feed(conn, event(1, "anon:d1", NOW))
    reckon(conn)
    assert conversions(conn) == set()
    merging.merge(conn, "anon:d1", "ana", now_ms=NOW, install_key=INSTALL_KEY)
    reckon(conn)
    reckon(conn)
    assert [row[2:5] for row in conversions(conn)] == [("ana", NOW - MINUTE, "target")]


def test_what_was_sent_under_an_old_id_is_credited_with_what_the_person_does(
    conn: sqlite3.Connection,
) -> None:
    campaign = publish(conn, aimed("A"))
    expose(conn, campaign, "old", NOW - MINUTE)
    feed(conn, event(1, "new", NOW - 2 * MINUTE))
    merging.merge(conn, "old", "new", now_ms=NOW, install_key=INSTALL_KEY)
    feed(conn, event(2, "new", NOW))
    reckon(conn)
    assert [row[2] for row in conversions(conn)] == ["old"]


def test_an_event_that_cannot_be_read_or_asked_converts_nothing_and_stops_nobody(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = publish(conn, aimed("A"))
    expose(conn, campaign, "u1", NOW - MINUTE)
    feed(conn, event(1, "u1", NOW), event(2, "u1", NOW, total=13), event(3, "u1", NOW))
    conn.execute("UPDATE log SET body = x'00' WHERE source_id = 'e1'")
    asked = reckoning._test

    def breaks(goal: Goal) -> Any:
        def is_goal(each: Event) -> bool:
            if each.properties["total"] == 13:
                raise RecursionError
            return asked(goal)(each)

        return is_goal

    monkeypatch.setattr(reckoning, "_test", breaks)
    (seq,) = conn.execute("SELECT seq FROM log WHERE source_id = 'e2'").fetchone()
    assert reckon(conn).broken == ((seq, "RecursionError"),)
    assert len(conversions(conn)) == 1


@pytest.mark.parametrize("seed", range(12))
def test_conversions_agree_with_brute_force(seed: int) -> None:
    dice = random.Random(seed)
    conn = fresh()
    wanted = {
        publish(conn, aimed(f"C{n}", goal)): goal
        for n, goal in enumerate(
            [
                ORDER,
                Goal("Order Completed", window_minutes=5),
                Goal("Signed Up", window_minutes=30 * 24 * 60, revenue="total"),
            ]
        )
    }
    people = [f"u{n}" for n in range(6)]
    met: list[tuple[str, Exposure]] = []
    events: list[tuple[str, str, int, int, float]] = []
    now = NOW
    for n in range(300):
        now += dice.choice([1, 1_000, MINUTE, 40 * MINUTE, 26 * 60 * MINUTE])
        user = dice.choice(people)
        if dice.random() < 0.4:
            campaign = dice.choice(sorted(wanted))
            arm: Arm = "control" if user in people[:2] else "target"
            found = Exposure(user, now, "live", str(n), arm)
            met.append((campaign, found))
            exposures.add(conn, campaign, found)
        else:
            name = dice.choice(["Order Completed", "Signed Up", "Viewed"])
            late = dice.choice(
                [0, 0, 0, 3 * MINUTE, LATE_MS_MAX, LATE_MS_MAX + 2 * MINUTE, -MINUTE]
            )
            total = dice.choice([3, 10, 12.5])
            events.append((user, name, now - late, now, total))
            feed(conn, event(n, user, now - late, total, name), now_ms=now)
        if dice.random() < 0.2:
            reckoning.reckon(conn, now_ms=now, limit=dice.choice([1, 3, 500]))
    reckon(conn, now + LAG_MS, limit=2)
    expected = set()
    seqs = [seq for (seq,) in conn.execute("SELECT seq FROM log ORDER BY seq")]
    for seq, (user, name, time_ms, received_ms, total) in zip(seqs, events, strict=True):
        for campaign, goal in wanted.items():
            if name != goal.event or (goal.where and total < 10):
                continue
            window = goal.window_minutes * MINUTE
            holding = [
                one
                for of, one in met
                if of == campaign
                and one.user == user
                and 0 <= min(time_ms, received_ms) - one.at_ms < window
                and received_ms < one.at_ms + window + LATE_MS_MAX
            ]
            if holding:
                last = max(holding, key=lambda one: one.at_ms)
                money = round(total * 1_000_000) if goal.revenue else 0
                expected.add((campaign, seq, user, last.at_ms, last.arm, money))
    assert conversions(conn) == expected
    assert expected
    conn.close()


def test_a_campaign_that_has_ended_still_gets_its_conversions(conn: sqlite3.Connection) -> None:
    campaign = publish(conn, aimed("A"))
    expose(conn, campaign, "u1", NOW - MINUTE)
    act(conn, campaign, Action.STOP)
    feed(conn, event(1, "u1", NOW))
    reckon(conn)
    assert len(conversions(conn)) == 1


def test_of_who_becomes_another_id_only_what_a_window_may_hold_is_read_again(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device of a robot's, or of an id that many share, would cost all that it ever did."""
    campaign, other = publish(conn, aimed("A")), publish(conn, aimed("B", Goal("Other")))
    read: list[int] = []
    events_at = log.events_at

    def noted(conn: sqlite3.Connection, seqs: list[int]) -> Any:
        read.extend(seqs)
        return events_at(conn, seqs)

    monkeypatch.setattr(log, "events_at", noted)
    early = [event(n, "bot", NOW - 500 * MINUTE + n) for n in range(20)]
    late = [event(n, "bot", NOW - n) for n in range(50, 70)]
    inside = [event(99, "bot", NOW - 90 * MINUTE), event(98, "bot", NOW + 9**12)]
    feed(conn, *early, *late, *inside, event(97, "bot", NOW, name="Other"))
    reckon(conn)
    merging.merge(conn, "anon:d1", "bot", now_ms=NOW, install_key=INSTALL_KEY)
    reckon(conn)
    assert read == []
    expose(conn, campaign, "anon:d2", NOW - 100 * MINUTE)
    merging.merge(conn, "anon:d2", "bot", now_ms=NOW, install_key=INSTALL_KEY)
    reckon(conn)
    assert [one.source_id for one in events_at(conn, read) if isinstance(one, Event)] == ["e99"]
    assert {row[:1] + row[3:4] for row in conversions(conn)} == {(campaign, NOW - 100 * MINUTE)}
    read.clear()
    expose(conn, other, "bot", NOW - MINUTE)
    merging.merge(conn, "anon:d3", "bot", now_ms=NOW, install_key=INSTALL_KEY)
    reckon(conn)
    assert len(read) == 2
    assert {row[0] for row in conversions(conn)} == {campaign, other}
