import sqlite3

from store import identities, merging
from tests.store.conftest import INSTALL_KEY
from tests.store.stage import NOW


def merge(conn: sqlite3.Connection, old: str, user: str) -> None:
    assert merging.merge(conn, old, user, now_ms=NOW, install_key=INSTALL_KEY) == "merged"


def test_every_id_of_a_person_leads_to_the_one_that_counts(conn: sqlite3.Connection) -> None:
    merge(conn, "anon:d1", "a")
    merge(conn, "a", "b")
    assert identities.resolve(conn, ["anon:d1", "a", "b", "x"]) == {"anon:d1": "b", "a": "b"}
    assert identities.canonical(conn, "anon:d1") == "b"
    assert identities.ids_of(conn, "a") == ("b", "anon:d1", "a")


def test_the_id_of_the_latest_device_is_known_without_its_mark(conn: sqlite3.Connection) -> None:
    merge(conn, "anon:d1", "a")
    merge(conn, "anon:d2", "a")
    merge(conn, "old", "a")
    assert identities.devices(conn, ["a", "b"]) == {"a": "d2"}


def test_who_was_never_merged_has_one_id(conn: sqlite3.Connection) -> None:
    assert identities.ids_of(conn, "x") == ("x",)


def test_it_is_known_when_a_persons_ids_last_became_more(conn: sqlite3.Connection) -> None:
    merge(conn, "old", "a")
    first = identities.merged_at(conn, "a")
    merge(conn, "anon:d1", "a")
    assert 0 < first < identities.merged_at(conn, "a")
    assert identities.merged_at(conn, "b") == 0
