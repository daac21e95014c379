import sqlite3

import pytest

from store import audit
from store.audit import Head, Tampered

KEY = b"k" * 32
NOW = 1_790_000_000_000


def act(conn: sqlite3.Connection, action: str, detail: str = "") -> Head:
    return audit.append(
        conn, at_ms=NOW, who="U_ANN", action=action, campaign="c_1", detail=detail, key=KEY
    )


@pytest.fixture
def log(conn: sqlite3.Connection) -> sqlite3.Connection:
    """Give an audit log of four acts to someone who can take its guards off."""
    for action in ("draft", "submit", "publish", "stop"):
        act(conn, action)
    conn.execute("DROP TRIGGER audit_is_immutable")
    conn.execute("DROP TRIGGER audit_is_kept")
    return conn


def test_an_honest_log_is_as_long_as_its_acts(log: sqlite3.Connection) -> None:
    assert audit.verify(log, KEY, expected=audit.head(log)) == 4


def test_an_empty_log_is_honest(conn: sqlite3.Connection) -> None:
    assert audit.head(conn) == Head()
    assert audit.verify(conn, KEY, expected=Head()) == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at_ms", 1),
        ("who", "U_EVE"),
        ("action", "approve"),
        ("campaign", "c_2"),
        ("detail", "x"),
        ("mac", "é"),
    ],
)
def test_a_changed_row_is_found(log: sqlite3.Connection, column: str, value: object) -> None:
    log.execute(f"UPDATE audit SET {column} = ? WHERE id = 2", (value,))
    assert audit.verify(log, KEY) == Tampered(2)


def test_words_that_move_to_the_next_column_are_found(log: sqlite3.Connection) -> None:
    log.execute("UPDATE audit SET who = 'U_ANNsu', action = 'bmit' WHERE id = 2")
    assert audit.verify(log, KEY) == Tampered(2)


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_a_row_taken_out_is_found(log: sqlite3.Connection, gone: int) -> None:
    log.execute("DELETE FROM audit WHERE id = ?", (gone,))
    assert audit.verify(log, KEY) == Tampered(gone)


def test_rows_that_changed_places_are_found(log: sqlite3.Connection) -> None:
    for old, new in ((2, 9), (3, 2), (9, 3)):
        log.execute("UPDATE audit SET id = ? WHERE id = ?", (new, old))
    assert audit.verify(log, KEY) == Tampered(2)


def test_a_cut_tail_shows_against_a_head_kept_elsewhere(log: sqlite3.Connection) -> None:
    kept = audit.head(log)
    log.execute("DELETE FROM audit WHERE id > 2")
    assert audit.verify(log, KEY) == 2
    assert audit.verify(log, KEY, expected=kept) == Tampered(3)


def test_a_log_that_grew_still_leads_through_the_head_kept_elsewhere(
    log: sqlite3.Connection,
) -> None:
    kept = audit.head(log)
    act(log, "archive")
    assert audit.verify(log, KEY, expected=kept) == 5


def test_a_tail_that_was_cut_and_written_anew_is_found(log: sqlite3.Connection) -> None:
    """Even by someone who has the key: the head in Slack is another."""
    kept = audit.head(log)
    log.execute("DELETE FROM audit WHERE id = 4")
    act(log, "resume")
    assert audit.verify(log, KEY) == 4
    assert audit.verify(log, KEY, expected=kept) == Tampered(4)


def test_another_key_makes_no_valid_log(log: sqlite3.Connection) -> None:
    assert audit.verify(log, b"x" * 32) == Tampered(1)


def test_a_repeated_transaction_does_not_write_its_act_twice(conn: sqlite3.Connection) -> None:
    first = act(conn, "pause", "by hand")
    assert act(conn, "pause", "by hand") == first
    assert act(conn, "pause", "again").id == 2


def test_the_database_itself_refuses_to_change_or_cut_the_log(conn: sqlite3.Connection) -> None:
    act(conn, "draft")
    for statement in ("UPDATE audit SET who = 'U_EVE'", "DELETE FROM audit"):
        with pytest.raises(sqlite3.IntegrityError, match="audit log"):
            conn.execute(statement)
