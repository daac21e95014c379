from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
import trio
from trio.testing import MockClock

from actors import copy_reading, copying, keeper
from actors.mail import Reach, Refused
from actors.mail_copy import CopyStatus, RebuildCopy, ShowCopy
from actors.mail_people import EraseUser
from domain.audience import EVERYONE, Count, Did
from domain.periods import DAY_MS
from store import erasures, log, retention
from store.copy_errors import CopyDamagedError, QuestionTooLargeError, QuestionTooLongError
from store.copy_file import new_of
from store.database import Database
from store.disk import Disk
from store.errors import DiskFull
from store.projection import Projection
from tests.actors.house import ANA, PAST, START_MS, House, open_house
from tests.actors.test_projector import no_space


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
    monkeypatch.setattr(copy_reading, "ROWS_PAGE_MAX", 10)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(40)
        await house.idle(10)
        begun = await house.desk.ask(RebuildCopy())
        assert isinstance(begun, CopyStatus)
        assert begun.making == "running"
        now, answers = begun, 0
        while now.making:
            assert len(await _everyone(house)) == 40
            answers += now.making == "running"
            now = await status(house)
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
        await _everyone(house)
        assert isinstance(await house.desk.ask(RebuildCopy()), Refused)
        assert (await status(house)).making == ""


async def test_a_copy_that_turns_out_damaged_is_made_anew_by_itself_and_the_log_tells_so(
    tmp_path: Path,
    autojump_clock: MockClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def damaged(*_args: object, **_rest: object) -> None:
        raise CopyDamagedError(tmp_path)

    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await _everyone(house)
    with duckdb.connect(tmp_path / "a.duckdb") as copy:  # by this one knows the old one again
        copy.execute(
            "INSERT INTO users (no, \"user\", h, suppressed) VALUES (99, 'ghost', 1, false)"
        )
    async with open_house(tmp_path, autojump_clock) as house:
        assert len(await _everyone(house)) == 4
        with monkeypatch.context() as broken:
            broken.setattr("store.audience.count", damaged)
            reached = await house.desk.ask(Reach(definition=PAST))
        assert isinstance(reached, Refused)
        assert "made anew" in reached.what
        assert len(await _everyone(house)) == 3
    told = [line for line in caplog.messages if "audience's copy" in line]
    assert len(told) == 2
    assert "it is damaged" in told[0]
    assert "whole again" in told[1]


async def test_nobody_waits_for_a_copy_that_has_far_to_go(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_reading, "ROWS_PAGE_MAX", 10)
    monkeypatch.setattr(keeper, "ROWS_WAITED_FOR_MAX", 20)
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(50)
        reached = await house.desk.ask(Reach(definition=PAST))
        assert isinstance(reached, Refused)
        assert "20 % of it is done" in reached.what
        for _ in range(2):
            await house.desk.ask(Reach(definition=PAST))
        assert len(await _everyone(house)) == 50


async def test_events_that_go_on_coming_keep_neither_an_answer_nor_a_new_copy_waiting(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While each page is copied the next event comes: waiting for an empty one never ends."""
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        pages = 0
        page_of = copying.next_page

        async def next_page(store: Database, projection: Projection) -> copying.Page:
            nonlocal pages
            pages += 1
            assert pages < 50
            page = await page_of(store, projection)
            await house.feed(house.profile(f"late{pages}"))
            return page

        monkeypatch.setattr(keeper, "next_page", next_page)
        monkeypatch.setattr(copying, "next_page", next_page)
        assert len(await _everyone(house)) >= 3
        house.projector.follow(10_000)
        await house.idle(10)
        await house.desk.ask(RebuildCopy())
        await house.idle(10)
        assert (await status(house)).rebuilds == 1


async def test_the_copy_is_written_anew_after_an_erasure_but_not_for_each(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    def holds(name: str) -> bool:
        return name.encode() in (tmp_path / "a.duckdb").read_bytes()

    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(*(house.event(f"visitor-{n}", shoe=f"size-{n}-9") for n in range(3)))
        await house.idle(10)
        for n in range(2):
            await house.asks(EraseUser(f"visitor-{n}", ANA, yes=True))
            await house.idle(10)
        assert (holds("size-0-9"), holds("size-1-9")) == (False, True)
        await house.idle(keeper.COMPACT_EVERY_SECONDS)
        assert not holds("size-1-9")
        assert await house.rows("SELECT 1 FROM meta WHERE key = 'copy_is_old'") == []


async def test_who_is_erased_while_a_new_copy_is_made_is_in_neither(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await _everyone(house)
        real = copying.take
        erased: list[object] = []

        async def erases_between(*args: object) -> None:
            await real(*args)  # type: ignore[arg-type]
            if not erased:
                erased.append(await house.asks(EraseUser("u0001", ANA, yes=True)))

        monkeypatch.setattr(copying, "take", erases_between)
        await house.desk.ask(RebuildCopy())
        await house.idle(10)
        now = await status(house)
        assert (now.making, now.rebuilds, len(erased)) == ("", 1, 1)
        assert set(await _everyone(house)) == {"u0000", "u0002"}


@pytest.mark.parametrize(
    ("error", "said"),
    [(QuestionTooLargeError(), "memory_mb_max"), (QuestionTooLongError(300), "fewer conditions")],
)
async def test_a_question_that_is_too_large_is_refused_and_harms_nothing(
    tmp_path: Path,
    autojump_clock: MockClock,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    said: str,
) -> None:
    def too_large(*_args: object, **_rest: object) -> None:
        raise error

    def opened_anew(*_args: object, **_rest: object) -> None:
        raise AssertionError("the copy survives it")

    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        with monkeypatch.context() as small:
            small.setattr("store.audience.count", too_large)
            refused = await house.desk.ask(Reach(definition=PAST))
        assert isinstance(refused, Refused)
        assert said in refused.what
        monkeypatch.setattr(Projection, "open", opened_anew)
        assert len(await _everyone(house)) == 3


@pytest.mark.parametrize("even_urgent", [False, True])
async def test_an_erasure_on_a_full_disk_is_done_and_ends_nobody(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch, even_urgent: bool
) -> None:
    """It once ended the daemon: what the copy has forgotten could not be written down."""
    async with open_house(tmp_path, autojump_clock) as house:
        write = house.store.write

        async def full(job: Any, *, urgent: bool = False) -> Any:
            refused = even_urgent and getattr(job, "func", None) is copy_reading.let_go
            if refused or not urgent:
                raise DiskFull
            return await write(job, urgent=urgent)

        await house.people(3)
        gone, *others = sorted(await _everyone(house))
        with monkeypatch.context() as patched:
            patched.setattr(house.store, "write", full)
            said = await house.asks(EraseUser(gone, ANA, yes=True))
            assert f"{gone} is erased: 1 profile" in said.message
            assert ("follows once its disk takes it" in said.message) is even_urgent
            await house.idle(60)
        await house.idle(60)
        assert sorted(await _everyone(house)) == others
        assert await house.rows("SELECT 1 FROM erasing") == []


async def test_what_a_crash_left_of_a_new_copy_is_gone_after_the_start(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    new_of(tmp_path / "a.duckdb").write_bytes(b"somebody who was erased since")
    async with open_house(tmp_path, autojump_clock):
        assert left(tmp_path) == []


async def test_a_rebuild_after_an_erasure_leaves_no_bytes_of_the_user(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await house.idle(10)
        await house.asks(EraseUser("u0000", ANA, yes=True))
        await house.desk.ask(RebuildCopy())
        await house.idle(2)
        assert await house.rows("SELECT 1 FROM meta WHERE key = 'copy_is_old'") == []


async def test_while_the_copy_is_lent_nobody_is_forgotten(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """An export asks at its end who was erased meanwhile: that must still be known."""
    async with open_house(tmp_path, autojump_clock) as house, trio.open_nursery() as nursery:
        await house.people(2)
        assert len(await _everyone(house)) == 2

        async def use(_copy: Projection) -> list[str]:
            erase = partial(erasures.erase, user="u0000", now_ms=START_MS)
            await house.store.write(erase)
            nursery.start_soon(house.projector.forget_erased)
            await trio.sleep(60)
            return await house.store.read(erasures.waiting)

        assert await house.projector._keeper.lend(use) == ["u0000"]
        assert len(await _everyone(house)) == 1
        assert await house.store.read(erasures.waiting) == []


DID_TWICE = Did("Order Completed", count=Count(">=", 2))


async def two_old_orders(house: House) -> None:
    """Let a user have done something twice, long before the oldest that is to be kept."""
    old_ms = START_MS - 40 * DAY_MS
    await house.feed(house.event("ann", at_ms=old_ms), house.event("ann", at_ms=old_ms))
    await house.store.write(
        lambda conn: conn.execute("UPDATE log SET received_ms = time_ms").rowcount
    )


async def twice(house: House) -> Sequence[str]:
    now_ms = house.clock.now_ms()
    return sorted(await house.projector.select(DID_TWICE, draw=(1, 0), now_ms=now_ms))


async def let_leave(house: House) -> None:
    """Let one user's second order leave the log with what comes."""
    await house.store.write(partial(retention.keep_for, days=30))
    await house.feed(house.profile("late"))
    assert await house.rows("SELECT count(*) FROM log WHERE kind = 'event'") == [(1,)]


async def test_what_leaves_the_log_leaves_the_copy_before_anything_is_asked(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await two_old_orders(house)
        assert await twice(house) == ["ann"]
        await let_leave(house)
        assert await twice(house) == []
        assert await house.rows("SELECT 1 FROM leaving") == []
        assert (await status(house)).watermark == await house.store.read(log.last_seq)


async def test_what_leaves_the_log_while_a_new_copy_is_made_is_in_neither(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page that the new copy takes had been read before."""
    async with open_house(tmp_path, autojump_clock) as house:
        await two_old_orders(house)
        page_of, left = copying.next_page, list[object]()

        async def next_page(store: Database, projection: Projection) -> copying.Page:
            page = await page_of(store, projection)
            if page.rows and not left:
                left.append(page)
                await let_leave(house)
                assert await twice(house) == []
            return page

        monkeypatch.setattr(copying, "next_page", next_page)
        await house.desk.ask(RebuildCopy())
        await house.idle(60)
        assert (await status(house)).rebuilds == len(left) == 1
        assert await twice(house) == []
