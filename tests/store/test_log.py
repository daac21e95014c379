import sqlite3

import pytest
from msgspec import structs

from domain.chance import user_hash
from domain.facts import Event
from domain.trait_change import seen
from store import log, users
from store.log import Appended, Incoming, Unreadable
from tests.store.conftest import INSTALL_KEY

NOW = 1_790_000_000_000


def event(source_id: str, user: str = "ann", name: str = "Viewed", body: bytes = b"{}") -> Incoming:
    return Incoming("event", source_id, user, name, NOW - 5, body)


def profile(source_id: str, body: bytes, user: str = "ann") -> Incoming:
    return Incoming("profile", source_id, user, "", NOW - 5, body)


def append(conn: sqlite3.Connection, *records: Incoming) -> Appended:
    return log.append(conn, records, now_ms=NOW, install_key=INSTALL_KEY)


def after_(conn: sqlite3.Connection, names: list[str], **bounds: int) -> list[Event]:
    found = log.events_after(conn, names, **bounds)
    assert all(isinstance(one, Event) for one in found)
    return [one for one in found if isinstance(one, Event)]


def names_and_ids(events: list[Event]) -> list[tuple[str, str]]:
    return [(one.name, one.source_id) for one in events]


def test_an_accepted_event_is_read_back_whole(conn: sqlite3.Connection) -> None:
    append(conn, event("e1", body=b'{"price":9.5,"tags":["a"]}'))
    assert log.events_at(conn, [1, 99]) == [
        Event(1, "e1", "ann", "Viewed", NOW - 5, NOW, {"price": 9.5, "tags": ["a"]})
    ]


def test_the_same_event_acts_once_within_a_batch_and_over_many(conn: sqlite3.Connection) -> None:
    append(conn, event("e1"), event("e2"))
    again = append(conn, event("e1"), event("e3"), event("e3"), event("e2"))
    assert (again.accepted, again.duplicates) == (1, 3)
    assert [row.source_id for row in log.rows_after(conn, 0, 10)] == ["e1", "e2", "e3"]


def test_a_repeated_batch_answers_with_the_end_of_the_log_and_no_names(
    conn: sqlite3.Connection,
) -> None:
    first = append(conn, event("e1"), event("e2", name="Bought"))
    again = append(conn, event("e1"), event("e2", name="Bought"))
    assert first == Appended(2, 2, 0, frozenset({"Viewed", "Bought"}))
    assert again == Appended(2, 0, 2)


def test_only_accepted_events_lend_their_names(conn: sqlite3.Connection) -> None:
    other = Incoming("other", "o1", "ann", "", NOW, b"{}")
    assert append(conn, profile("p1", b"{}"), other, event("e1")).names == {"Viewed"}


def test_an_event_of_a_stranger_makes_a_user_with_a_hash(conn: sqlite3.Connection) -> None:
    append(conn, event("e1", user="ann"), event("e2", user="anon:7"))
    found = users.get(conn, ["ann", "anon:7"])
    assert found["anon:7"].h == user_hash(INSTALL_KEY, "anon:7")
    assert found["ann"].traits == {}


def test_profile_records_of_one_batch_merge_in_their_order(conn: sqlite3.Connection) -> None:
    append(
        conn,
        profile("p1", b'{"plan":"free","city":"Oslo","timezone":"Europe/Oslo"}'),
        profile("p2", b'{"plan":"pro","city":null}'),
    )
    ann = users.get(conn, ["ann"])["ann"]
    assert ann.traits == {"plan": "pro", "timezone": "Europe/Oslo"}
    assert ann.zone == "Europe/Oslo"


def test_a_profile_record_that_came_before_does_not_undo_a_later_one(
    conn: sqlite3.Connection,
) -> None:
    append(conn, profile("p1", b'{"plan":"free"}'))
    append(conn, profile("p2", b'{"plan":"pro"}'))
    append(conn, profile("p1", b'{"plan":"free"}'))
    assert users.get(conn, ["ann"])["ann"].traits == {"plan": "pro"}


def test_traits_over_a_limit_are_counted_and_the_rest_is_kept(conn: sqlite3.Connection) -> None:
    body = b'{"plan":"pro","bio":"' + b"x" * 513 + b'"}'
    assert append(conn, profile("p1", body)).trimmed == 1
    assert users.get(conn, ["ann"])["ann"].traits == {"plan": "pro"}


def test_events_come_by_seq_whatever_their_names(conn: sqlite3.Connection) -> None:
    append(conn, event("e1", name="B"), event("e2", name="A"), event("e3", name="C"))
    append(conn, event("e4", name="B"))
    found = after_(conn, ["A", "B"], after=0, upto=99, limit=10)
    assert names_and_ids(found) == [("B", "e1"), ("A", "e2"), ("B", "e4")]


@pytest.mark.parametrize(
    ("after", "upto", "limit", "ids"),
    [(1, 4, 10, "234"), (0, 4, 2, "12"), (0, 2, 10, "12"), (4, 4, 10, ""), (0, 4, 0, "")],
)
def test_a_page_of_events_keeps_its_bounds(
    conn: sqlite3.Connection, after: int, upto: int, limit: int, ids: str
) -> None:
    append(conn, *(event(str(n), name="AB"[n % 2]) for n in range(1, 6)))
    found = after_(conn, ["A", "B"], after=after, upto=upto, limit=limit)
    assert "".join(one.source_id for one in found) == ids


def test_pages_put_together_are_every_event_once(conn: sqlite3.Connection) -> None:
    append(conn, *(event(str(n), name="ABC"[n % 3]) for n in range(50)))
    after, found = 0, []
    while page := after_(conn, ["A", "C"], after=after, upto=50, limit=7):
        found += page
        after = page[-1].seq
    assert [one.source_id for one in found] == [str(n) for n in range(50) if n % 3 != 1]


def test_a_body_that_cannot_be_read_is_told_apart_and_hides_no_other(
    conn: sqlite3.Connection,
) -> None:
    append(conn, event("e1"), event("e2", user="ben"), event("e3"))
    conn.execute("UPDATE log SET body = x'7b22' WHERE source_id = 'e2'")
    found = log.events_after(conn, ["Viewed"], after=0, upto=9, limit=9)
    assert [one.seq for one in found] == [1, 2, 3]
    assert found[1] == Unreadable(2, "ben", "DecodeError") == log.events_at(conn, [2])[0]


def test_a_history_holds_the_users_events_up_to_a_moment(conn: sqlite3.Connection) -> None:
    append(conn, event("e1", name="B"), event("e2", user="ben"), event("e3", name="A"))
    append(conn, event("e4", name="Z"), event("e5", name="A"))
    found = log.history(conn, ["ann", "ben", "cat"], ["A", "B"], upto_seq=4)
    assert {user: names_and_ids(events) for user, events in found.items()} == {
        "ann": [("B", "e1"), ("A", "e3")],
        "ben": [],
        "cat": [],
    }


def test_a_history_may_leave_unread_what_is_older(conn: sqlite3.Connection) -> None:
    made = [Incoming("event", f"t{n}", "ann", "A", n, b"{}") for n in range(5)]
    log.append(conn, made, now_ms=9, install_key=INSTALL_KEY)
    for since, times in ((3, [3, 4]), (0, [0, 1, 2, 3, 4]), (9, [])):
        found = log.history(conn, ["ann"], {"A": since}, upto_seq=log.last_seq(conn))
        assert [event.time_ms for event in found["ann"] if event.source_id[0] == "t"] == times


def test_the_rows_of_the_log_come_page_by_page_with_every_kind(conn: sqlite3.Connection) -> None:
    append(conn, event("e1"), profile("p1", b'{"a":1}'), event("e2"))
    first = log.rows_after(conn, 0, 2)
    assert [(row.kind, row.body) for row in first] == [("event", b"{}"), ("profile", b'{"a":1}')]
    assert [row.source_id for row in log.rows_after(conn, first[-1].seq, 2)] == ["e2"]


def test_an_empty_log_ends_at_zero(conn: sqlite3.Connection) -> None:
    assert log.last_seq(conn) == 0
    assert append(conn) == Appended(0, 0, 0)


def test_a_profile_is_no_event(conn: sqlite3.Connection) -> None:
    append(conn, profile("p1", b'{"plan":"pro"}'))
    assert log.events_at(conn, [1]) == []


def test_a_stored_profile_that_cannot_be_read_harms_no_other_of_its_batch(
    conn: sqlite3.Connection,
) -> None:
    append(conn, profile("p1", b'{"plan":"pro"}'), profile("p2", b'{"plan":"pro"}', "ben"))
    conn.execute("UPDATE user SET traits = x'7b' WHERE user = 'ann'")
    kept = append(
        conn,
        profile("p3", b'{"city":"Oslo"}'),
        profile("p4", b'{"city":"Oslo"}', "ben"),
        event("e5", "cleo"),
    )
    assert (kept.accepted, kept.broken, kept.last_seq) == (3, (3,), 5)
    assert users.get(conn, ["ben"])["ben"].traits == {"plan": "pro", "city": "Oslo"}
    assert users.get(conn, ["cleo"])
    assert conn.execute("SELECT traits FROM user WHERE user = 'ann'").fetchone() == (b"{",)


def test_an_event_tells_from_which_device_it_came_and_a_duplicate_tells_nothing(
    conn: sqlite3.Connection,
) -> None:
    device = {"id": "d1", "seen": "2026-03-01", "os": "iOS"}
    first = structs.replace(event("e1"), seen=seen(device))
    repeated = structs.replace(first, seen=seen({"id": "d2", "seen": "2026-03-01"}))
    append(conn, first, event("e2"))
    append(conn, repeated)
    assert users.get(conn, ["ann"])["ann"].traits == {"devices": [device]}


def test_an_app_that_says_the_same_with_each_event_changes_nothing_and_a_count_is_kept(
    conn: sqlite3.Connection,
) -> None:
    device = {"id": "d1", "seen": "2026-03-01", "os": "iOS"}
    one_more = b'{"n":{"$incr":1}}'
    append(
        conn,
        *(structs.replace(event(f"e{n}"), seen=seen(device)) for n in range(3)),
        *(structs.replace(profile(f"p{n}", one_more), seen=seen(device)) for n in range(2)),
        structs.replace(event("e9"), seen=seen(device | {"os": "iOS 18"})),
    )
    traits = users.get(conn, ["ann"])["ann"].traits
    assert traits == {"devices": [device | {"os": "iOS 18"}], "n": 2}


def test_what_comes_after_a_place_is_counted_up_to_a_limit(conn: sqlite3.Connection) -> None:
    append(conn, event("e1"), event("e2"), event("e3", name="Bought"), event("e4", name="Other"))
    names = ["Viewed", "Bought"]
    assert log.count_after(conn, names, after=0, most=9) == 3
    assert log.count_after(conn, names, after=1, most=9) == 2
    assert log.count_after(conn, names, after=0, most=2) == 2
    assert log.count_after(conn, ["Nothing"], after=0, most=9) == 0
