import sqlite3

import pytest

from store import erasures, lists, memberships, runs, users
from store.memberships import ListRow, ListVersion
from tests.store.conftest import INSTALL_KEY
from tests.store.test_lists import NOW, begun, entries, members, uploaded

RUN = ("c_1", "2026-03-29T09:00[UTC]")


@pytest.fixture(autouse=True)
def known(conn: sqlite3.Connection) -> None:
    who = ("ann", "bob", "cid")
    users.enrol(conn, dict.fromkeys(who, 1), install_key=INSTALL_KEY)


def held(conn: sqlite3.Connection) -> int:
    (count,) = conn.execute("SELECT count(*) FROM list_member").fetchone()
    return int(count)


def pruned(conn: sqlite3.Connection, limit: int = 100) -> None:
    while memberships.prune(conn, limit=limit):
        pass


def test_a_list_is_found_by_its_name_with_its_counts(conn: sqlite3.Connection) -> None:
    uploaded(conn, "ann", "ann", "zoe")
    assert memberships.find(conn, "VIPs") == ListRow(1, "VIPs", 1, 1, 1, 1, NOW, "U1")
    assert memberships.find(conn, "vips") is None
    assert memberships.everyone(conn) == [memberships.find(conn, "VIPs")]
    assert memberships.names(conn) == {"VIPs"}


def test_a_list_has_as_many_members_as_are_in_it_now(conn: sqlite3.Connection) -> None:
    """Some may have been erased, or have turned out to be one person, since it was uploaded."""
    uploaded(conn, "ann", "bob", "cid")
    erasures.erase(conn, "ann", now_ms=NOW)
    memberships.rename(conn, "bob", "cid")
    found = memberships.find(conn, "VIPs")
    assert found is not None
    assert found.members == 1


def test_users_are_asked_for_without_reading_the_whole_list(conn: sqlite3.Connection) -> None:
    uploaded(conn, "ann", "bob")
    versions = memberships.current(conn, ["VIPs", "Nobody"])
    found = memberships.among_members(conn, versions, ["ann", "cid"])
    assert found == {"VIPs": frozenset({"ann"})}


def test_a_run_keeps_the_version_that_it_began_with(conn: sqlite3.Connection) -> None:
    uploaded(conn, "ann")
    runs.begin(conn, *RUN, 1, due_ms=NOW, now_ms=NOW)
    memberships.keep(conn, *RUN, ["VIPs"])
    uploaded(conn, "bob", source="file-2")
    pruned(conn)
    kept = memberships.keep(conn, *RUN, ["VIPs"])
    assert kept == {"VIPs": ListVersion(1, 1)}
    assert list(memberships.members(conn, kept["VIPs"])) == ["ann"]


def test_old_versions_go_once_no_run_needs_them(conn: sqlite3.Connection) -> None:
    uploaded(conn, "ann", "cid")
    runs.begin(conn, *RUN, 1, due_ms=NOW, now_ms=NOW)
    memberships.keep(conn, *RUN, ["VIPs"])
    uploaded(conn, "bob", source="file-2")
    runs.set_state(conn, *RUN, "done", now_ms=NOW)
    pruned(conn, limit=1)
    assert (held(conn), members(conn)) == (1, ["bob"])


def test_what_is_being_filled_is_not_pruned(conn: sqlite3.Connection) -> None:
    lists.append(conn, begun(conn), entries("ann"), at=0)
    pruned(conn)
    assert held(conn) == 1


def test_what_was_given_up_goes(conn: sqlite3.Connection) -> None:
    lists.append(conn, begun(conn), entries("ann"), at=0)
    begun(conn, source="file-2")
    pruned(conn)
    assert held(conn) == 0


def test_a_user_who_is_erased_is_in_no_list(conn: sqlite3.Connection) -> None:
    uploaded(conn, "ann", "bob")
    memberships.forget(conn, "ann")
    assert members(conn) == ["bob"]


def test_two_users_who_are_one_person_are_one_member(conn: sqlite3.Connection) -> None:
    uploaded(conn, "ann", "bob")
    memberships.rename(conn, "ann", "bob")
    assert members(conn) == ["bob"]
    memberships.rename(conn, "bob", "cid")
    assert members(conn) == ["cid"]
