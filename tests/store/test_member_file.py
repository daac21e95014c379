import csv
import json
import stat
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from domain.facts import User
from store import member_file
from store.attributes import Page
from store.member_file import FileExists, MemberFile
from tests.store.copies import person

LISTED = ["a", 1, {"b": 2.0}]
PROFILES = {"ann": person("ann", email="=1+1", tags=LISTED, address={"city": "Oslo"}, n=2**60)}


def written(
    path: Path,
    users: list[str],
    columns: Mapping[str, Sequence[Any]] = {},
    *,
    beyond: tuple[int, ...] = (),
    profiles: Mapping[str, User] = PROFILES,
) -> list[list[str]]:
    with MemberFile(path, list(columns)) as file:
        file.append(Page(users, list(columns.values()), beyond))
        assert file.unsure == len(beyond)
        if beyond:
            complete(file, profiles)
        file.finish()
    return read(path)


def complete(
    file: MemberFile, profiles: Mapping[str, User] = {}, gone: Collection[str] = ()
) -> int:
    """Go through the rows; return how many are left out."""
    left_out = 0
    with file.again() as rows:
        while rows.next()[0]:
            left_out += rows.put(profiles, gone)
    assert file.unsure == 0
    return left_out


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.reader(opened))


def test_a_file_of_users_can_be_uploaded_as_a_list(tmp_path: Path) -> None:
    rows = written(tmp_path / "a.csv", ["bob", "anon:d1"])
    assert rows == [["Type", "Identity"], ["i", "bob"], ["g", "d1"]]


def test_attributes_stand_beside_each_user(tmp_path: Path) -> None:
    rows = written(
        tmp_path / "a.csv",
        ["bob", "anon:d1", "eve"],
        {"email": ["b@x.no", "", None], "n": [5.0, -0.0, 0.25], "flag": [True, None, False]},
    )
    assert rows == [
        ["Type", "Identity", "email", "n", "flag"],
        ["i", "bob", "b@x.no", "5", "true"],
        ["g", "d1", "", "0", ""],
        ["i", "eve", "", "0.25", "false"],
    ]


def test_what_the_copy_does_not_tell_whole_the_profile_does(tmp_path: Path) -> None:
    columns: dict[str, Sequence[Any]] = {
        "email": ["b@x.no", None],
        "tags": [None, None],
        "n": [1.0, None],
    }
    rows = written(tmp_path / "a.csv", ["bob", "ann"], columns, beyond=(1,))
    assert rows[1:] == [
        ["i", "bob", "b@x.no", "", "1"],
        ["i", "ann", "'=1+1", '["a",1,{"b":2.0}]', str(2**60)],
    ]
    inside = written(tmp_path / "b.csv", ["ann"], {"address.city": [None]}, beyond=(0,))
    assert inside[1:] == [["i", "ann", "Oslo"]]


def test_a_list_of_nothing_is_an_empty_cell_as_nothing_is(tmp_path: Path) -> None:
    people = {"eve": person("eve", a=[], b=[None], c={})}
    nothing = {"a": [None], "b": [None], "c": [None]}
    rows = written(tmp_path / "a.csv", ["eve"], nothing, beyond=(0,), profiles=people)
    assert rows[1:] == [["i", "eve", "", "", "{}"]]


def test_nothing_that_a_user_sent_is_run_by_a_spreadsheet(tmp_path: Path) -> None:
    rows = written(
        tmp_path / "a.csv",
        ["=bob", "anon:@eve"],
        {
            "email": ['=HYPERLINK("http://evil")', "+cmd|' /C calc'!A0"],
            "phone": ["+47 900 12 345", -5.0],
        },
    )
    assert rows[1:] == [
        ["i", "'=bob", '\'=HYPERLINK("http://evil")', "+47 900 12 345"],
        ["g", "'@eve", "'+cmd|' /C calc'!A0", "-5"],
    ]


def test_a_user_who_is_gone_is_left_out(tmp_path: Path) -> None:
    columns = {"n": [None, 1.0, None]}
    rows = written(tmp_path / "a.csv", ["zoe", "bob", "ann"], columns, beyond=(0, 2))
    assert rows[1:] == [["i", "bob", "1"], ["i", "ann", str(2**60)]]


def test_who_is_erased_before_the_end_is_taken_out_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with MemberFile(path, ["n"]) as file:
        for users in (["anon:d1", "=bob"], ["ann", "d1"]):
            assert file.append(Page(users, [['a,"b"\r\n', "'=x"]], ())) == 2
        assert complete(file, gone=["anon:d1", "=bob", "nobody"]) == 2
        assert file.append(Page(["eve"], [["=1"]], ())) == 1
        file.finish()
    assert read(path)[1:] == [
        ["i", "ann", 'a,"b"\r\n'],
        ["i", "d1", "''=x"],
        ["i", "eve", "'=1"],
    ]
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_rows_are_gone_through_some_at_a_time_and_may_be_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in them may be larger than Python's `csv` takes for a cell."""
    monkeypatch.setattr(member_file, "ROWS_AT_ONCE", 2)
    large = 'a,"\r\n\r' * 50_000
    profiles = {user: person(user, x=[large, user]) for user in ("b", 'd"\n,', "anon: e")}
    path = tmp_path / "a.csv"
    with MemberFile(path, ["x"]) as file:
        file.append(Page(["a", "b", "c"], [["1", None, "3"]], (1,)))
        file.append(Page(['d"\n,', "anon: e", "f"], [[None, None, "6"]], (0, 1)))
        asked = []
        with file.again() as rows:
            while (told := rows.next())[0]:
                asked.append(told)
                rows.put(profiles, ())
        assert asked == [
            (["a", "b"], ["b"]),
            (["c", 'd"\n,'], ['d"\n,']),
            (["anon: e", "f"], ["anon: e"]),
        ]
        assert complete(file, gone=["b"]) == 1
        file.finish()
    csv.field_size_limit(10**6)
    whole = [json.dumps([large, user], separators=(",", ":")) for user in ('d"\n,', "anon: e")]
    assert read(path)[1:] == [
        ["i", "a", "1"],
        ["i", "c", "3"],
        ["i", 'd"\n,', whole[0]],
        ["g", " e", whole[1]],
        ["i", "f", "6"],
    ]


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    written(tmp_path / "a.csv", ["ann"])
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600


def test_a_file_that_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    with MemberFile(tmp_path / "a.csv", ()) as file:
        file.append(Page(["ann"], [], ()))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(FileExists):
        MemberFile(tmp_path / "a.csv", ())


def test_two_never_write_the_same_file(tmp_path: Path) -> None:
    """The second would cut off what the first has written."""
    path = tmp_path / "a.csv"
    with MemberFile(path, ()) as first:
        first.append(Page(["ann"], [], ()))
        with pytest.raises(BlockingIOError):
            MemberFile(path, ())
        complete(first)
        with pytest.raises(BlockingIOError):
            MemberFile(path, ())
        first.finish()
    assert read(path)[1:] == [["i", "ann"]]
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


def test_what_a_crash_left_of_one_stands_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "a.csv.part").write_text("Type,Identity\r\n" + "i,zoe\r\n" * 9)
    assert written(tmp_path / "a.csv", ["ann"])[1:] == [["i", "ann"]]


def test_a_full_disk_is_an_error_that_leaves_nothing(small: Path) -> None:
    page = Page(["ann"] * 1_000, [["x" * 10_000] * 1_000], ())
    with pytest.raises(OSError, match="No space"), MemberFile(small / "a.csv", ["n"]) as file:
        file.append(page)
    assert list(small.iterdir()) == []
