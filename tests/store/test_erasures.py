import json
import sqlite3
from collections.abc import Iterator

import pytest

from domain.books import SkipReason
from domain.facts import ERASED
from domain.verdict import Control, Skip
from store import admission, books, erased, erasures, identities, log, poison, runs, users
from store.erasures import DELETED, RENAMED, WAITING, Kept
from store.log import Incoming
from store.poison import Poison
from tests.store.stage import KEY, NOW, batch, decide, fresh, live, past, start, the_run

ANN = "ann@example.org"


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    connection = fresh()
    yield connection
    connection.close()


def feed(conn: sqlite3.Connection, *records: Incoming) -> log.Appended:
    return log.append(conn, records, now_ms=NOW, install_key=KEY)


def event(user: str, source_id: str) -> Incoming:
    return Incoming("event", source_id, user, "Product Added", NOW, b'{"size":38}')


def profile(user: str, source_id: str) -> Incoming:
    return Incoming("profile", source_id, user, "", NOW, b'{"city":"Moss"}')


def every_value(conn: sqlite3.Connection) -> str:
    """Return whatever stands in any table, but for who is still to be taken out of the copy."""
    tables = [
        name
        for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if name not in WAITING
    ]
    return " ".join(
        str(row) for name in tables for row in conn.execute(f'SELECT * FROM "{name}"').fetchall()
    )


def test_every_table_that_holds_a_user_is_known_to_an_erasure(conn: sqlite3.Connection) -> None:
    """Whoever adds a table with people in it decides here what becomes of its rows."""
    tables = [
        name for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    ]
    holding = {
        name
        for name in tables
        if "user" in [row[1] for row in conn.execute(f'PRAGMA table_info("{name}")')]
    }
    assert holding == {*DELETED, *RENAMED, *WAITING}


def test_messages_and_decisions_stay_in_the_books_under_a_pseudonym(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, live())
    feed(conn, profile(ANN, "p1"), event(ANN, "ann-1"), event(ANN, "ann-2"), event("ben", "b1"))
    decisions = [
        decide(ANN, "ann-1"),
        decide(ANN, "ann-2", Skip(SkipReason.NO_IDENTITY)),
        decide(ANN, "ann-3", Control()),
        decide("ben", "b1"),
    ]
    admission.admit(conn, batch(campaign, decisions), now_ms=NOW)
    poison.set_aside(conn, [Poison(campaign, 3, ANN, "DecodeError", "E1", NOW)])
    done = erasures.erase(conn, ANN, now_ms=NOW)
    assert done.removed == Kept(
        profiles=1, events=2, records=1, messages=1, decisions=2, set_aside=1, open=1
    )
    assert done.pseudonym.startswith(ERASED)
    held = books.of_campaign(conn, campaign)["live"]
    assert held == books.recount(conn, campaign, "live")
    assert (held.qualified, held.pending, held.control) == (4, 1, 1)
    assert held.skipped == {SkipReason.NO_IDENTITY: 1, SkipReason.SUPPRESSED: 1}
    left = every_value(conn).replace(f"m1_{ANN}_", "")
    for personal in (ANN, "'ann-2'", "'ann-3'", "Moss"):
        assert personal not in left
    assert "ben" in left


def test_an_accepted_message_changes_its_user_by_an_erasure_and_else_nothing(
    conn: sqlite3.Connection,
) -> None:
    campaign = start(conn, live())
    admission.admit(conn, batch(campaign, [decide("u1")]), now_ms=NOW)
    conn.execute("UPDATE outbox SET state = 'accepted'")
    for change in ("user = 'u2'", "reason = 'x'", "user = 'erased:1', state = 'pending'"):
        with pytest.raises(sqlite3.IntegrityError, match="accepted"):
            conn.execute(f"UPDATE outbox SET {change}")
    name = erasures.erase(conn, "u1", now_ms=NOW).pseudonym
    assert conn.execute("SELECT user, state FROM outbox").fetchall() == [(name, "accepted")]


def test_an_erasure_twice_is_an_erasure_once(conn: sqlite3.Connection) -> None:
    feed(conn, event("u1", "e1"))
    erasures.erase(conn, "u1", now_ms=NOW)
    before = every_value(conn)
    assert erasures.erase(conn, "u1", now_ms=NOW + 1).removed.nothing()
    assert every_value(conn) == before


def test_nothing_that_comes_in_of_an_erased_user_is_kept(conn: sqlite3.Connection) -> None:
    feed(conn, event("u1", "e1"))
    erasures.erase(conn, "u1", now_ms=NOW)
    kept = feed(conn, event("u1", "e1"), profile("u1", "p1"), event("u2", "e2"))
    assert (kept.accepted, kept.duplicates, kept.erased) == (1, 0, 2)
    assert users.get(conn, ["u1"]) == {}
    assert erased.release(conn, "u1")
    assert feed(conn, event("u1", "e1")).accepted == 1
    assert not users.get(conn, ["u1"])["u1"].suppressed


def test_a_suppression_of_who_was_erased_keeps_nothing_of_them(conn: sqlite3.Connection) -> None:
    """They get nothing already; a row for it would hold their id again."""
    feed(conn, event(ANN, "e1"))
    erasures.erase(conn, ANN, now_ms=NOW)
    assert not users.suppress(conn, ANN, now_ms=NOW)
    assert ANN not in every_value(conn)


def test_the_log_never_ends_before_a_place_that_it_had_reached(conn: sqlite3.Connection) -> None:
    """The copy for audiences would take itself for one that knows more than the log."""
    last = feed(conn, event("u2", "e1"), event("u1", "e2")).last_seq
    erasures.erase(conn, "u1", now_ms=NOW)
    assert log.last_seq(conn) > last


def test_who_was_erased_while_an_actor_held_the_name_is_written_under_the_pseudonym(
    conn: sqlite3.Connection,
) -> None:
    running, blast = start(conn, live()), start(conn, past())
    feed(conn, event(ANN, "ann-1"))
    name = erasures.erase(conn, ANN, now_ms=NOW).pseudonym
    admission.admit(conn, batch(running, [decide(ANN, "ann-1")]), now_ms=NOW)
    run = the_run(conn, blast)
    decisions = [decide(ANN, ""), decide(ANN, "x", Skip(SkipReason.SUPPRESSED))]
    runs.draw_chunk(conn, run, decisions, now_ms=NOW)
    poison.set_aside(conn, [Poison(running, 3, ANN, "DecodeError", "E1", NOW)])
    assert "ann-1" not in every_value(conn).replace(f"m1_{ANN}_ann-1", "")
    found = conn.execute("SELECT user FROM outbox UNION SELECT user FROM decision").fetchall()
    assert found == [(name,)]
    assert conn.execute("SELECT count(*) FROM poison").fetchone() == (0,)


def test_what_waits_in_the_copy_is_remembered_until_it_is_done(conn: sqlite3.Connection) -> None:
    for user in ("u2", "u1"):
        erasures.erase(conn, user, now_ms=NOW)
    assert erasures.waiting(conn, limit=5) == ["u1", "u2"]
    assert erasures.waiting(conn, limit=1) == ["u1"]
    erasures.done(conn, ["u1"])
    assert erasures.waiting(conn, limit=5) == ["u2"]


@pytest.mark.parametrize("table", DELETED)
def test_an_erasure_finds_a_users_rows_along_an_index(conn: sqlite3.Connection, table: str) -> None:
    """Else it would read the whole log while every other writer waits."""
    for half in erasures.HALVES.get(table, ("",)):
        sql = f"EXPLAIN QUERY PLAN DELETE FROM {table} WHERE {half}user = ?"
        plan = conn.execute(sql, ("u1",)).fetchall()
        assert "SCAN" not in json.dumps([row[3] for row in plan])


def test_any_id_of_a_person_means_the_person_and_all_their_ids(conn: sqlite3.Connection) -> None:
    campaign = start(conn, live())
    feed(conn, event("anon:1", "e1"), event("old", "e2"))
    admission.admit(conn, batch(campaign, [decide("old", "e2")]), now_ms=NOW)
    conn.execute("UPDATE outbox SET state = 'accepted'")
    login = Incoming("profile", "p1", ANN, "", NOW, b'{"city":"Moss"}', also=("anon:1", "old"))
    feed(conn, login)
    done = erasures.erase(conn, "anon:1", now_ms=NOW)
    assert (done.ids[0], set(done.ids)) == (ANN, {ANN, "anon:1", "old"})
    assert (done.removed.events, done.removed.messages) == (2, 1)
    left = every_value(conn).replace("m1_old_e2", "")
    for personal in ("anon:1", "'old'", ANN, "Moss", "'e2'"):
        assert personal not in left
    kept = feed(conn, event("anon:1", "e3"), event("old", "e4"), event(ANN, "e5"))
    assert (kept.accepted, kept.erased) == (0, 3)


def test_a_device_on_which_an_erased_person_turns_up_goes_with_them(
    conn: sqlite3.Connection,
) -> None:
    erasures.erase(conn, ANN, now_ms=NOW)
    feed(conn, event("anon:1", "e1"))
    login = Incoming("profile", "p1", ANN, "", NOW, b"{}", also=("anon:1", "anon:null", "ben"))
    kept = feed(conn, event("anon:1", "e2"), login, event("anon:1", "e3"), event("ben", "e4"))
    assert (kept.accepted, kept.erased) == (1, 3)
    assert feed(conn, event("anon:1", "e5"), event("anon:null", "e6")).accepted == 1
    assert set(users.get(conn, [ANN, "anon:1", "ben", "anon:null"])) == {"ben", "anon:null"}


def test_a_device_of_somebody_else_stays_theirs_though_an_erased_person_turns_up_on_it(
    conn: sqlite3.Connection,
) -> None:
    erasures.erase(conn, ANN, now_ms=NOW)
    feed(conn, Incoming("profile", "p1", "ben", "", NOW, b"{}", also=("anon:1",)))
    feed(conn, Incoming("profile", "p2", ANN, "", NOW, b"{}", also=("anon:1",)))
    feed(conn, event("anon:1", "e1"))
    assert log.history(conn, ["ben"], ["Product Added"], upto_seq=9)["ben"]


def test_an_erased_device_is_not_taken_for_whoever_uses_it_next(conn: sqlite3.Connection) -> None:
    feed(conn, event("anon:1", "e1"))
    erasures.erase(conn, "anon:1", now_ms=NOW)
    login = Incoming("profile", "p1", "ben", "", NOW, b"{}", also=("anon:1",))
    assert feed(conn, login).accepted == 1
    assert "anon:1" not in every_value(conn)
    assert set(users.get(conn, ["ben", "anon:1"])) == {"ben"}


def test_an_alias_of_an_erased_id_keeps_no_trace_of_it(conn: sqlite3.Connection) -> None:
    """It names the old id twice: as a person's, and as that of a device."""
    feed(conn, event(ANN, "e1"), event("anon:7", "e2"))
    for gone in (ANN, "anon:7"):
        erasures.erase(conn, gone, now_ms=NOW)
    for n, old in enumerate((ANN, "7")):
        for trusted in (True, False):
            also = (f"anon:{old}", old) if trusted else (f"anon:{old}",)
            feed(conn, Incoming("other", f"a{n}{trusted}", "ben", "alias", NOW, b"{}", also=also))
    assert identities.ids_of(conn, "ben") == ("ben",)
