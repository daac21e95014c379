import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import compacting, erasures, log, migrations
from store.connection import _prepare_writer
from store.log import Incoming
from tests.store.stage import KEY, NOW

USERS = 300


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Give a database in a file, as the writer has it."""
    connection = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    _prepare_writer(connection)
    connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID")
    for migration in migrations.load():
        connection.executescript(migration.sql)
    connection.execute("INSERT INTO meta VALUES ('install_key', ?)", (KEY.hex(),))
    yield connection
    connection.close()


def name(number: int) -> str:
    return f"user-{number:04}-of-{number:04}"


def live(conn: sqlite3.Connection) -> None:
    """Let many users come and go, so that pages are rearranged again and again."""
    chance = random.Random(1)
    for step in range(20):
        records = [
            Incoming(
                "profile",
                f"p{step}-{n}",
                name(chance.randrange(USERS)),
                "",
                NOW,
                b'{"note":"%s"}' % (b"x" * chance.randrange(400)),
            )
            for n in range(100)
        ]
        log.append(conn, records, now_ms=NOW, install_key=KEY)


def found(path: Path) -> list[int]:
    data = b"".join(file.read_bytes() for file in path.iterdir())
    return [number for number in range(USERS) if name(number).encode() in data]


def test_what_deleting_leaves_behind_is_gone_after_a_rewrite(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    live(conn)
    for number in range(0, USERS, 2):
        erasures.erase(conn, name(number), now_ms=NOW)
    erasures.done(conn, [name(number) for number in range(USERS)])
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert len(found(tmp_path)) < USERS / 2 + 20, "deleted rows are overwritten at once"
    assert compacting.at_start(conn)
    assert found(tmp_path) == list(range(1, USERS, 2))
    assert not compacting.at_start(conn), "once is enough"


def test_a_start_rewrites_nothing_that_nobody_was_erased_from_and_no_large_file(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(conn)
    assert not compacting.at_start(conn)
    erasures.erase(conn, "nobody", now_ms=NOW)
    assert not compacting.at_start(conn)
    erasures.erase(conn, name(1), now_ms=NOW)
    monkeypatch.setattr(compacting, "REWRITTEN_AT_START_BYTES_MAX", 4_096)
    assert compacting.size_bytes(conn) > 4_096
    assert not compacting.at_start(conn)
    monkeypatch.undo()
    assert compacting.at_start(conn)
