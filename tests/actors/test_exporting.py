import csv
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from trio.testing import MockClock

from actors import file_text
from actors.file_layout import Layout, lay_out
from actors.file_records import entries
from actors.file_table import Table, open_table
from actors.file_types import Column, Kind
from actors.mail import Refused
from actors.mail_audience import ExportAudience, Exported, SaveAudience
from domain.audience import EVERYONE, CustomList, Node, Property
from store import attributes, catalogue, erasures
from store.copy_errors import CopyBehindError
from store.lists import Entry
from store.member_file import MemberFile
from tests.actors.house import ANA, START_MS, House, open_house
from tests.actors.test_audiences import countries, upload


async def save(house: House, name: str, who: Node) -> None:
    await house.asks(SaveAudience(name, who, ANA))


async def export(
    house: House, path: Path, *profile: str, name: str = "All", sample: int = 0
) -> int:
    answer = await house.desk.ask(ExportAudience(name, str(path), ANA, profile, sample))
    assert isinstance(answer, Exported), answer
    assert answer.path == str(path)
    return answer.users


def read(path: Path) -> list[list[str]]:
    """Return the rows, in the order of the users' names."""
    with path.open(newline="") as file:
        head, *rows = csv.reader(file)
    return [head, *sorted(rows, key=lambda row: row[1])]


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


async def test_an_audience_is_exported_as_a_file_that_can_be_a_list(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "h", autojump_clock) as house:
        await countries(house)
        await save(house, "Norway", Property("country", "equals", "NO"))
        path = tmp_path / "out.csv"
        assert await export(house, path, "email", name="norway") == 2
        assert read(path) == [
            ["Type", "Identity", "email"],
            ["i", "u0", "0@x.no"],
            ["i", "u2", "2@x.no"],
        ]
        assert (ANA, "export_audience", "norway") in [
            (who, action, detail)
            for who, action, detail in await house.rows("SELECT who, action, detail FROM audit")
        ]


async def test_every_id_that_may_come_in_comes_back_in_a_list(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    odd = (" u", "u ", "u", "\tu", "=1+1", "'=1", "-", '"', "a,b", "a\nb", "a\r\nb ", "ü", "anon")
    async with open_house(tmp_path / "h", autojump_clock) as house:
        await house.orders([*odd, "anon: d1", "anon:=d2"])
        await save(house, "All", EVERYONE)
        path = tmp_path / "out.csv"
        assert await export(house, path) == len(odd) + 2
        with file_text.reading(path, encoding="") as reading:
            table = open_table(reading)
            assert isinstance(table, Table)
            layout = lay_out("list", [Column(name, Kind.TEXT, True) for name in table.header])
            assert isinstance(layout, Layout)
            found = list(entries(layout, table.rows()))
        assert {each.user for each in found if isinstance(each, Entry)} == {
            *odd,
            "anon: d1",
            "anon:=d2",
        }


async def test_a_sample_is_as_large_as_was_asked_for_and_the_same_each_time(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "h", autojump_clock) as house:
        await house.people(40)
        await save(house, "All", EVERYONE)
        assert await export(house, tmp_path / "some.csv", sample=4) == 4
        chosen = read(tmp_path / "some.csv")
        assert len(chosen) == 1 + 4
        await export(house, tmp_path / "same.csv", name="ALL", sample=4)
        assert read(tmp_path / "same.csv") == chosen


async def test_whatever_a_profile_holds_stands_in_the_file(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists, objects and large numbers are no column of the copy: the profile tells them."""
    monkeypatch.setattr(attributes, "ROWS_PER_FETCH", 2)
    async with open_house(tmp_path / "h", autojump_clock) as house:
        await house.feed(
            house.profile("u0", tags=["a", 1], n=1),
            house.profile("u1", tags="b", n=2**53 + 1, address={"city": "Oslo"}),
            house.profile("u2", n=0.5),
            house.profile("anon:d", tags={"a": True}),
        )
        await save(house, "All", EVERYONE)
        assert await export(house, tmp_path / "out.csv", "tags", "n", "address.city") == 4
        assert read(tmp_path / "out.csv")[1:] == [
            ["g", "d", '{"a":true}', "", ""],
            ["i", "u0", '["a",1]', "1", ""],
            ["i", "u1", "b", str(2**53 + 1), "Oslo"],
            ["i", "u2", "", "0.5", ""],
        ]


async def test_a_property_that_the_copy_has_no_room_to_remember_is_exported_too(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "KEYS_PER_SCOPE_MAX", 2)
    async with open_house(tmp_path / "h", autojump_clock) as house:
        await house.feed(house.profile("ann", a=1, b=2, z="late"))
        await save(house, "All", EVERYONE)
        await export(house, tmp_path / "out.csv", "a", "z")
        assert read(tmp_path / "out.csv")[1:] == [["i", "ann", "1", "late"]]


async def test_the_last_word_about_a_user_counts(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path / "h", autojump_clock) as house:
        await countries(house)
        await save(house, "All", EVERYONE)
        await house.feed(house.profile("u0", email="new@x.no"))
        await export(house, tmp_path / "out.csv", "email")
        assert ["i", "u0", "new@x.no"] in read(tmp_path / "out.csv")


async def test_two_ids_of_one_person_stand_once_with_what_both_have_said(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "h", autojump_clock) as house:
        await house.feed(
            house.profile("anon:d1", plan="pro", tags=["a"]), house.profile("ann", email="a@x.no")
        )
        await save(house, "All", EVERYONE)
        assert await export(house, tmp_path / "before.csv", "email", "plan", "tags") == 2
        await house.feed(replace(house.profile("ann", city="Oslo"), also=("anon:d1",)))
        assert await export(house, tmp_path / "after.csv", "email", "plan", "tags") == 1
        assert read(tmp_path / "after.csv")[1:] == [["i", "ann", "a@x.no", "pro", '["a"]']]


@pytest.mark.parametrize("when", ["before their profile is read", "after it was"])
async def test_who_is_erased_while_the_file_is_written_is_not_in_it(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """The reply to an erasure may come before the file is in place: so it must not stand there."""
    async with open_house(tmp_path / "h", autojump_clock) as house:
        await house.feed(
            house.profile("listed", tags=["a"]),
            house.profile("plain", tags="b"),
            house.profile("other", tags="c"),
        )
        await save(house, "All", EVERYONE)
        read_long, looks = house.store.read_long, 0

        async def erasing(job: Any, **how: Any) -> Any:
            nonlocal looks
            looks += 1
            found = None if "before" in when else await read_long(job, **how)
            if looks == 1:
                for user in ("listed", "plain"):
                    await house.store.write(partial(erasures.erase, user=user, now_ms=START_MS))
            return await read_long(job, **how) if found is None else found

        monkeypatch.setattr(house.store, "read_long", erasing)
        assert await export(house, tmp_path / "out.csv", "tags") == 1
        assert read(tmp_path / "out.csv")[1:] == [["i", "other", "c"]]
        assert looks == 2


async def test_while_profiles_are_read_the_copy_answers_others_and_forgets_who_is_erased(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path / "h", autojump_clock) as house:
        await house.feed(house.profile("ann", tags=["a"]), house.profile("ben", tags=["b"]))
        await save(house, "All", EVERYONE)
        read_long = house.store.read_long

        async def others(job: Any, **how: Any) -> Any:
            await house.store.write(partial(erasures.erase, user="ben", now_ms=START_MS))
            await house.projector.forget_erased()
            chosen = await house.projector.select(EVERYONE, draw=(1, 0), now_ms=START_MS)
            assert chosen == ["ann"]
            return await read_long(job, **how)

        monkeypatch.setattr(house.store, "read_long", others)
        assert await export(house, tmp_path / "out.csv", "tags") == 1
        assert read(tmp_path / "out.csv")[1:] == [["i", "ann", '["a"]']]


async def test_an_audience_of_a_list_is_exported(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path / "h", autojump_clock) as house:
        await countries(house)
        await upload(house, "VIPs", "u1", "u3")
        await save(house, "All", CustomList("VIPs"))
        assert await export(house, tmp_path / "out.csv") == 2
        assert read(tmp_path / "out.csv")[1:] == [["i", "u1"], ["i", "u3"]]


async def test_what_cannot_be_exported_is_refused_and_nothing_is_written(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "h", autojump_clock) as house:
        await countries(house)
        await save(house, "All", EVERYONE)
        path = tmp_path / "out.csv"
        path.write_text("mine")
        again = await house.refused(ExportAudience("All", str(path), ANA))
        assert "is there already" in again.what
        unknown = await house.refused(
            ExportAudience("All", f"{path}4", ANA, ("email", "emial", "nope"))
        )
        assert unknown.what == 'No user has a property "emial" or "nope".'
        assert unknown.fix.startswith('Did you mean "email"?')
        nowhere = await house.refused(ExportAudience("All", str(tmp_path / "no" / "x"), ANA))
        assert "cannot be written" in nowhere.what
        assert "folder that is there" in nowhere.fix
        with MemberFile(tmp_path / "busy", ()):
            busy = await house.refused(ExportAudience("All", str(tmp_path / "busy"), ANA))
        assert "is being written already" in busy.what
        stranger = await house.refused(ExportAudience("All", f"{path}3", "not a person"))
        assert "no user id" in stranger.what
        relative = await house.refused(ExportAudience("All", "x.csv", ANA))
        assert "absolute path" in relative.what
    assert (names_in(tmp_path), path.read_text()) == (["h", "out.csv"], "mine")


async def test_an_export_that_the_copy_cannot_answer_yet_leaves_no_file(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path / "h", autojump_clock) as house:
        await countries(house)
        await save(house, "All", EVERYONE)

        def behind(*_: object, **__: object) -> object:
            raise CopyBehindError(40)

        monkeypatch.setattr(attributes, "pages", behind)
        answer = await house.desk.ask(ExportAudience("All", str(tmp_path / "out.csv"), ANA))
        assert isinstance(answer, Refused)
        assert "40" in answer.what
        assert names_in(tmp_path) == ["h"]
