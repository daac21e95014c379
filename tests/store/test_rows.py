import sqlite3

from store.rows import KEYS_PER_STATEMENT_MAX, among, weighed

SQL = "SELECT user FROM user WHERE user IN ({keys}) AND h > ?"


def test_more_keys_than_one_statement_takes_are_all_found(conn: sqlite3.Connection) -> None:
    users = [f"u{n}" for n in range(2 * KEYS_PER_STATEMENT_MAX + 1)]
    conn.executemany(
        "INSERT INTO user (user, h, traits, seq) VALUES (?, 1, x'7b7d', 1)", [(u,) for u in users]
    )
    assert {user for (user,) in among(conn, SQL, users, 0)} == set(users)


def test_a_key_with_a_nul_character_is_not_taken_for_its_beginning(
    conn: sqlite3.Connection,
) -> None:
    conn.execute("INSERT INTO user (user, h, traits, seq) VALUES ('ann', 1, x'7b7d', 1)")
    assert list(among(conn, SQL, ["ann\0x"], 0)) == []


def test_no_keys_ask_nothing(conn: sqlite3.Connection) -> None:
    assert list(among(conn, "this is no SQL", [])) == []


def test_rows_end_where_they_weigh_enough_and_one_comes_at_least() -> None:
    rows = [(n, b"x" * 10) for n in range(5)]
    assert [n for n, _ in weighed(rows, 25)] == [0, 1, 2]
    assert [n for n, _ in weighed(rows, 30)] == [0, 1, 2]
    assert [n for n, _ in weighed(rows, 1)] == [0]
    assert list(weighed([], 1)) == []
