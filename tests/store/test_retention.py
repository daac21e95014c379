"""Old events leave the log, and everybody who asks is told the same as before or knows it."""

import sqlite3
from pathlib import Path

import pytest

from domain.audience import Node
from domain.facts import Event
from domain.matching import compile_node
from domain.periods import DAY_MS
from domain.review import Action
from domain.saved import expand
from store import audience, copy_erasure, erasures, goals, log, past, retention
from store.log import Appended, Incoming
from store.projection import Projection
from tests.store import stage
from tests.store.conftest import INSTALL_KEY
from tests.store.copies import DRAW
from tests.store.oddities import LISTS, SAVED
from tests.store.test_past import keep
from tests.store.worlds import Draws, World

DAYS = 30
NOW = 20_000 * DAY_MS
OLD = NOW - (DAYS + retention.ZONE_DAYS) * DAY_MS - 1
"""The last instant that is not kept."""
NODES, WORLDS = 12, 3
EVERY = 999


def came(source_id: str, user: str = "ann", at: int = NOW, name: str = "A") -> Incoming:
    return Incoming("event", source_id, user, name, at, b"{}")


def append(conn: sqlite3.Connection, *records: Incoming, now_ms: int = NOW) -> Appended:
    return log.append(conn, records, now_ms=now_ms, install_key=INSTALL_KEY)


def in_memory(conn: sqlite3.Connection, world: World, node: Node) -> set[str]:
    """Return who fits by what stands in the log."""
    ask = compile_node(expand(node, SAVED))
    names = {one.name for one in world.history}
    history = log.history(conn, [one.user for one in world.users], names, upto_seq=EVERY)
    return {
        one.user for one in world.users if ask(one, history[one.user], world.now_ms, world.zone)
    }


def in_copy(copy: Projection, world: World, node: Node) -> set[str]:
    """Return who fits by the copy."""
    now_ms, zone = world.now_ms, world.zone
    tree = expand(node, SAVED)
    found = audience.select(copy, tree, now_ms=now_ms, zone=zone, draw=DRAW, lists=LISTS)
    return {one.user for one in found}


def there(conn: sqlite3.Connection) -> list[str]:
    rows = conn.execute("SELECT source_id FROM log WHERE kind = 'event' ORDER BY seq").fetchall()
    return [source_id for (source_id,) in rows]


@pytest.fixture
def aged(conn: sqlite3.Connection) -> sqlite3.Connection:
    """Give a log with three old events of a user, which are to leave as soon as more comes."""
    append(conn, *(came(f"m{n}", at=OLD - 3 + n) for n in (1, 2, 3)), now_ms=OLD)
    retention.keep_for(conn, DAYS)
    return conn


def test_nothing_ever_leaves_unless_the_operator_wants_it(conn: sqlite3.Connection) -> None:
    retention.keep_for(conn, 0)
    append(conn, came("m1", at=1), came("m2", at=2), now_ms=2)
    append(conn, came("m3"))
    assert there(conn) == ["m1", "m2", "m3"]
    assert retention.read(conn) is None


def test_what_is_older_leaves_with_what_comes_and_the_first_stays(
    aged: sqlite3.Connection,
) -> None:
    append(aged, came("new"))
    assert there(aged) == ["m1", "new"]
    assert retention.leaving(aged, limit=9) == [2, 3]
    assert retention.read(aged) == retention.Retention(DAYS, OLD + 1, 3)
    retention.done(aged, [2, 3])
    assert retention.leaving(aged, limit=9) == []


def test_an_event_stays_as_long_as_the_operator_said(conn: sqlite3.Connection) -> None:
    append(conn, came("m1", at=1), came("m2", at=OLD + 1), now_ms=OLD + 1)
    retention.keep_for(conn, DAYS)
    append(conn, came("new"))
    assert there(conn) == ["m1", "m2", "new"]
    append(conn, came("newer", at=NOW + DAY_MS), now_ms=NOW + DAY_MS)
    assert there(conn) == ["m1", "new", "newer"]


def test_an_event_of_a_clock_that_was_ahead_stays_or_it_might_act_twice(
    conn: sqlite3.Connection,
) -> None:
    append(conn, came("m1", at=OLD), came("m2", at=OLD + 9), came("m3", at=OLD), now_ms=OLD)
    retention.keep_for(conn, DAYS)
    append(conn, came("new"))
    assert there(conn) == ["m1", "m2", "new"]
    assert append(conn, came("m2", at=OLD + 9)).duplicates == 1


def test_the_first_by_its_time_and_the_first_that_came_both_stay(
    conn: sqlite3.Connection,
) -> None:
    times = (OLD - 1, OLD - 9, OLD)
    append(conn, *(came(f"m{n}", at=at) for n, at in enumerate(times)), now_ms=OLD)
    retention.keep_for(conn, DAYS)
    append(conn, came("new"))
    assert there(conn) == ["m0", "m1", "new"]
    assert past.first_seqs(conn, ["ann"], ["A"]) == {"ann": 1}


def test_each_user_and_each_event_has_a_first_of_its_own(conn: sqlite3.Connection) -> None:
    append(conn, came("m1", at=OLD), came("m2", "ben", OLD), came("m3", at=OLD, name="B"))
    conn.execute("UPDATE log SET received_ms = ?", (OLD,))
    retention.keep_for(conn, DAYS)
    append(conn, came("new", "eve"))
    assert there(conn) == ["m1", "m2", "m3", "new"]


def test_an_event_that_is_too_old_is_counted_and_acts_never_twice(
    aged: sqlite3.Connection,
) -> None:
    append(aged, came("new"))
    again = append(aged, came("m3", at=OLD), came("m2", at=OLD - 1), came("late", at=OLD + 1))
    assert (again.accepted, again.too_old, again.duplicates, again.erased) == (1, 2, 0, 0)
    assert there(aged) == ["m1", "new", "late"]


def test_a_profile_is_never_too_old(aged: sqlite3.Connection) -> None:
    told = append(aged, Incoming("profile", "p1", "ann", "", 1, b'{"plan":"pro"}'))
    assert (told.accepted, told.too_old) == (1, 0)


def test_what_has_left_is_not_let_in_again_when_all_is_kept_again(
    aged: sqlite3.Connection,
) -> None:
    append(aged, came("new"))
    retention.keep_for(aged, 0)
    assert append(aged, came("m3", at=OLD)).too_old == 1
    append(aged, came("newer", at=NOW + 90 * DAY_MS), now_ms=NOW + 90 * DAY_MS)
    assert there(aged) == ["m1", "new", "newer"]


def test_a_clock_that_is_set_back_lets_nothing_old_in(aged: sqlite3.Connection) -> None:
    append(aged, came("new"))
    assert append(aged, came("m3", at=OLD), now_ms=NOW - 9 * DAY_MS).too_old == 1


def test_a_batch_lets_few_leave_and_the_next_goes_on(
    aged: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "LOOKED_AT_MIN", 2)
    append(aged, came("new"))
    assert there(aged) == ["m1", "m3", "new"]
    append(aged, came("newer"))
    assert there(aged) == ["m1", "new", "newer"]


def test_no_batch_however_large_lets_more_leave_than_takes_milliseconds(
    conn: sqlite3.Connection,
) -> None:
    append(conn, *(came(f"m{n}", at=OLD) for n in range(900)), now_ms=OLD)
    retention.keep_for(conn, DAYS)
    append(conn, *(came(f"n{n}") for n in range(600)))
    assert len(retention.leaving(conn, limit=9_999)) == retention.LOOKED_AT_MAX - 1


POISON = (
    "INSERT INTO poison (campaign, event_seq, user, error, error_id, at_ms, state)"
    " VALUES ('c', 2, 'ann', 'E', 'e', 1, 'open')"
)
TIMER = (
    "INSERT INTO timer (campaign, user, key, state, event_seq, occurrence, first_ms, since_ms,"
    " until_ms, due_ms, armed_ms) VALUES ('c', 'ann', '', 'armed', 2, 'm2', 1, 1, 1, 1, 1)"
)
AGAIN = "INSERT INTO reckon_again (user) VALUES ('ann')"


@pytest.mark.parametrize(("need", "over"), [
    (POISON, "UPDATE poison SET state = 'dropped'"),
    (TIMER, "UPDATE timer SET state = 'fired', ended_ms = 1"),
])  # fmt: skip
def test_an_event_that_somebody_needs_stays(aged: sqlite3.Connection, need: str, over: str) -> None:
    aged.execute(need)
    aged.execute("SAVEPOINT needed")
    append(aged, came("new"))
    assert there(aged) == ["m1", "m2", "new"]
    aged.execute("ROLLBACK TO needed")
    aged.execute(over)
    append(aged, came("new"))
    assert there(aged) == ["m1", "new"]


def test_what_a_campaign_has_yet_to_consider_stays(aged: sqlite3.Connection) -> None:
    campaign = stage.start(aged, stage.live())
    aged.execute("UPDATE cursor SET seq = 2")
    append(aged, came("new"))
    assert there(aged) == ["m1", "m3", "new"]
    stage.act(aged, campaign, Action.STOP)
    append(aged, came("newer"))
    assert there(aged) == ["m1", "new", "newer"]


def test_what_is_to_be_reckoned_for_a_goal_stays(
    aged: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged.execute("INSERT INTO reckoned (one, seq) VALUES (1, 2)")
    wanted = True
    monkeypatch.setattr(goals, "open_ones", lambda _conn, now_ms: ["a goal"] * wanted)
    append(aged, came("new"))
    assert there(aged) == ["m1", "m3", "new"]
    aged.execute("UPDATE reckoned SET seq = 9")
    aged.execute(AGAIN)
    append(aged, came("newer"))
    assert there(aged) == ["m1", "m3", "new", "newer"]
    wanted = False
    append(aged, came("newest"))
    assert there(aged) == ["m1", "new", "newer", "newest"]


def test_a_message_that_is_not_settled_keeps_its_event(aged: sqlite3.Connection) -> None:
    campaign = stage.start(aged, stage.live())
    aged.execute("UPDATE cursor SET seq = 9")
    aged.execute(
        "INSERT INTO outbox (message_id, campaign, revision, run, user, occurrence, event_seq,"
        " state, admitted_ms, due_ms, lane, updated_ms) VALUES ('x', ?, 1, 'live', 'ann', 'm2', 2,"
        " 'unknown', 1, 1, 1, 1)",
        (campaign,),
    )
    append(aged, came("new"))
    assert there(aged) == ["m1", "m2", "new"]


def test_what_came_next_is_still_no_first(aged: sqlite3.Connection) -> None:
    append(aged, came("new"))
    (late,) = [one for one in log.events_at(aged, [4]) if isinstance(one, Event)]
    assert past.repeats(aged, [late], ["A"]) == {4}


def test_the_first_of_a_device_becomes_the_persons(conn: sqlite3.Connection) -> None:
    append(conn, came("d1", "anon:1", OLD - 5), came("d2", "anon:1", OLD), now_ms=OLD)
    append(conn, came("p1", at=OLD - 2), came("p2", at=OLD - 1), now_ms=OLD)
    append(conn, Incoming("profile", "i", "ann", "", OLD, b"{}", ("anon:1",)), now_ms=OLD)
    retention.keep_for(conn, DAYS)
    append(conn, came("new"))
    assert there(conn) == ["d1", "new"]


def test_an_erasure_leaves_no_first(aged: sqlite3.Connection) -> None:
    append(aged, came("new", "ben"))
    erasures.erase(aged, "ann", now_ms=NOW)
    assert there(aged) == ["new"]


@pytest.mark.parametrize("piece", range(2))
def test_memory_and_the_copy_agree_when_events_have_left_and_so_does_a_new_copy(
    conn: sqlite3.Connection, tmp_path: Path, piece: int
) -> None:
    told: set[bool] = set()
    gone = 0
    copy = Projection.open(tmp_path / "followed.duckdb")
    anew = Projection.open(tmp_path / "anew.duckdb")
    for seed in range(piece * WORLDS, (piece + 1) * WORLDS):
        world = Draws(seed).world(NODES)
        for table in ("log", "retention", "leaving"):
            conn.execute(f"DELETE FROM {table}")
        keep(conn, *world.history)
        copy.rebuild()
        copy.catch_up(log.rows_after(conn, 0, EVERY), world.users)
        conn.execute("UPDATE log SET received_ms = 0")
        retention.keep_for(conn, 1)
        retention.young(conn, [came("x")], now_ms=world.now_ms)
        retention.let_leave(conn, came=EVERY, now_ms=world.now_ms)
        left = retention.leaving(conn, limit=EVERY)
        gone += len(left)
        copy_erasure.forget(copy, tmp_path, (), left)
        anew.rebuild()
        anew.catch_up(log.rows_after(conn, 0, EVERY), world.users)
        for node in world.nodes:
            expected = in_memory(conn, world, node)
            told |= {user in expected for user in (one.user for one in world.users)}
            assert in_copy(copy, world, node) == expected, (seed, node)
            assert in_copy(anew, world, node) == expected, (seed, node)
    copy.close()
    anew.close()
    assert told == {True, False}
    assert gone > 10
