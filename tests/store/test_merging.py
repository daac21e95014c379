import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import adoption, identities, log, merging, users
from store.log import Incoming
from store.tombstones import Tombstones
from tests.store.conftest import INSTALL_KEY
from tests.store.stage import KEY, NOW, fresh


def merge(conn: sqlite3.Connection, old: str, user: str) -> merging.Outcome:
    return merging.merge(conn, old, user, now_ms=NOW, install_key=INSTALL_KEY)


def append(conn: sqlite3.Connection, *records: Incoming) -> log.Appended:
    return log.append(conn, records, now_ms=NOW, install_key=INSTALL_KEY)


def event(number: int, user: str, name: str = "Bought") -> Incoming:
    return Incoming("event", f"e{number}", user, name, NOW, b"{}")


def profile(number: int, user: str, also: tuple[str, ...] = (), **traits: Any) -> Incoming:
    return Incoming("profile", f"p{number}", user, "", NOW, msgspec.json.encode(traits), also)


def bought(conn: sqlite3.Connection, *names: str) -> dict[str, list[str]]:
    found = log.history(conn, names, ["Bought"], upto_seq=log.last_seq(conn))
    return {user: [one.source_id for one in events] for user, events in found.items()}


def test_history_and_profile_of_the_device_become_the_persons(conn: sqlite3.Connection) -> None:
    append(conn, event(1, "anon:d1"), profile(2, "anon:d1", city="Oslo", plan="free"))
    append(conn, profile(3, "ana", plan="pro"))
    append(conn, profile(4, "ana", ("anon:d1",), plan="max"))
    assert bought(conn, "ana", "anon:d1") == {"ana": ["e1"], "anon:d1": []}
    assert users.get(conn, ["anon:d1"]) == {}
    assert users.get(conn, ["ana"])["ana"].traits == {"plan": "max", "city": "Oslo"}


def test_what_comes_later_under_the_old_id_is_the_persons(conn: sqlite3.Connection) -> None:
    append(conn, profile(1, "ana", ("anon:d1",)))
    append(conn, event(2, "anon:d1"), profile(3, "anon:d1", city="Oslo"))
    assert bought(conn, "ana")["ana"] == ["e2"]
    assert users.get(conn, ["ana"])["ana"].traits == {"city": "Oslo"}
    assert users.count(conn) == 1


def test_the_same_call_twice_merges_once(conn: sqlite3.Connection) -> None:
    first = append(conn, profile(1, "ana", ("anon:d1",)))
    again = append(conn, profile(1, "ana", ("anon:d1",)), profile(2, "ana", ("anon:d1",)))
    assert (first.merges, again.merges) == ({"merged": 1}, {"same": 1})
    (n,) = conn.execute("SELECT count(*) FROM log WHERE kind = 'merge'").fetchone()
    assert n == 1


def test_a_device_stays_with_the_first_person_who_was_identified_on_it(
    conn: sqlite3.Connection,
) -> None:
    assert merge(conn, "anon:d1", "ana") == "merged"
    assert merge(conn, "anon:d1", "ben") == "taken"
    assert identities.canonical(conn, "anon:d1") == "ana"
    assert identities.canonical(conn, "ben") == "ben"


@pytest.mark.parametrize("ids", [("null", "ana"), ("ana", "undefined"), ("anon:0", "ana")])
def test_a_stand_in_for_an_id_joins_nobody(conn: sqlite3.Connection, ids: tuple[str, str]) -> None:
    assert merge(conn, *ids) == "nobody"


def test_chains_and_circles_end_in_one_person(conn: sqlite3.Connection) -> None:
    assert [merge(conn, *pair) for pair in (("a", "b"), ("b", "c"), ("c", "a"), ("a", "a"))] == [
        "merged",
        "merged",
        "same",
        "same",
    ]
    assert identities.ids_of(conn, "c") == ("c", "a", "b")


def test_one_old_id_of_two_people_makes_them_one(conn: sqlite3.Connection) -> None:
    merge(conn, "a", "b")
    assert merge(conn, "a", "c") == "merged"
    assert identities.resolve(conn, ["a", "b"]) == {"a": "c", "b": "c"}


def test_a_shared_id_is_no_person(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "IDS_MAX", 2)
    monkeypatch.setattr(merging, "EVENTS_MAX", 3)
    append(conn, *(event(n, "anon:busy") for n in range(4)))
    assert merge(conn, "anon:busy", "ana") == "large"
    assert [merge(conn, f"anon:d{n}", "ana") for n in range(3)] == ["merged", "merged", "crowded"]


def test_a_device_that_cannot_be_joined_with_a_suppressed_person_is_suppressed_too(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "EVENTS_MAX", 3)
    append(conn, *(event(10 * n + i, f"anon:d{n}") for n in range(2) for i in range(4)))
    users.suppress(conn, "ana", now_ms=NOW)
    assert merge(conn, "anon:d0", "ana") == merge(conn, "anon:d1", "ben") == "large"
    found = users.get(conn, ["anon:d0", "anon:d1"])
    assert [found[f"anon:d{n}"].suppressed for n in range(2)] == [True, False]


@pytest.mark.parametrize("who", ["anon:d1", "ana"])
def test_a_suppression_of_either_id_is_one_of_the_person(
    conn: sqlite3.Connection, who: str
) -> None:
    users.suppress(conn, who, now_ms=NOW)
    merge(conn, "anon:d1", "ana")
    append(conn, profile(1, "anon:d1", city="Oslo"))
    assert users.get(conn, ["ana"])["ana"].suppressed


def test_any_id_of_a_person_suppresses_the_person(conn: sqlite3.Connection) -> None:
    merge(conn, "anon:d1", "ana")
    assert users.suppress(conn, "anon:d1", now_ms=NOW)
    assert users.get(conn, ["ana"])["ana"].suppressed
    assert users.count(conn) == 1


def _person_of_two_ids(order: Sequence[str]) -> sqlite3.Connection:
    conn = fresh()
    for step in order:
        if step == "merge":
            merging.merge(conn, "old", "ana", now_ms=NOW, install_key=KEY)
        else:
            users.suppress(conn, step, now_ms=NOW)
    return conn


@pytest.mark.parametrize("order", [("merge", "ana"), ("ana", "merge"), ("old", "merge")])
def test_after_a_restore_of_what_was_before_the_merge_every_id_is_suppressed(
    tmp_path: Path, order: Sequence[str]
) -> None:
    conn = fresh()
    conn.execute("COMMIT")
    tombstones = Tombstones(tmp_path)
    tombstones.watch(conn)
    conn.execute("BEGIN")
    for step in order:
        if step == "merge":
            merging.merge(conn, "old", "ana", now_ms=NOW, install_key=KEY)
        else:
            users.suppress(conn, step, now_ms=NOW)
    tombstones.seal(conn)
    restored = fresh()
    users.enrol(restored, {"old": 1, "ana": 1}, install_key=KEY)
    adoption.bury(restored, tombstones.read(), now_ms=NOW)
    assert all(user.suppressed for user in users.get(restored, ["old", "ana"]).values())
    tombstones.rewrite(conn)
    assert len(tombstones.read().users) == 2


def test_a_restore_of_what_was_before_the_suppression_knows_the_person_by_the_old_id(
    tmp_path: Path,
) -> None:
    restored = _person_of_two_ids(["merge"])
    later = _person_of_two_ids([])
    later.execute("COMMIT")
    tombstones = Tombstones(tmp_path)
    tombstones.watch(later)
    later.execute("BEGIN")
    users.suppress(later, "old", now_ms=NOW)
    tombstones.seal(later)
    adoption.bury(restored, tombstones.read(), now_ms=NOW)
    assert users.get(restored, ["ana"])["ana"].suppressed


_ids = st.sampled_from(["anon:d1", "anon:d2", "a", "b", "c"])
_people = st.sampled_from(["a", "b", "c"])
_steps = st.one_of(
    st.tuples(st.just("event"), _ids, st.none()),
    st.tuples(st.just("profile"), _ids, st.sampled_from(["x", "y", "z"])),
    st.tuples(st.just("merge"), _people, _ids),
)


@settings(max_examples=150)
@given(steps=st.lists(_steps, max_size=12), cut=st.integers(1, 12))
def test_it_is_the_same_in_one_batch_and_in_many(steps: list[Any], cut: int) -> None:
    records = [_record(number, *step) for number, step in enumerate(steps)]
    whole, pieces = fresh(), fresh()
    log.append(whole, records, now_ms=NOW, install_key=KEY)
    for start in range(0, len(records), cut):
        for _ in range(2):  # and a repeated commit changes nothing
            part = records[start : start + cut]
            log.append(pieces, part, now_ms=NOW, install_key=KEY)
    assert _state(whole) == _state(pieces)
    known = {user for user, *_ in _state(whole)[0]}
    assert {user for _, user in _state(whole)[1]} | {user for _, user in _state(whole)[2]} <= known


def _record(number: int, kind: str, user: str, more: str | None) -> Incoming:
    if kind == "event":
        return event(number, user)
    if kind == "profile":
        traits: dict[str, Any] = {str(more): number, "list": [number]}
        return profile(number, user, **traits)
    return profile(number, user, (str(more),), last=number)


def _state(conn: sqlite3.Connection) -> tuple[list[Any], list[Any], list[Any]]:
    people = conn.execute("SELECT user, h, traits, suppressed FROM user ORDER BY user").fetchall()
    return (
        [(user, h, msgspec.json.decode(held), off) for user, h, held, off in people],
        conn.execute("SELECT old, user FROM identity ORDER BY old").fetchall(),
        conn.execute(
            "SELECT source_id, user FROM log WHERE kind = 'event' ORDER BY source_id"
        ).fetchall(),
    )


MOVED = {
    "identity": "the link",
    "list_member": "in every list",
    "log": "its events",
    "outbox": "what is open",
    "push_token": "of all devices",
    "timer": "what waits, and what waited",
    "user": "profile and suppression",
}
STAYS = {
    "conversion": "what was counted, under the id of its exposure; events are asked anew",
    "decision": "history, under the id of its time",
    "erasing": "whom the copy forgets: both ids, by their own names",
    "exposure": "history, found by every id of the person",
    "poison": "the same; its event moves",
    "reckon_again": "the person's name is written by the merge itself",
}


def test_every_table_that_names_users_says_what_a_merge_does_with_it(
    conn: sqlite3.Connection,
) -> None:
    """A new table with a user in it, a counter above all, must be decided about here."""
    tables = [name for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type='table'")]
    naming = {
        table
        for table in tables
        if any(row[1] == "user" for row in conn.execute(f"PRAGMA table_info({table})").fetchall())
    }
    assert naming == MOVED.keys() | STAYS.keys()


@pytest.mark.parametrize("broken", ["anon:d1", "ann"])
def test_two_ids_are_not_merged_while_one_profile_cannot_be_read(
    conn: sqlite3.Connection, broken: str
) -> None:
    """Nobody knows what the person would have, an unsubscription among it."""
    append(conn, event(1, "anon:d1"), event(2, "ann"))
    conn.execute("UPDATE user SET traits = x'7b' WHERE user = ?", (broken,))
    kept = append(conn, profile(3, "ann", also=("anon:d1",)), event(4, "ben"))
    assert kept.merges == {"broken": 1}
    assert kept.accepted == 2
    conn.execute("UPDATE user SET traits = x'7b7d'")
    assert merge(conn, "anon:d1", "ann") == "merged"
