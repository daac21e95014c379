import sqlite3

import pytest

from store import meta
from tests.store.conftest import INSTALL_KEY


def test_a_value_takes_the_place_of_the_one_before(conn: sqlite3.Connection) -> None:
    meta.put(conn, "colour", "red")
    meta.put(conn, "colour", "blue")
    assert meta.get(conn, "colour") == "blue"


def test_a_value_that_was_never_put_is_none(conn: sqlite3.Connection) -> None:
    assert meta.get(conn, "colour") is None


def test_the_first_install_key_stays_for_ever(conn: sqlite3.Connection) -> None:
    assert meta.ensure_install_key(conn, b"x" * 32) == INSTALL_KEY
    assert meta.install_key(conn) == INSTALL_KEY


def test_a_key_of_another_length_is_refused(conn: sqlite3.Connection) -> None:
    with pytest.raises(ValueError, match="32 bytes, not 5"):
        meta.ensure_install_key(conn, b"short")


def test_a_database_without_its_first_start_says_so(conn: sqlite3.Connection) -> None:
    conn.execute("DELETE FROM meta")
    with pytest.raises(LookupError, match="no install key"):
        meta.install_key(conn)
