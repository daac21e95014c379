import sqlite3
from typing import Any

import msgspec

from domain.push_tokens import tokens
from domain.trait_change import seen
from store import erasures, log, users
from store.log import Incoming
from tests.store.conftest import INSTALL_KEY

NOW = 1_774_774_800_000  # 2026-03-29T09:00:00Z
DAYS = ("2026-03-28", "2026-03-29")


def append(conn: sqlite3.Connection, *records: Incoming) -> None:
    log.append(conn, records, now_ms=NOW, install_key=INSTALL_KEY)


def viewed(number: int, user: str, day: str = DAYS[1], token: str = "t1") -> Incoming:
    """Return an event from an app that has the token."""
    device = seen({"id": f"{user}-{token}", "seen": day, "push_token": token})
    return Incoming("event", f"e{number}", user, "Viewed", NOW, b"{}", seen=device)


def profile(number: int, user: str, also: tuple[str, ...] = (), **traits: Any) -> Incoming:
    return Incoming("profile", f"p{number}", user, "", NOW, msgspec.json.encode(traits), also)


def held(conn: sqlite3.Connection, *names: str) -> dict[str, list[str]]:
    return {name: sorted(tokens(user.traits)) for name, user in users.get(conn, names).items()}


def test_a_token_that_another_user_registers_is_theirs_alone(conn: sqlite3.Connection) -> None:
    append(conn, viewed(1, "ann"), viewed(2, "ann", token="t2"))
    append(conn, viewed(3, "ben"))
    assert held(conn, "ann", "ben") == {"ann": ["t2"], "ben": ["t1"]}
    append(conn, viewed(4, "ann"))
    assert held(conn, "ann", "ben") == {"ann": ["t1", "t2"], "ben": []}


def test_within_one_batch_the_last_one_has_it(conn: sqlite3.Connection) -> None:
    append(conn, viewed(1, "ben"), viewed(2, "ann"), viewed(3, "cat"))
    assert held(conn, "ann", "ben", "cat") == {"ann": [], "ben": [], "cat": ["t1"]}


def test_an_old_record_takes_no_token_from_who_was_seen_with_it_later(
    conn: sqlite3.Connection,
) -> None:
    append(conn, viewed(1, "ann", DAYS[0]), viewed(2, "ann", DAYS[1]))
    append(conn, viewed(3, "ben", DAYS[0]))
    assert held(conn, "ann", "ben") == {"ann": ["t1"], "ben": []}


def test_devices_that_somebody_lists_are_theirs_when_they_are_listed(
    conn: sqlite3.Connection,
) -> None:
    append(conn, viewed(1, "ann", DAYS[0]), profile(2, "ben", devices=[{"push_token": "t1"}]))
    assert held(conn, "ann", "ben") == {"ann": [], "ben": ["t1"]}


def test_the_audiences_copy_is_told_who_lost_a_token(conn: sqlite3.Connection) -> None:
    append(conn, viewed(1, "ann"))
    before = log.last_seq(conn)
    append(conn, viewed(2, "ben"))
    rows = log.rows_after(conn, before, 10)
    assert [(row.kind, row.user) for row in rows] == [("event", "ben"), ("other", "ann")]
    assert users.changed_after(conn, ["ann"], before) == {"ann"}


def test_a_device_that_becomes_a_persons_brings_its_token(conn: sqlite3.Connection) -> None:
    append(conn, viewed(1, "anon:d1"), profile(2, "ann", ("anon:d1",)))
    append(conn, viewed(3, "ben"))
    assert held(conn, "ann", "ben") == {"ann": [], "ben": ["t1"]}


def test_of_a_user_who_is_erased_no_token_is_kept(conn: sqlite3.Connection) -> None:
    append(conn, viewed(1, "ann"))
    erasures.erase(conn, "ann", now_ms=NOW)
    assert conn.execute("SELECT * FROM push_token").fetchall() == []
    append(conn, viewed(2, "ben", DAYS[0]))
    assert held(conn, "ben") == {"ben": ["t1"]}
