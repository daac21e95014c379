import sqlite3

from domain.facts import ERASED
from store import erased, erasures
from store.tombstones import key_of
from tests.store.conftest import INSTALL_KEY

NOW = 1_790_000_000_000
KEY = key_of(INSTALL_KEY)


def test_a_pseudonym_says_nothing_without_the_key_and_is_always_the_same() -> None:
    assert erased.pseudonym(KEY, "ann") == erased.pseudonym(KEY, "ann")
    assert erased.pseudonym(KEY, "ann") != erased.pseudonym(b"other", "ann")
    assert erased.pseudonym(KEY, "ann").startswith(ERASED)
    assert "ann" not in erased.pseudonym(KEY, "ann")


def test_an_occurrence_is_hidden_once_and_a_missing_one_stays_missing() -> None:
    hidden = erased.hidden(KEY, "order-771")
    assert (erased.hidden(KEY, hidden), erased.hidden(KEY, "")) == (hidden, "")
    assert "771" not in hidden
    assert hidden != erased.hidden(KEY, "order-772")


def test_of_many_users_those_who_were_erased_are_found(conn: sqlite3.Connection) -> None:
    assert erased.among(conn, ["u1", "u2"]) == {}
    erasures.erase(conn, "u1", now_ms=NOW)
    assert erased.among(conn, ["u1", "u2"]) == {"u1": erased.name_of(conn, "u1")}
    assert erased.release(conn, "u1")
    assert not erased.release(conn, "u1")
    assert erased.among(conn, ["u1", "u2"]) == {}


def test_hiding_uses_the_installs_own_key(conn: sqlite3.Connection) -> None:
    assert erased.hide(conn, "order-771") == erased.hidden(KEY, "order-771")


def test_each_erasure_tells_that_there_was_one_more(conn: sqlite3.Connection) -> None:
    seen = [erased.latest(conn)]
    for user, at_ms in (("u1", NOW), ("u2", NOW), ("u3", NOW + 1)):
        erasures.erase(conn, user, now_ms=at_ms)
        seen.append(erased.latest(conn))
    erased.release(conn, "u1")
    erasures.erase(conn, "u4", now_ms=NOW + 2)
    seen.append(erased.latest(conn))
    assert len(set(seen)) == 5
