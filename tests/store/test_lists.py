import sqlite3

import pytest

from store import lists, memberships, merging, users
from store.lists import BadName, Counts, Entry, NothingMatched, Published, Superseded, Upload
from tests.store.conftest import INSTALL_KEY

NOW = 1_790_000_000_000


def entries(*names: str) -> list[Entry]:
    return [Entry("identity", name) for name in names]


def begun(conn: sqlite3.Connection, name: str = "VIPs", source: str = "file-1") -> Upload:
    upload = lists.begin(conn, name, source=source, by="U1", now_ms=NOW)
    assert isinstance(upload, Upload)
    return upload


def uploaded(conn: sqlite3.Connection, *names: str, source: str = "file-1") -> Published:
    upload = begun(conn, source=source)
    lists.append(conn, upload, entries(*names), at=0)
    published = lists.publish(conn, upload, by="U1", now_ms=NOW)
    assert isinstance(published, Published)
    return published


def members(conn: sqlite3.Connection, name: str = "VIPs") -> list[str]:
    versions = memberships.current(conn, [name])
    return list(memberships.members(conn, versions[name])) if versions else []


@pytest.fixture(autouse=True)
def known(conn: sqlite3.Connection) -> None:
    who = ("ann", "bob", "cid", "anon:d1")
    users.enrol(conn, dict.fromkeys(who, 1), install_key=INSTALL_KEY)


def test_users_that_are_known_become_members_and_the_rest_is_counted(
    conn: sqlite3.Connection,
) -> None:
    published = uploaded(conn, "ann", "bob", "ann", "zoe", "zoe")
    assert published.counts == Counts(rows=5, matched=2, unknown=2, duplicates=1)
    assert members(conn) == ["ann", "bob"]


def test_blanks_around_an_id_are_part_of_it_if_somebody_is_known_by_that_and_else_are_not(
    conn: sqlite3.Connection,
) -> None:
    """An export has ids as they are; people who write a file leave blanks behind."""
    users.enrol(conn, {" ann ": 1, "anon: d1": 1, "old ": 1, "new": 1}, install_key=INSTALL_KEY)
    merging.merge(conn, "old ", "new", now_ms=NOW, install_key=INSTALL_KEY)
    upload = begun(conn)
    rows = [
        *entries(" ann ", "ann", " bob\t", "ann  ", "old ", " zoe"),
        Entry("object", " d1"),
        Entry("object", "d1 "),
    ]
    lists.append(conn, upload, rows, at=0)
    published = lists.publish(conn, upload, by="U1", now_ms=NOW)
    assert isinstance(published, Published)
    assert published.counts == Counts(rows=8, matched=6, unknown=1, duplicates=1)
    assert sorted(members(conn)) == [" ann ", "ann", "anon: d1", "anon:d1", "bob", "new"]


def test_an_object_id_is_a_user_of_whom_only_a_device_is_known(conn: sqlite3.Connection) -> None:
    upload = begun(conn)
    lists.append(conn, upload, [Entry("object", "d1"), Entry("identity", "d1")], at=0)
    lists.publish(conn, upload, by="U1", now_ms=NOW)
    assert members(conn) == ["anon:d1"]


def test_nobody_sees_a_version_before_it_is_published(conn: sqlite3.Connection) -> None:
    lists.append(conn, begun(conn), entries("ann"), at=0)
    assert members(conn) == []
    assert memberships.everyone(conn) == []


def test_a_new_version_takes_the_place_of_the_one_before(conn: sqlite3.Connection) -> None:
    uploaded(conn, "ann", "bob")
    assert uploaded(conn, "cid", source="file-2").version == 2
    assert members(conn) == ["cid"]


def test_a_failed_upload_leaves_the_last_good_version(conn: sqlite3.Connection) -> None:
    uploaded(conn, "ann")
    broken_off = begun(conn, source="file-2")
    lists.append(conn, broken_off, entries("bob"), at=0)
    lists.give_up(conn, broken_off)
    assert members(conn) == ["ann"]
    assert lists.publish(conn, broken_off, by="U1", now_ms=NOW) == Superseded("VIPs")


def test_a_file_of_which_nobody_is_known_leaves_the_last_good_version(
    conn: sqlite3.Connection,
) -> None:
    """To exclude an empty list would be to send to everybody."""
    uploaded(conn, "ann")
    upload = begun(conn, source="file-2")
    lists.append(conn, upload, entries("zoe"), at=0)
    nothing = lists.publish(conn, upload, by="U1", now_ms=NOW)
    assert nothing == NothingMatched("VIPs", Counts(rows=1, matched=0, unknown=1, duplicates=0))
    assert members(conn) == ["ann"]


def test_an_upload_that_broke_off_goes_on_with_the_same_file(conn: sqlite3.Connection) -> None:
    lists.append(conn, begun(conn), entries("ann", "bob"), at=0)
    again = begun(conn)
    assert (again.version, again.rows) == (1, 2)
    assert begun(conn, source="another").version == 2


def test_rows_that_are_given_twice_are_taken_once(conn: sqlite3.Connection) -> None:
    upload = begun(conn)
    lists.append(conn, upload, entries("ann", "bob"), at=0)
    lists.append(conn, upload, entries("ann", "bob"), at=0)
    counts = lists.append(conn, upload, entries("bob", "cid"), at=1)
    assert counts == Counts(rows=3, matched=3, unknown=0, duplicates=0)


def test_another_upload_to_the_same_list_ends_the_first(conn: sqlite3.Connection) -> None:
    first = begun(conn)
    begun(conn, source="file-2")
    assert lists.append(conn, first, entries("ann"), at=0) == Superseded("VIPs")


def test_publishing_twice_says_the_same_and_is_written_down_once(conn: sqlite3.Connection) -> None:
    upload = begun(conn)
    lists.append(conn, upload, entries("ann"), at=0)
    first = lists.publish(conn, upload, by="U1", now_ms=NOW)
    assert lists.publish(conn, upload, by="U1", now_ms=NOW) == first
    acts = conn.execute("SELECT who, action, detail FROM audit").fetchall()
    assert acts == [("U1", "publish_list", "VIPs, version 1, members: 1")]


def test_names_that_people_would_not_tell_apart_are_one_list(conn: sqlite3.Connection) -> None:
    assert begun(conn, "Café").list_id == begun(conn, " cafe\N{COMBINING ACUTE ACCENT} ").list_id


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 81])
def test_a_list_needs_a_name_that_people_can_read(conn: sqlite3.Connection, name: str) -> None:
    assert isinstance(lists.begin(conn, name, source="", by="U1", now_ms=NOW), BadName)


def test_a_person_is_in_every_list_under_the_id_that_counts(conn: sqlite3.Connection) -> None:
    users.enrol(conn, {"old": 1, "ann": 1}, install_key=INSTALL_KEY)
    uploaded(conn, "old")
    assert merging.merge(conn, "old", "ann", now_ms=NOW, install_key=INSTALL_KEY) == "merged"
    assert members(conn) == ["ann"]


def test_a_file_may_name_a_person_by_an_old_id(conn: sqlite3.Connection) -> None:
    users.enrol(conn, {"old": 1, "ann": 1}, install_key=INSTALL_KEY)
    merging.merge(conn, "old", "ann", now_ms=NOW, install_key=INSTALL_KEY)
    published = uploaded(conn, "old", "ann")
    assert members(conn) == ["ann"]
    assert (published.counts.matched, published.counts.duplicates) == (1, 1)
