import sqlite3
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from trio.testing import MockClock

from actors.mail import Reach, Refused
from domain.audience import EVERYONE, Did
from domain.campaign import Limits
from domain.facts import User
from store.copy_connection import Limits as CopyLimits
from store.copy_errors import CopyNotWrittenError
from store.log import LogRow
from store.projection import Projection
from tests.actors.house import PAST, START_MS, open_house


async def test_a_question_knows_everything_that_was_kept_before_it(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        for n in range(5):
            await house.orders([f"u{n}"])
            found = await house.projector.select(
                Did("Order Completed"), draw=(1, 0), now_ms=house.clock.now_ms()
            )
            assert len(found) == n + 1


async def test_the_copy_is_left_alone_until_much_is_missing_and_then_nobody_need_ask(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    catch_up = Projection.catch_up

    def counted(self: Projection, rows: Sequence[LogRow], people: Sequence[User]) -> int:
        taken.append(len(rows))
        return catch_up(self, rows, people)

    monkeypatch.setattr(Projection, "catch_up", counted)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(1)
        await house.orders(["u0000"] * (CopyLimits().rows_behind_max - 1))
        await house.idle(3_600)
        assert (taken, (tmp_path / "a.duckdb").exists()) == ([], False)
        await house.orders(["u0000"])
        await house.idle()
        assert taken == [CopyLimits().rows_behind_max + 1]


async def test_the_waterfall_adds_up(tmp_path: Path, autojump_clock: MockClock) -> None:
    limits = Limits(control_percent=50, cap_total=10)
    campaign = type(PAST)(name="x", kind="past_behaviour", limits=limits)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(100)
        await house.feed(house.profile("anon:1"))
        e = await house.projector.estimate(campaign, campaign_id="c", now_ms=START_MS)
        assert e.qualified == e.control + e.unreachable + e.capped + e.expected == 101
        assert (e.unreachable <= 1, e.expected) == (True, 10)


async def test_a_copy_that_cannot_be_read_is_made_anew(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    (tmp_path / "a.duckdb").write_bytes(b"not a database" * 1_000)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        found = await house.projector.select(EVERYONE, draw=(1, 0), now_ms=START_MS)
        assert len(found) == 3


async def test_a_copy_that_knows_more_than_a_restored_log_is_made_anew(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "a", autojump_clock) as house:
        await house.people(2)
        await house.crash_image(tmp_path / "b")
        await house.people(9)
        await house.projector.select(EVERYONE, draw=(1, 0), now_ms=START_MS)
    (tmp_path / "a" / "a.duckdb").rename(tmp_path / "b" / "a.duckdb")
    async with open_house(tmp_path / "b", autojump_clock) as house:
        await house.feed(house.profile("new"))
        found = await house.projector.select(EVERYONE, draw=(1, 0), now_ms=START_MS)
        assert sorted(found) == ["new", "u0000", "u0001"]


async def test_a_row_and_a_profile_that_cannot_be_read_are_left_out_and_hold_up_nobody(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(3)
        await house.orders(["u0000", "u0001"])

        def spoil(conn: sqlite3.Connection) -> None:
            conn.execute("UPDATE log SET body = x'7b22' WHERE user = 'u0001' AND kind = 'event'")
            conn.execute("UPDATE user SET traits = x'7b22' WHERE user = 'u0002'")

        await house.store.write(spoil)
        ordered = await house.projector.select(
            Did("Order Completed"), draw=(1, 0), now_ms=house.clock.now_ms()
        )
        everyone = await house.projector.select(EVERYONE, draw=(1, 0), now_ms=START_MS)
        assert (ordered, sorted(everyone)) == (["u0000"], ["u0000", "u0001"])


async def test_while_the_disk_is_full_a_question_is_told_so_and_afterwards_it_is_answered(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        with monkeypatch.context() as full:
            full.setattr(Projection, "_load", no_space)
            with pytest.raises(CopyNotWrittenError):
                await house.projector.select(EVERYONE, draw=(1, 0), now_ms=START_MS)
            await house.idle(30)
        found = await house.projector.select(EVERYONE, draw=(1, 0), now_ms=START_MS)
        assert len(found) == 3


async def test_a_run_whose_audience_cannot_be_asked_on_a_full_disk_waits_and_is_not_faulted(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        with monkeypatch.context() as full:
            full.setattr(Projection, "_load", no_space)
            await house.publish(PAST)
            await house.idle(60)
            assert isinstance(await house.desk.ask(Reach(definition=PAST)), Refused)
            assert house.wire.accepted == []
        assert (await house.until(PAST.name, "completed")).books.sent == 3


def no_space(_self: object, _rows: object, _people: object) -> None:
    raise duckdb.IOException("No space left on device")
