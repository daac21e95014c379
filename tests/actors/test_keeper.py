from collections.abc import Sequence
from pathlib import Path

import pytest
from trio.testing import MockClock

from actors import copying, keeper
from actors.mail import Reach, Refused
from actors.mail_copy import CopyStatus, RebuildCopy, ShowCopy
from domain.audience import EVERYONE
from store.disk import Disk
from store.projection import Projection
from tests.actors.house import PAST, START_MS, House, open_house
from tests.actors.test_projector import no_space
from tests.store.test_projection import damage


async def _everyone(house: House) -> Sequence[str]:
    return await house.projector.select(EVERYONE, draw=(1, 0), now_ms=START_MS)


async def status(house: House) -> CopyStatus:
    found = await house.desk.ask(ShowCopy())
    assert isinstance(found, CopyStatus)
    return found


def left(folder: Path) -> list[str]:
    """Return the files of copies; what is not yet folded into one is no other."""
    return sorted(file.name for file in folder.glob("a.duckdb*") if file.suffix != ".wal")


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
        while (now := await status(house)).making:
            assert len(await _everyone(house)) == 40
            answers += now.making == "running" and 0 < now.made < 40
        assert (now.rebuilds, now.watermark, answers > 0) == (1, now.last_seq, True)
        await house.feed(house.profile("late"))
        assert len(await _everyone(house)) == 41
        assert left(tmp_path) == ["a.duckdb"]


async def test_a_renewal_that_finds_no_room_is_told_and_the_old_copy_goes_on(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await house.idle(10)
        with monkeypatch.context() as full:
            full.setattr(Projection, "_load", no_space)
            await house.desk.ask(RebuildCopy())
            await house.idle(10)
        now = await status(house)
        assert (now.making, now.rebuilds, "free disk space" in now.why) == ("failed", 0, True)
        assert len(await _everyone(house)) == 3
        assert left(tmp_path) == ["a.duckdb"]


async def test_without_room_for_a_second_copy_none_is_begun(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    small = Disk(tmp_path, free=lambda _: 10_000, free_bytes_min=9_000, ballast_bytes=0)
    async with open_house(tmp_path, autojump_clock, disk=small) as house:
        await house.people(3)
        assert isinstance(await house.desk.ask(RebuildCopy()), Refused)
        assert (await status(house)).making == ""


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
    monkeypatch.setattr(keeper, "ROWS_PAGE_MAX", 10)
    monkeypatch.setattr(keeper, "ROWS_BEHIND_MAX", 20)
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(50)
        reached = await house.desk.ask(Reach(definition=PAST))
        assert isinstance(reached, Refused)
        assert "20 % of it is done" in reached.what
        for _ in range(2):
            await house.desk.ask(Reach(definition=PAST))
        assert len(await _everyone(house)) == 50
