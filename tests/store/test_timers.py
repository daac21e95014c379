import sqlite3
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.audience import Filter
from domain.books import SkipReason
from domain.campaign import OnDate, Trigger, Without
from domain.facts import Event
from domain.listening import Listener
from domain.review import Action
from domain.timer import Timer, Wait
from domain.trigger import Keyed
from store import admission, books, erasures, log, timers
from store.admission import LIVE, Decision, LiveBatch
from store.log import Incoming
from store.timers import Waiting
from tests.store.stage import KEY, NOW, act, live, start

MINUTE = 60_000
WITHOUT = Without("Order Completed", 60, same_property="cart")
LEFT = Trigger("Cart Updated", without=WITHOUT)
TRIP = Trigger(
    "Booked",
    date=OnDate(
        "departs", before_minutes=120, same_property="trip", cancel=(Keyed("Trip Cancelled"),)
    ),
)


class Stage:
    """A live campaign with a trigger that waits, and its log."""

    def __init__(self, conn: sqlite3.Connection, trigger: Trigger = LEFT) -> None:
        self.conn = conn
        self.listener = Listener(trigger)
        self.campaign = start(conn, replace(live(), trigger=trigger))
        self.considered = 0

    def feed(
        self, user: str, name: str, at_ms: int, source_id: str = "", **properties: Any
    ) -> Event:
        """Let an event come in, without anybody considering it."""
        source = source_id or f"e{log.last_seq(self.conn) + 1}"
        body = msgspec.json.encode(properties)
        record = Incoming("event", source, user, name, at_ms, body)
        log.append(self.conn, [record], now_ms=at_ms, install_key=KEY)
        (found,) = log.events_at(self.conn, [log.last_seq(self.conn)])
        assert isinstance(found, Event)
        return found

    def hear(self, user: str, name: str, at_ms: int, **properties: Any) -> Event:
        """Let an event come in and be considered, as the campaign's actor does."""
        event = self.feed(user, name, at_ms, **properties)
        self.consider(event)
        return event

    def consider(self, *events: Event, now_ms: int = NOW) -> object:
        began = [event for event in events if self.listener.begins(event)]
        decisions = [
            Decision(
                f"m1_{event.source_id}",
                event.user,
                event.source_id,
                event.seq,
                self.listener.wait(event, zone="UTC"),
            )
            for event in began
        ]
        upto = max(event.seq for event in events)
        batch = LiveBatch(
            self.campaign, 1, self.considered, upto, decisions, None, None,
            on_pause_drop=True, listener=self.listener, clears=events,
        )  # fmt: skip
        answer = admission.admit(self.conn, batch, now_ms=now_ms)
        self.considered = upto
        return answer

    def due(self, upto_ms: int) -> list[Timer]:
        return timers.due(self.conn, self.campaign, upto_ms=upto_ms, limit=100)

    def ripe(self, upto_ms: int) -> list[str]:
        """Return the events whose timers may fire by then."""
        found = timers.ripe(
            self.conn, self.listener, self.due(upto_ms), cursor=self.considered, now_ms=upto_ms
        )
        return [timer.occurrence for timer in found]

    def states(self) -> list[tuple[str, int | None]]:
        rows = self.conn.execute("SELECT state, ended_by FROM timer ORDER BY id")
        return [tuple(row) for row in rows.fetchall()]


def test_what_was_not_done_in_time_falls_due_after_the_grace(conn: sqlite3.Connection) -> None:
    stage = Stage(conn)
    stage.hear("ann", "Cart Updated", NOW, cart="c1")
    due_ms = NOW + 60 * MINUTE + 30_000
    assert timers.waiting(conn, stage.campaign) == Waiting(1, due_ms)
    assert timers.next_due_ms(conn, stage.campaign) == due_ms
    assert timers.count_due(conn, stage.campaign, upto_ms=due_ms) == 1
    assert timers.count_due(conn, stage.campaign, upto_ms=due_ms - 1) == 0
    assert stage.due(due_ms - 1) == []
    assert stage.ripe(due_ms) == ["e1"]


def test_what_clears_a_wait_clears_that_of_the_same_value_and_no_other(
    conn: sqlite3.Connection,
) -> None:
    stage = Stage(conn)
    for cart in ("c1", "c2"):
        stage.hear("ann", "Cart Updated", NOW, cart=cart)
    stage.hear("ben", "Cart Updated", NOW, cart="c1")
    order = stage.hear("ann", "Order Completed", NOW + MINUTE, cart="c1")
    assert stage.states() == [("cancelled", order.seq), ("armed", None), ("armed", None)]


def test_what_came_before_the_event_but_happened_after_it_clears_it_at_once(
    conn: sqlite3.Connection,
) -> None:
    stage = Stage(conn)
    order = stage.hear("ann", "Order Completed", NOW + MINUTE, cart="c1")
    stage.hear("ann", "Cart Updated", NOW, cart="c1")
    assert stage.states() == [("cancelled", order.seq)]


def test_what_clears_a_wait_clears_it_though_nobody_has_considered_it(
    conn: sqlite3.Connection,
) -> None:
    stage = Stage(conn)
    stage.hear("ann", "Cart Updated", NOW, cart="c1")
    stage.hear("ben", "Cart Updated", NOW, cart="c1")
    late = NOW + 70 * MINUTE
    stage.feed("ann", "Order Completed", NOW + 60 * MINUTE, cart="c1")
    assert stage.ripe(late) == ["e2"]  # ann's waits until the event has been considered
    stage.considered = log.last_seq(conn)
    assert stage.ripe(late) == ["e2"]
    assert stage.states() == [("cancelled", 3), ("armed", None)]


def test_an_event_that_cannot_be_read_is_taken_for_one_that_clears(
    conn: sqlite3.Connection,
) -> None:
    stage = Stage(conn)
    stage.hear("ann", "Cart Updated", NOW, cart="c1")
    bad = stage.feed("ann", "Order Completed", NOW + MINUTE, cart="c1")
    conn.execute("UPDATE log SET body = x'7b' WHERE seq = ?", (bad.seq,))
    stage.considered = bad.seq
    assert stage.ripe(NOW + 70 * MINUTE) == []
    assert stage.states() == [("cancelled", bad.seq)]


def test_the_event_again_moves_the_one_timer_that_there_is(conn: sqlite3.Connection) -> None:
    stage = Stage(conn)
    for minute in range(5):
        stage.hear("ann", "Cart Updated", NOW + minute * MINUTE, cart="c1")
    (timer,) = stage.due(NOW + 99 * MINUTE)
    assert (timer.first_ms, timer.since_ms) == (NOW, NOW + 4 * MINUTE)
    assert timer.occurrence == "e5"


def test_a_new_date_replaces_the_old_one_and_a_cancellation_clears_it(
    conn: sqlite3.Connection,
) -> None:
    stage = Stage(conn, TRIP)
    stage.hear("ann", "Booked", NOW, departs="2026-10-01T10:00", trip=1)
    second = stage.hear("ann", "Booked", NOW + MINUTE, departs="2026-10-02T10:00", trip=1)
    stage.hear("ann", "Booked", NOW + MINUTE, departs="2026-10-03T10:00", trip=2)
    third = stage.hear("ann", "Trip Cancelled", NOW + 2 * MINUTE, trip=1)
    assert stage.states() == [
        ("replaced", second.seq),
        ("cancelled", third.seq),
        ("armed", None),
    ]
    (left,) = stage.due(1_791_100_000_000)
    assert left.due_ms == 1_791_014_400_000  # 2026-10-03T08:00Z


def test_nothing_is_armed_or_cleared_but_with_the_cursor(conn: sqlite3.Connection) -> None:
    stage = Stage(conn)
    stage.hear("ann", "Cart Updated", NOW, cart="c1")
    again = stage.feed("ben", "Cart Updated", NOW, cart="c1")
    order = stage.feed("ann", "Order Completed", NOW + 1, cart="c1")
    stage.considered = 99
    assert isinstance(stage.consider(again, order), admission.Stale)
    assert stage.states() == [("armed", None)]


def test_what_begins_in_a_pause_that_drops_is_in_the_books_and_does_not_wait(
    conn: sqlite3.Connection,
) -> None:
    stage = Stage(conn)
    act(conn, stage.campaign, Action.PAUSE)
    stage.hear("ann", "Cart Updated", NOW, cart="c1")
    assert stage.states() == []
    found = books.of_run(conn, stage.campaign, LIVE)
    assert (found.qualified, found.skipped) == (1, {SkipReason.PAUSED_DROPPED: 1})
    assert found == books.recount(conn, stage.campaign, LIVE)


def test_what_clears_clears_in_a_pause_too(conn: sqlite3.Connection) -> None:
    stage = Stage(conn)
    stage.hear("ann", "Cart Updated", NOW, cart="c1")
    act(conn, stage.campaign, Action.PAUSE)
    order = stage.hear("ann", "Order Completed", NOW + 1, cart="c1")
    assert stage.states() == [("cancelled", order.seq)]


def test_timers_fall_due_in_order_and_a_page_at_a_time(conn: sqlite3.Connection) -> None:
    stage = Stage(conn, Trigger("A", delay_minutes=10))
    for minute in (3, 1, 2):
        stage.hear("ann", "A", NOW + minute * MINUTE)
    page = timers.due(conn, stage.campaign, upto_ms=NOW + 99 * MINUTE, limit=2)
    assert [timer.occurrence for timer in page] == ["e2", "e3"]
    timers.end(conn, page, "fired", now_ms=NOW)
    assert [timer.occurrence for timer in stage.due(NOW + 99 * MINUTE)] == ["e1"]


def test_a_timer_that_has_ended_stays_as_it_ended(conn: sqlite3.Connection) -> None:
    stage = Stage(conn)
    stage.hear("ann", "Cart Updated", NOW, cart="c1")
    (timer,) = stage.due(NOW + 99 * MINUTE)
    timers.end(conn, [timer], "fired", now_ms=NOW)
    timers.end(conn, [timer], "cancelled", by=7, now_ms=NOW)
    assert stage.states() == [("fired", None)]
    ripe = timers.ripe(conn, stage.listener, [timer], cursor=99, now_ms=NOW)
    assert ripe == []


def test_the_waits_of_two_ids_of_one_person_become_one(conn: sqlite3.Connection) -> None:
    stage = Stage(conn)
    first = stage.hear("anon:d1", "Cart Updated", NOW, cart="c1")
    second = stage.hear("ann", "Cart Updated", NOW + MINUTE, cart="c1")
    known = Incoming("profile", "p1", "ann", "", NOW, b"{}", also=("anon:d1",))
    log.append(conn, [known], now_ms=NOW, install_key=KEY)
    stage.considered = log.last_seq(conn)
    assert stage.ripe(NOW + 99 * MINUTE) == [second.source_id]
    assert stage.states() == [("restarted", second.seq), ("armed", None)]
    assert first.seq < second.seq


def test_an_erased_user_waits_for_nothing_and_never_will(conn: sqlite3.Connection) -> None:
    stage = Stage(conn)
    stage.hear("ann", "Cart Updated", NOW, cart="c1")
    came = stage.feed("ann", "Cart Updated", NOW, cart="c2")
    assert erasures.count(conn, "ann").waits == 1
    erasures.erase(conn, "ann", now_ms=NOW)
    stage.consider(came)
    assert stage.states() == []


def test_a_comparison_decides_what_clears(conn: sqlite3.Connection) -> None:
    without = Without("Order Completed", 60, (Filter("total", ">", 0),))
    stage = Stage(conn, Trigger("Cart Updated", without=without))
    stage.hear("ann", "Cart Updated", NOW)
    stage.hear("ann", "Order Completed", NOW + 1, total=0)
    assert stage.ripe(NOW + 99 * MINUTE) == ["e1"]
    assert isinstance(stage.listener.wait(stage.feed("b", "Cart Updated", NOW), zone="UTC"), Wait)


def test_what_clears_the_first_wait_makes_room_for_the_next_on_the_same_page(
    conn: sqlite3.Connection,
) -> None:
    """Else a busy campaign, which considers both together, would lose the second wait."""
    stage = Stage(conn, replace(LEFT, without=replace(WITHOUT, on_repeat="keep")))
    stage.hear("ann", "Cart Updated", NOW, cart="c1")
    order = stage.feed("ann", "Order Completed", NOW + MINUTE, cart="c1")
    again = stage.feed("ann", "Cart Updated", NOW + 2 * MINUTE, cart="c1")
    stage.consider(order, again)
    assert stage.states() == [("cancelled", order.seq), ("armed", None)]
    assert stage.ripe(NOW + 70 * MINUTE) == ["e3"]


def test_in_a_long_life_waits_that_are_only_ever_cleared_go_after_a_month(
    conn: sqlite3.Connection,
) -> None:
    """Nothing fires here, so nothing that fires takes them along."""
    stage = Stage(conn)
    for day in range(100):
        for name, minute in (("Cart Updated", 0), ("Order Completed", 1)):
            at_ms = NOW + (day * 24 * 60 + minute) * MINUTE
            event = stage.feed("ann", name, at_ms, cart=f"c{day}")
            stage.consider(event, now_ms=at_ms)
    assert len(stage.states()) == 31


def test_a_wait_that_a_pause_drops_counts_once_though_it_comes_twice_in_one_batch(
    conn: sqlite3.Connection,
) -> None:
    stage = Stage(conn)
    act(conn, stage.campaign, Action.PAUSE)
    event = stage.feed("ann", "Cart Updated", NOW, cart="c1")
    stage.consider(event, event)
    assert books.of_run(conn, stage.campaign, LIVE).skipped == {SkipReason.PAUSED_DROPPED: 1}
