from pathlib import Path

import duckdb
import pytest
from trio.testing import MockClock

from actors import copy_reading, copying
from actors.copy_reading import Gone
from actors.copying import Page, Renewal
from store import erasures
from store.copy_connection import Limits
from store.copy_errors import QuestionTooLongError
from store.copy_file import new_of
from store.database import Database
from store.hold import Hold
from store.projection import Projection
from tests.actors.house import House, open_house

SPARE = Limits(memory_mb_max=256, threads_max=1)


def renewal(house: House, path: Path, jumps: MockClock) -> Renewal:
    return Renewal(house.store, path, SPARE, Hold(jumps), to_make=0)


def users(path: Path) -> set[str]:
    with duckdb.connect(path, read_only=True) as copy:
        found = copy.execute(_EVERYONE).fetchall()
    return {user for (user,) in found}


_EVERYONE = """
SELECT "user" FROM users UNION SELECT person."user" FROM events JOIN person USING (no)
"""


async def erase(house: House, user: str) -> None:
    now = house.clock.now_ms()
    await house.store.write(lambda conn: erasures.erase(conn, user, now_ms=now))


async def let_be(house: House, user: str) -> None:
    """What the first copy does once it holds an erased user no longer."""
    await house.store.write(lambda conn: erasures.done(conn, [user]))


async def test_the_whole_log_is_in_the_new_copy_however_many_pages_it_has(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_reading, "ROWS_PAGE_MAX", 3)
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(10)
        new = renewal(house, tmp_path / "c.duckdb", autojump_clock)
        assert await new.catch_up()
        assert (new.made, new.to_make) == (10, 10)
        new.put_in_place()
    assert users(tmp_path / "c.duckdb") == {f"u{n:04}" for n in range(10)}
    assert not new_of(tmp_path / "c.duckdb").exists()


async def test_nothing_is_left_of_one_that_is_given_up(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    async with open_house(tmp_path / "x", autojump_clock, quiet=True) as house:
        await house.people(2)
        new = renewal(house, folder / "c.duckdb", autojump_clock)
        await new.catch_up()
        new.give_up()
    assert list(folder.iterdir()) == []


async def test_an_erased_user_goes_from_the_new_copy_too_and_may_come_back_as_somebody_new(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(2)
        await house.orders(["u0000", "u0001"])
        new = renewal(house, tmp_path / "c.duckdb", autojump_clock)
        assert await new.catch_up()
        await erase(house, "u0001")
        await house.feed(house.profile("later"))
        assert not await new.catch_up()
        new.forget(Gone(["u0001"]))
        await let_be(house, "u0001")
        assert await new.catch_up()
        new.put_in_place()
    assert users(tmp_path / "c.duckdb") == {"u0000", "later"}


async def test_two_ids_that_become_one_person_while_it_is_made_are_one_in_it(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.feed(house.event("anon:d1"), house.profile("ana"))
        new = renewal(house, tmp_path / "c.duckdb", autojump_clock)
        assert await new.catch_up()
        known = house.profile("ana")
        await house.feed(type(known)("profile", "m1", "ana", "", 1, b"{}", ("anon:d1",)))
        assert await new.catch_up()
        new.put_in_place()
    assert users(tmp_path / "c.duckdb") == {"ana"}


async def test_a_page_that_was_read_before_an_erasure_brings_nobody_back(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(2)
        new = renewal(house, tmp_path / "c.duckdb", autojump_clock)
        real, read = copying.next_page, list[Page]()

        async def erases_after(store: Database, copy: Projection) -> Page:
            read.append(await real(store, copy))
            if len(read) == 1:
                await erase(house, "u0001")
                new.forget(Gone(["u0001"]))
                await let_be(house, "u0001")
            return read[-1]

        monkeypatch.setattr(copying, "next_page", erases_after)
        assert await new.catch_up()
        new.put_in_place()
    assert users(tmp_path / "c.duckdb") == {"u0000"}


def test_a_question_that_takes_too_long_is_cut_short_and_the_copy_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One audience would keep every other waiting, and every run that is to be drawn."""
    copy = Projection.open(tmp_path / "c.duckdb", SPARE)

    def endless(asked: Projection) -> object:
        with asked.asking("SELECT count(*) FROM range(10000000000) a, range(100) b", ()) as cursor:
            return cursor.fetchall()

    monkeypatch.setattr(copying, "QUESTION_SECONDS_MAX", 0.05)
    with pytest.raises(QuestionTooLongError, match="fewer conditions"):
        copying.in_time(endless, copy)
    monkeypatch.setattr(copying, "QUESTION_SECONDS_MAX", 60.0)
    assert copying.in_time(lambda asked: asked.watermark(), copy) == 0
    copy.close()
