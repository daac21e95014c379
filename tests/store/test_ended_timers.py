"""Ended timers go, the oldest first, but for those that something may still be compared with."""

import sqlite3

import pytest

from domain.listening import FOR_EVER_MS
from domain.timer import TimerState, beaten
from domain.trigger import Trigger, Without
from store import ended_timers, poison, timers
from store.ended_timers import KEPT_MS
from store.poison import Poison

NOW = 1_800_000_000_000
HOUR = 3_600_000
OLD = NOW - KEPT_MS - HOUR


def put(
    conn: sqlite3.Connection,
    state: TimerState = "fired",
    *,
    user: str = "ann",
    key: str = "",
    since_ms: int = OLD - HOUR,
    until_ms: int = OLD - 1,
    ended_ms: int | None = OLD,
    seq: int = 1,
) -> int:
    (row,) = conn.execute(
        "INSERT INTO timer (campaign, user, key, state, event_seq, occurrence, first_ms, since_ms,"
        " until_ms, due_ms, armed_ms, ended_ms) VALUES ('c', ?, ?, ?, ?, 'e', ?, ?, ?, ?, ?, ?)"
        " RETURNING id",
        (user, key, state, seq, since_ms, since_ms, until_ms, until_ms, since_ms, ended_ms),
    ).fetchall()
    return int(row[0])


def is_there(conn: sqlite3.Connection, timer: int) -> bool:
    return conn.execute("SELECT 1 FROM timer WHERE id = ?", (timer,)).fetchone() is not None


def test_what_ended_a_month_ago_is_removed_whatever_ended_it(conn: sqlite3.Connection) -> None:
    states: tuple[TimerState, ...] = ("fired", "cancelled", "restarted", "replaced", "set_aside")
    ids = [put(conn, state, user=state) for state in states]
    assert ended_timers.prune(conn, now_ms=NOW) == len(states)
    assert not any(is_there(conn, each) for each in ids)


@pytest.mark.parametrize(
    "still",
    [
        {"ended_ms": NOW - KEPT_MS},
        {"since_ms": NOW - KEPT_MS},
        {"until_ms": NOW - KEPT_MS},
        {"state": "armed", "ended_ms": None},
    ],
)
def test_what_is_not_a_month_old_by_every_time_it_has_stays(
    conn: sqlite3.Connection, still: dict[str, int]
) -> None:
    stays = put(conn, **still)  # type: ignore[arg-type]
    assert ended_timers.prune(conn, now_ms=NOW) == 0
    assert is_there(conn, stays)


def test_a_date_waits_for_no_end_of_its_time(conn: sqlite3.Connection) -> None:
    """What could clear it counts for ever, until it has ended."""
    put(conn, until_ms=FOR_EVER_MS)
    assert ended_timers.prune(conn, now_ms=NOW) == 1


def test_a_newer_date_stays_while_an_older_one_of_its_user_and_key_waits(
    conn: sqlite3.Connection,
) -> None:
    """Two ids were one person's: as the older falls due, it gives way to the newer."""
    older = {"until_ms": FOR_EVER_MS, "since_ms": OLD - 2 * HOUR, "ended_ms": None}
    put(conn, "armed", **older)  # type: ignore[arg-type]
    newer = put(conn, until_ms=FOR_EVER_MS)
    other = put(conn, until_ms=FOR_EVER_MS, key="another")
    assert ended_timers.prune(conn, now_ms=NOW) == 1
    assert (not is_there(conn, newer), not is_there(conn, other)) == (False, True)


def test_dates_that_were_replaced_go_while_the_last_one_waits(conn: sqlite3.Connection) -> None:
    put(conn, "replaced", until_ms=FOR_EVER_MS)
    put(conn, "armed", until_ms=FOR_EVER_MS, since_ms=OLD, ended_ms=None)
    assert ended_timers.prune(conn, now_ms=NOW) == 1


def test_a_wait_stays_while_another_waits_that_began_within_it(conn: sqlite3.Connection) -> None:
    """The first of two may keep the second from firing."""
    put(conn)
    put(conn, "armed", since_ms=OLD - 2, until_ms=NOW, ended_ms=None)
    assert ended_timers.prune(conn, now_ms=NOW) == 0


@pytest.mark.parametrize("is_late", [False, True])
def test_ids_that_are_merged_when_the_one_wait_is_long_over_are_compared_no_more(
    conn: sqlite3.Connection, is_late: bool
) -> None:
    """The wait of 60 days that the other id began goes on then, as decision 0014 says."""
    long = Trigger("A", without=Without("B", within_minutes=60 * 24 * 60))
    put(conn, "fired", user="bo", until_ms=OLD, ended_ms=OLD)
    older = put(conn, "armed", since_ms=OLD - 2 * HOUR, until_ms=NOW, ended_ms=None)
    ended_timers.prune(conn, now_ms=NOW if is_late else NOW - 2 * HOUR)
    conn.execute("UPDATE timer SET user = 'ann'")
    (waits,) = timers.due(conn, "c", upto_ms=NOW, limit=9)
    assert waits.id == older
    held = timers.of_key(conn, "c", "ann", "")
    assert (beaten(long, waits, held) is None) == is_late


def test_what_a_person_has_still_to_decide_about_stays(conn: sqlite3.Connection) -> None:
    put(conn, "set_aside", seq=7)
    bad = Poison("c", 7, "ann", "KeyError", "E1", OLD)
    poison.set_aside(conn, [bad])
    assert ended_timers.prune(conn, now_ms=NOW) == 0
    assert poison.decide(conn, bad, "dropped", by="U0BO")
    assert ended_timers.prune(conn, now_ms=NOW) == 1


def test_only_so_many_go_at_once_and_the_oldest_first(conn: sqlite3.Connection) -> None:
    ids = [put(conn, user=f"u{n}", ended_ms=OLD - n) for n in range(5)]
    assert ended_timers.prune(conn, now_ms=NOW, limit=2) == 2
    assert [not is_there(conn, each) for each in ids] == [False, False, False, True, True]


def test_it_reads_ended_timers_by_their_age_and_no_table(conn: sqlite3.Connection) -> None:
    """A million timers that wait cost nothing."""
    seen: list[str] = []
    conn.set_trace_callback(seen.append)
    ended_timers.prune(conn, now_ms=NOW)
    conn.set_trace_callback(None)
    plan = " ".join(row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {seen[0]}"))
    assert "timer_ended" in plan
    assert "SCAN" not in plan.replace("SCAN old USING INDEX timer_ended", "")
