import sqlite3

from domain.chance import user_hash
from domain.facts import User
from store import log, meta, users
from tests.store.conftest import INSTALL_KEY

NOW = 1_790_000_000_000


def seen(conn: sqlite3.Connection, *names: str) -> None:
    users.enrol(conn, dict.fromkeys(names, 1), install_key=INSTALL_KEY)


def test_known_users_are_found_and_strangers_left_out(conn: sqlite3.Connection) -> None:
    seen(conn, "ann", "ben")
    found = users.get(conn, ["ann", "nobody"])
    assert found == {"ann": User("ann", user_hash(INSTALL_KEY, "ann"))}


def test_a_user_is_enrolled_once(conn: sqlite3.Connection) -> None:
    seen(conn, "ann")
    assert users.enrol(conn, {"ann": 7, "ben": 7}, install_key=INSTALL_KEY) == 1
    assert users.count(conn) == 2


def test_a_profile_that_says_what_is_known_changes_no_row(conn: sqlite3.Connection) -> None:
    seen(conn, "ann")
    users.change_profiles(conn, {"ann": [(5, b'{"plan":"pro"}')]})
    users.change_profiles(conn, {"ann": [(9, b'{"plan":"pro"}')]})
    assert conn.execute("SELECT seq FROM user").fetchall() == [(5,)]


def test_true_after_one_is_a_change(conn: sqlite3.Connection) -> None:
    """Python takes them for equal, an audience does not."""
    seen(conn, "ann")
    users.change_profiles(conn, {"ann": [(5, b'{"paid":1}')]})
    users.change_profiles(conn, {"ann": [(6, b'{"paid":true}')]})
    assert users.get(conn, ["ann"])["ann"].traits["paid"] is True


def test_traits_that_cannot_be_read_any_more_are_put_together_again_from_the_log(
    conn: sqlite3.Connection,
) -> None:
    """And keep no batch from being taken in, of which they are a part."""

    def post(*profiles: tuple[str, bytes]) -> None:
        last = log.last_seq(conn)
        records = [
            log.Incoming("profile", f"p{last}{user}", user, "", NOW, body)
            for user, body in profiles
        ]
        log.append(conn, records, now_ms=NOW, install_key=INSTALL_KEY)

    post(("ann", b'{"plan":"pro","city":"Oslo"}'))
    post(("ann", b'{"city":"Bergen"}'))
    conn.execute("UPDATE user SET traits = x'7b' WHERE user = 'ann'")
    post(("ann", b'{"age":40}'), ("ben", b'{"age":7}'))
    found = users.get(conn, ["ann", "ben"])
    assert found["ann"].traits == {"plan": "pro", "city": "Bergen", "age": 40}
    assert found["ben"].traits == {"age": 7}


def test_a_suppressed_user_stays_so_whatever_comes_in_later(conn: sqlite3.Connection) -> None:
    seen(conn, "ann")
    assert users.suppress(conn, "ann", now_ms=NOW)
    record = log.Incoming("profile", "p1", "ann", "", NOW, b'{"plan":"pro"}')
    log.append(conn, [record], now_ms=NOW, install_key=INSTALL_KEY)
    assert users.get(conn, ["ann"])["ann"].suppressed


def test_a_user_can_be_suppressed_before_being_seen(conn: sqlite3.Connection) -> None:
    users.suppress(conn, "ann", now_ms=NOW)
    ann = users.get(conn, ["ann"])["ann"]
    assert (ann.suppressed, ann.h) == (True, user_hash(INSTALL_KEY, "ann"))


def test_a_suppression_stands_in_the_log_once(conn: sqlite3.Connection) -> None:
    assert users.suppress(conn, "ann", now_ms=NOW)
    assert not users.suppress(conn, "ann", now_ms=NOW + 1)
    (row,) = log.rows_after(conn, 0, 10)
    assert (row.kind, row.user, row.body) == ("other", "ann", b'{"suppressed":true}')


def test_a_suppression_can_be_taken_back(conn: sqlite3.Connection) -> None:
    users.suppress(conn, "ann", now_ms=NOW)
    assert users.suppress(conn, "ann", now_ms=NOW, suppressed=False)
    assert not users.get(conn, ["ann"])["ann"].suppressed


def test_no_sender_can_foresee_the_id_under_which_a_suppression_stands(
    conn: sqlite3.Connection,
) -> None:
    """Who could would send an event of that id first, and the suppression would be a duplicate."""
    ids = set()
    for key in (INSTALL_KEY, b"k" * 32):
        meta.put(conn, "install_key", key.hex())
        users.suppress(conn, "ann", now_ms=NOW)
        ids |= {row.source_id for row in log.rows_after(conn, 0, 10)}
        conn.execute("ROLLBACK TO job")
    assert len(ids) == 2
