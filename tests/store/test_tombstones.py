import sqlite3
from pathlib import Path

import pytest

from domain.review import Action
from store import erased, erasures, meta, users
from store.tombstones import FILE_NAME, Buried, Tombstones, key_of, user_mark
from tests.store.stage import KEY, NOW, act, fresh, live, start


@pytest.fixture
def conn() -> sqlite3.Connection:
    connection = fresh()
    connection.execute("COMMIT")
    return connection


def _watched(conn: sqlite3.Connection, folder: Path) -> Tombstones:
    tombstones = Tombstones(folder)
    tombstones.watch(conn)
    conn.execute("BEGIN")
    return tombstones


def _mark(user: str) -> str:
    return user_mark(key_of(KEY), user)


def test_whoever_stops_a_campaign_leaves_a_tombstone_before_the_commit(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    tombstones = _watched(conn, tmp_path)
    campaign = start(conn, live())
    tombstones.seal(conn)
    assert tombstones.read() == Buried(frozenset(), frozenset())
    act(conn, campaign, Action.STOP)
    tombstones.seal(conn)
    assert tombstones.read().campaigns == {campaign}
    assert not tombstones.news(conn)


def test_a_suppressed_user_stands_there_by_a_keyed_hash_only(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    tombstones = _watched(conn, tmp_path)
    users.suppress(conn, "ann@example.org", now_ms=NOW)
    tombstones.seal(conn)
    assert b"ann" not in (tmp_path / FILE_NAME).read_bytes()
    assert tombstones.read().users == {_mark("ann@example.org")}
    users.suppress(conn, "ann@example.org", now_ms=NOW, suppressed=False)
    tombstones.seal(conn)
    assert tombstones.read().users == frozenset()


def test_what_a_failed_job_did_leaves_no_tombstone(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    tombstones = _watched(conn, tmp_path)
    conn.execute("SAVEPOINT job")
    users.suppress(conn, "ann", now_ms=NOW)
    conn.execute("ROLLBACK TO job")
    tombstones.seal(conn)
    assert not (tmp_path / FILE_NAME).exists()


def test_a_tombstone_whose_commit_never_came_is_news(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    tombstones = _watched(conn, tmp_path)
    users.suppress(conn, "ann", now_ms=NOW)
    tombstones.seal(conn)
    conn.execute("ROLLBACK")
    assert tombstones.news(conn)


def test_torn_and_foreign_lines_are_passed_over(conn: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b'{"kind":"stopped","name":"c_1"}\n{"kind":"stop')
    tombstones = _watched(conn, tmp_path)
    users.suppress(conn, "ann", now_ms=NOW)
    tombstones.seal(conn)
    assert tombstones.read() == Buried(frozenset({"c_1"}), frozenset({_mark("ann")}))


def test_a_lost_file_is_made_whole_from_the_database(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    tombstones = _watched(conn, tmp_path)
    campaign = start(conn, live())
    act(conn, campaign, Action.STOP)
    users.suppress(conn, "ann", now_ms=NOW)
    tombstones.seal(conn)
    (tmp_path / FILE_NAME).unlink()
    assert tombstones.news(conn)
    tombstones.rewrite(conn)
    assert tombstones.read() == Buried(frozenset({campaign}), frozenset({_mark("ann")}))
    assert not tombstones.news(conn)
    assert meta.get(conn, "tombstones_bytes") == str((tmp_path / FILE_NAME).stat().st_size)


def test_an_erased_user_stands_there_by_a_keyed_hash_until_it_is_taken_back(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    tombstones = _watched(conn, tmp_path)
    users.suppress(conn, "ann@example.org", now_ms=NOW)
    erasures.erase(conn, "ann@example.org", now_ms=NOW)
    tombstones.seal(conn)
    assert b"ann" not in (tmp_path / FILE_NAME).read_bytes()
    marks = {_mark("ann@example.org")}
    assert tombstones.read() == Buried(frozenset(), frozenset(marks), frozenset(marks))
    tombstones.rewrite(conn)
    assert tombstones.read() == Buried(frozenset(), frozenset(marks), frozenset(marks))
    erased.release(conn, "ann@example.org")
    tombstones.seal(conn)
    assert tombstones.read() == Buried(frozenset(), frozenset())
