import csv
import sqlite3
import stat
from pathlib import Path

import msgspec
import pytest

from store import users
from store.member_file import FileExists, MemberFile
from tests.store.conftest import INSTALL_KEY


@pytest.fixture(autouse=True)
def known(conn: sqlite3.Connection) -> None:
    people = {
        "ann": {"email": "ann@x.no", "address": {"city": "Oslo"}, "tags": ["a", 1], "vip": True},
        "anon:d1": {"email": None},
        "bob": {"email": '=HYPERLINK("http://evil")', "phone": "+47 900 12 345"},
        "eve": {"email": "+cmd|' /C calc'!A0", "phone": "-5"},
    }
    users.enrol(conn, dict.fromkeys(people, 1), install_key=INSTALL_KEY)
    bodies = {name: [(1, msgspec.json.encode(traits))] for name, traits in people.items()}
    users.change_profiles(conn, bodies)


def written(
    conn: sqlite3.Connection, path: Path, names: list[str], *profile: str
) -> list[list[str]]:
    with MemberFile(path, profile) as file:
        file.append(conn, names)
        file.finish()
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.reader(opened))


def test_a_file_of_users_can_be_uploaded_as_a_list(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    rows = written(conn, tmp_path / "a.csv", ["bob", "anon:d1"])
    assert rows == [["Type", "Identity"], ["i", "bob"], ["g", "d1"]]


def test_traits_stand_beside_each_user_as_they_are(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    keys = ("email", "address.city", "tags", "vip", "nothing")
    rows = written(conn, tmp_path / "a.csv", ["ann", "anon:d1"], *keys)
    assert rows[1:] == [
        ["i", "ann", "ann@x.no", "Oslo", '["a",1]', "true", ""],
        ["g", "d1", "", "", "", "", ""],
    ]


def test_nothing_that_a_user_sent_is_run_by_a_spreadsheet(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    rows = written(conn, tmp_path / "a.csv", ["bob", "eve"], "email", "phone")
    assert rows[1:] == [
        ["i", "bob", '\'=HYPERLINK("http://evil")', "+47 900 12 345"],
        ["i", "eve", "'+cmd|' /C calc'!A0", "-5"],
    ]


def test_a_user_who_is_gone_is_left_out(conn: sqlite3.Connection, tmp_path: Path) -> None:
    assert len(written(conn, tmp_path / "a.csv", ["zoe", "ann"])) == 2


def test_only_its_owner_may_read_it(conn: sqlite3.Connection, tmp_path: Path) -> None:
    written(conn, tmp_path / "a.csv", ["ann"])
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600


def test_a_file_that_is_not_finished_leaves_nothing(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    with MemberFile(tmp_path / "a.csv", ()) as file:
        file.append(conn, ["ann"])
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(FileExists):
        MemberFile(tmp_path / "a.csv", ())
