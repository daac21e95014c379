"""A past that is read from the log, step by step, beside one that is in memory whole."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from domain.audience import DidNot
from domain.facts import Event
from domain.matching import compile_node
from domain.past import Carried, Memory
from domain.periods import MINUTE_MS, Window
from domain.saved import expand
from domain.tally import tally
from store import log, past
from store.past import Logged, first_seqs, repeats, who_did_much
from tests.store.oddities import SAVED
from tests.store.worlds import Draws

NODES = 12
LIVES = 40
STEP_MS = 20 * MINUTE_MS


def keep(conn: sqlite3.Connection, *events: Event) -> None:
    """Put events into the log where they say that they stand."""
    conn.executemany(
        "INSERT INTO log (seq, kind, source_id, user, name, time_ms, received_ms, body)"
        " VALUES (?, 'event', ?, ?, ?, ?, ?, ?)",
        [
            (
                one.seq,
                one.source_id,
                one.user,
                one.name,
                one.time_ms,
                one.received_ms,
                msgspec.json.encode(one.properties),
            )
            for one in events
        ],
    )
    conn.executemany(
        "INSERT OR IGNORE INTO user (user, h, traits, seq) VALUES (?, 1, x'7b7d', 1)",
        [(one.user,) for one in events],
    )


def event(seq: int, user: str = "ann", name: str = "A", at: int | None = None) -> Event:
    return Event(seq, f"m{seq}", user, name, seq if at is None else at, 0)


@pytest.mark.parametrize("gap", [past.GAP_MAX, 0])
def test_whatever_is_asked_a_count_that_is_carried_on_says_what_one_of_everything_says(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, gap: int
) -> None:
    """In whatever order events arrive, and as time goes by between them."""
    monkeypatch.setattr(past, "GAP_MAX", gap)
    went_on, beyond = 0, Logged.beyond

    def noted(self: Logged, *asked: Any) -> Iterator[Event]:
        nonlocal went_on
        went_on += 1
        return beyond(self, *asked)

    monkeypatch.setattr(Logged, "beyond", noted)
    dropped, before = 0, Logged.before

    def noted_too(self: Logged, *asked: Any) -> Iterator[Event]:
        nonlocal dropped
        for each in before(self, *asked):
            dropped += 1
            yield each

    monkeypatch.setattr(Logged, "before", noted_too)
    told: set[bool] = set()
    for seed in range(LIVES):
        world = Draws(seed).world(NODES)
        asks = [compile_node(expand(node, SAVED)) for node in world.nodes]
        memories: dict[str, Memory] = {one.user: {} for one in world.users}
        conn.execute("DELETE FROM log")
        for n, came in enumerate(world.history, 1):
            keep(conn, came)
            now_ms = world.now_ms - (len(world.history) - n) * STEP_MS
            for user in world.users:
                own = [one for one in world.history[:n] if one.user == user.user]
                logged = Logged(conn, user.user, upto_seq=n, memory=memories[user.user])
                for ask, node in zip(asks, world.nodes, strict=True):
                    answer = ask(user, logged, now_ms, world.zone)
                    told.add(answer)
                    assert answer == ask(user, own, now_ms, world.zone), (seed, n, node)
    assert told == {True, False}
    assert went_on > 1_000
    assert dropped > 50


def test_a_past_ends_at_its_place_in_the_log_and_comes_newest_first(
    conn: sqlite3.Connection,
) -> None:
    keep(conn, event(1, at=30), event(2, at=10), event(3, "ben"), event(4, name="B", at=5))
    keep(conn, event(5, at=30), event(6, at=20), event(7, at=1))
    found = Logged(conn, "ann", upto_seq=6)
    assert [one.seq for one in found.between(["A"], Window(None, 99))] == [5, 1, 6, 2]
    assert [one.seq for one in found.between(["B", "A"], Window(5, 30))] == [6, 2, 4]
    assert (found.first_ms(["A"]), found.first_ms(["A", "B"]), found.first_ms(["C"])) == (
        10,
        5,
        None,
    )


@pytest.mark.parametrize("gap", [past.GAP_MAX, 0])
def test_what_is_beyond_a_count_came_in_since_or_was_ahead_of_it(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, gap: int
) -> None:
    monkeypatch.setattr(past, "GAP_MAX", gap)
    times = (5, 50, 95, 10, 60, 97, 200)
    keep(conn, *(event(seq, at=at) for seq, at in enumerate(times, 1)), event(8, "ben", at=50))
    counted = Carried(Window(0, 90), 3, ("UTC",), tally(DidNot("A"))("UTC"), certain=False)
    found = Logged(conn, "ann", upto_seq=6).beyond(["A"], Window(0, 99), counted)
    assert sorted(one.seq for one in found) == [3, 4, 5, 6]


def test_what_is_before_a_window_was_counted_and_is_too_old(conn: sqlite3.Connection) -> None:
    keep(conn, *(event(seq, at=at) for seq, at in enumerate((5, 20, 30, 80, 20), 1)))
    counted = Carried(Window(10, 90), 4, ("UTC",), tally(DidNot("A"))("UTC"), certain=False)
    found = Logged(conn, "ann", upto_seq=5)
    for since, old in ((10, []), (30, [2]), (31, [2, 3]), (200, [2, 3, 4])):
        assert sorted(e.seq for e in found.before(["A"], Window(since, 300), counted)) == old


def test_no_question_sorts_or_walks_a_whole_past(conn: sqlite3.Connection) -> None:
    """Every statement goes along an index in its order, so it may stop at its first row."""
    plans: list[str] = []

    class Explained:
        def execute(self, sql: str, values: tuple[Any, ...]) -> Iterator[Any]:
            plans.extend(row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}", values))
            return iter(())

    asked: Any = Explained()
    found = Logged(asked, "ann", upto_seq=9)
    found.first_ms(["A"])
    list(found.between(["A"], Window(None, 9)))
    counted = Carried(Window(0, 5), 3, ("UTC",), tally(DidNot("A"))("UTC"), certain=False)
    list(found.beyond(["A"], Window(0, 9), counted))
    list(found.before(["A"], Window(3, 9), counted))
    assert len(plans) == 5
    assert all(plan.startswith("SEARCH log USING") for plan in plans), plans


def test_who_did_much_did_more_than_so_many_of_one_name_since_then(
    conn: sqlite3.Connection,
) -> None:
    keep(conn, *(event(n) for n in range(1, 4)), *(event(n, name="B") for n in range(4, 6)))
    keep(conn, *(event(n, "ben") for n in range(6, 8)))
    everyone = ["ann", "ben", "cat"]
    assert who_did_much(conn, everyone, ["A", "B"], most=1) == {"ann", "ben"}
    assert who_did_much(conn, everyone, ["A", "B"], most=2) == {"ann"}
    assert who_did_much(conn, everyone, {"A": 2, "B": 0}, most=2) == set()
    assert who_did_much(conn, everyone, {"A": 2, "B": 0}, most=1) == {"ann", "ben"}


def test_an_event_repeats_what_came_before_whatever_its_time(conn: sqlite3.Connection) -> None:
    came = [event(1, at=50), event(2, at=9), event(3, "ben", "B"), event(4, "ben", at=1)]
    keep(conn, *came)
    assert repeats(conn, came, ["A"]) == {2}
    assert repeats(conn, came, ["A", "B"]) == {2, 4}


def test_an_event_that_cannot_be_read_breaks_the_question_that_meets_it(
    conn: sqlite3.Connection,
) -> None:
    keep(conn, event(1), event(2))
    conn.execute("UPDATE log SET body = x'7b' WHERE seq = 1")
    found = iter(Logged(conn, "ann", upto_seq=9).between(["A"], Window(None, 9)))
    assert next(found).seq == 2
    with pytest.raises(msgspec.DecodeError):
        next(found)


def test_the_log_is_read_as_history_reads_it(conn: sqlite3.Connection) -> None:
    came = [event(n, at=n % 3) for n in range(1, 9)]
    keep(conn, *came)
    found = list(Logged(conn, "ann", upto_seq=7).between(["A"], Window(None, 9)))
    whole = log.history(conn, ["ann"], ["A"], upto_seq=7)["ann"]
    assert sorted(found, key=lambda one: one.seq) == whole


def test_the_first_event_is_the_first_that_came_whatever_its_time(
    conn: sqlite3.Connection,
) -> None:
    keep(conn, event(1, at=9), event(2, name="B", at=4), event(3, "ben"))
    assert first_seqs(conn, ["ann", "cleo"], ["A", "B"]) == {"ann": 1}
