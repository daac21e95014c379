import sqlite3
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from trio.testing import MockClock

from actors import copying, projector
from actors.mail import Reach, Refused
from actors.mail_copy import CopyStatus, RebuildCopy
from domain.audience import EVERYONE, Did
from domain.campaign import Limits
from store.copy_errors import CopyNotWrittenError
from store.disk import Disk
from store.projection import Projection
from tests.actors.house import PAST, START_MS, House, open_house
from tests.store.test_projection import damage


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
        await house.idle(20)
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
            full.setattr(Projection, "_load", _no_space)
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
            full.setattr(Projection, "_load", _no_space)
            await house.publish(PAST)
            await house.idle(60)
            assert isinstance(await house.desk.ask(Reach(definition=PAST)), Refused)
            assert house.wire.accepted == []
        assert (await house.until(PAST.name, "completed")).books.sent == 3


def _no_space(_self: object, _rows: object, _people: object) -> None:
    raise duckdb.IOException("No space left on device")


async def test_a_copy_is_made_anew_beside_the_old_one_which_answers_meanwhile(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "ROWS_PAGE_MAX", 10)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(40)
        await house.idle(10)
        begun = await house.desk.ask(RebuildCopy())
        assert isinstance(begun, CopyStatus)
        assert begun.making in {"waiting", "running"}
        answers = 0
        while (status := await house.projector.status()).making:
            assert len(await _everyone(house)) == 40
            answers += status.making == "running" and 0 < status.made < 40
        assert (status.rebuilds, status.watermark, answers > 0) == (1, status.last_seq, True)
        await house.feed(house.profile("late"))
        assert len(await _everyone(house)) == 41
        assert [file.name for file in tmp_path.glob("a.duckdb.new*")] == []


async def test_a_renewal_that_finds_no_room_is_told_and_the_old_copy_goes_on(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await house.idle(10)
        with monkeypatch.context() as full:
            full.setattr(Projection, "_load", _no_space)
            await house.desk.ask(RebuildCopy())
            await house.idle(10)
        status = await house.projector.status()
        assert (status.making, status.rebuilds, "free disk space" in status.why) == (
            "failed",
            0,
            True,
        )
        assert len(await _everyone(house)) == 3
        assert [file.name for file in tmp_path.glob("a.duckdb.new*")] == []


async def test_without_room_for_a_second_copy_none_is_begun(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    small = Disk(tmp_path, free=lambda _: 10_000, free_bytes_min=9_000, ballast_bytes=0)
    async with open_house(tmp_path, autojump_clock, disk=small) as house:
        await house.people(3)
        assert isinstance(await house.desk.ask(RebuildCopy()), Refused)
        assert (await house.projector.status()).making == ""


async def test_a_copy_that_turns_out_damaged_is_made_anew_by_itself(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(*(house.profile(f"u{n:05}", plan=f"p{n}") for n in range(3_000)))
        await house.idle(10)
    damage(tmp_path / "a.duckdb")
    async with open_house(tmp_path, autojump_clock) as house:
        reached = await house.desk.ask(Reach(definition=PAST))
        assert isinstance(reached, Refused)
        assert "made anew" in reached.what
        await house.idle(10)
        assert len(await _everyone(house)) == 3_000


async def test_nobody_waits_for_a_copy_that_has_far_to_go(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "ROWS_PAGE_MAX", 10)
    monkeypatch.setattr(projector, "ROWS_PAGE_MAX", 10)
    monkeypatch.setattr(projector, "ROWS_BEHIND_MAX", 20)
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(50)
        reached = await house.desk.ask(Reach(definition=PAST))
        assert isinstance(reached, Refused)
        assert "20 % of it is done" in reached.what
        for _ in range(2):
            await house.desk.ask(Reach(definition=PAST))
        assert len(await _everyone(house)) == 50


async def _everyone(house: House) -> Sequence[str]:
    return await house.projector.select(EVERYONE, draw=(1, 0), now_ms=START_MS)
