import sqlite3

from store import letters

NOW = 1_774_000_000_000


def add(conn: sqlite3.Connection, who: str = "U0ANA", now_ms: int = NOW) -> int:
    letters.add(conn, who=who, campaign="c1", subject="Held", body="So.", now_ms=now_ms)
    return int(conn.execute("SELECT max(id) FROM letter").fetchone()[0])


def due(conn: sqlite3.Connection, now_ms: int = NOW) -> list[int]:
    return [each.id for each in letters.due(conn, now_ms=now_ms, limit=10)]


def test_a_letter_waits_until_it_was_sent_and_never_goes_again(conn: sqlite3.Connection) -> None:
    first, second = add(conn), add(conn)
    assert due(conn) == [first, second]
    letters.sent(conn, first, now_ms=NOW + 1)
    letters.again(conn, first, "late", tries=0, at_ms=NOW)
    assert due(conn) == [second]


def test_a_failed_try_is_due_again_at_its_time_and_counted(conn: sqlite3.Connection) -> None:
    one = add(conn)
    letters.again(conn, one, "the mail server said 451", tries=0, at_ms=NOW + 60_000)
    assert due(conn, NOW + 59_999) == []
    assert letters.next_due_ms(conn) == NOW + 60_000
    assert [each.tries for each in letters.due(conn, now_ms=NOW + 60_000, limit=1)] == [1]


def test_what_is_given_up_is_told_once(conn: sqlite3.Connection) -> None:
    one = add(conn)
    given_up = [letters.give_up(conn, one, "no address", now_ms=NOW) for _ in range(2)]
    assert (given_up, due(conn), letters.next_due_ms(conn)) == ([True, False], [], None)


def test_a_restored_database_sends_none_of_what_may_have_been_sent(
    conn: sqlite3.Connection,
) -> None:
    add(conn)
    assert (letters.close_open(conn, now_ms=NOW), due(conn)) == (1, [])


def test_in_a_long_life_letters_go_a_month_after_their_end(conn: sqlite3.Connection) -> None:
    day = 86_400_000
    waits = add(conn)
    letters.again(conn, waits, "no address yet", tries=0, at_ms=NOW + 999 * day)
    for n in range(365):
        one = add(conn, now_ms=NOW + n * day)
        if n % 2:
            letters.sent(conn, one, now_ms=NOW + n * day)
        else:
            letters.give_up(conn, one, "no address", now_ms=NOW + n * day)
    (count,) = conn.execute("SELECT count(*) FROM letter").fetchone()
    assert count == letters.KEPT_MS // day + 2, "those of a month, and the one that waits"
    assert due(conn, NOW + 999 * day) == [waits]
