import sqlite3
from pathlib import Path

import pytest

from store import log, meta, migrations, scratch
from store.connection import prepare
from store.database import DATABASE_NAME
from store.log import Incoming
from store.scratch import Copied, TooMuch
from store.upgrade import CREATE_META, upgrade
from tests.store.conftest import INSTALL_KEY
from tests.store.stage import HOUR, NOW


def event(n: int, user: str, name: str, at_ms: int) -> Incoming:
    return Incoming("event", f"e{n}", user, name, at_ms, b'{"n":1}')


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "real.db"
    conn = sqlite3.connect(path, isolation_level=None)
    prepare(conn, query_only=False)
    conn.execute(CREATE_META)
    upgrade(conn, path, migrations.load())
    meta.ensure_install_key(conn, INSTALL_KEY)
    for n, (user, name, hours, late) in enumerate(
        [
            ("u1", "A", -30, 0),
            ("u1", "A", -3, 0),
            ("u1", "B", -2, 0),
            ("u2", "B", -2, 0),
            ("u2", "C", -1, 0),
            ("u3", "A", -4, 3),
        ]
    ):
        at = NOW + hours * HOUR
        log.append(
            conn, [event(n, user, name, at)], now_ms=at + late * HOUR, install_key=INSTALL_KEY
        )
    conn.close()
    return path


def make(tmp_path: Path, source: Path, *triggers: str) -> Copied | TooMuch:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return scratch.make(
        folder,
        source,
        names=("A", "B"),
        triggers=triggers,
        since_ms=NOW - 24 * HOUR,
        until_ms=NOW,
    )


def read(tmp_path: Path, sql: str) -> list[tuple[object, ...]]:
    conn = sqlite3.connect(tmp_path / "scratch" / DATABASE_NAME)
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


def test_of_a_live_draft_only_those_matter_who_did_its_trigger(
    tmp_path: Path, source: Path
) -> None:
    assert make(tmp_path, source, "A") == Copied(2, before=1, within=3, moved=1, moments=3)
    assert read(tmp_path, "SELECT user FROM user ORDER BY user") == [("u1",), ("u3",)]
    assert read(tmp_path, "SELECT user, name FROM log") == [("u1", "A")]


def test_of_a_run_everyone_matters_with_their_profiles(tmp_path: Path, source: Path) -> None:
    copied = make(tmp_path, source)
    assert isinstance(copied, Copied)
    assert (copied.users, copied.within) == (3, 4)
    kinds = read(tmp_path, "SELECT kind, count(*) FROM log GROUP BY kind ORDER BY kind")
    assert kinds == [("event", 1), ("profile", 3)]


def test_what_came_in_late_is_played_when_it_happened_in_order(
    tmp_path: Path, source: Path
) -> None:
    make(tmp_path, source, "A")
    groups = list(scratch.played(tmp_path / "scratch", grain_ms=1))
    assert [(at - NOW) // HOUR for at, _ in groups] == [-4, -3, -2]
    assert [one.user for _, group in groups for one in group] == ["u3", "u1", "u1"]


def test_a_grain_plays_together_what_falls_into_it_not_before_the_last(
    tmp_path: Path, source: Path
) -> None:
    make(tmp_path, source, "A")
    groups = list(scratch.played(tmp_path / "scratch", grain_ms=1_000 * HOUR))
    assert [(at - NOW) // HOUR for at, _ in groups] == [-2]


def test_the_keyed_hashes_are_those_of_the_real_database(tmp_path: Path, source: Path) -> None:
    make(tmp_path, source, "A")
    real = sqlite3.connect(source)
    expected = real.execute("SELECT user, h FROM user WHERE user = 'u1'").fetchall()
    real.close()
    assert read(tmp_path, "SELECT user, h FROM user WHERE user = 'u1'") == expected
    assert read(tmp_path, "SELECT value FROM meta WHERE key = 'install_key'")


def test_too_much_is_said_instead_of_played(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "EVENTS_MAX", 2)
    assert make(tmp_path, source, "A") == TooMuch("events", 4, 2)


def test_the_real_database_is_only_read(tmp_path: Path, source: Path) -> None:
    before = source.read_bytes()
    make(tmp_path, source)
    assert source.read_bytes() == before


def known(source: Path, **plans: str) -> None:
    with sqlite3.connect(source) as conn:
        for user, plan in plans.items():
            conn.execute(
                "UPDATE user SET traits = ? WHERE user = ?",
                (b'{"plan":"%s"}' % plan.encode(), user),
            )


@pytest.mark.parametrize(
    ("triggers", "left"), [(("A",), {"u1"}), ((), {"u1", "u2"})], ids=["live", "runs"]
)
def test_whom_the_draft_can_never_be_for_is_left_out_with_what_they_did(
    tmp_path: Path, source: Path, triggers: tuple[str, ...], left: set[str]
) -> None:
    known(source, u1="pro", u2="pro", u3="free")
    folder = tmp_path / "scratch"
    folder.mkdir()
    answer = scratch.make(
        folder,
        source,
        names=("A", "B"),
        triggers=triggers,
        since_ms=NOW - 24 * HOUR,
        until_ms=NOW,
        may_fit=lambda user: user.traits["plan"] == "pro",
    )
    assert isinstance(answer, Copied)
    assert answer.never == 1
    assert {user for (user,) in read(tmp_path, "SELECT user FROM user")} == left
    assert {user for (user,) in read(tmp_path, "SELECT user FROM log")} <= left
    batches = scratch.played(folder, grain_ms=1)
    assert {one.user for _, some in batches for one in some} == left


def test_whose_profile_cannot_be_asked_stays(tmp_path: Path, source: Path) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    answer = scratch.make(
        folder,
        source,
        names=("A",),
        triggers=("A",),
        since_ms=NOW - 24 * HOUR,
        until_ms=NOW,
        may_fit=lambda user: user.traits["plan"] == "pro",
    )
    assert isinstance(answer, Copied)
    assert (answer.users, answer.never) == (2, 0)
