"""Templates that fail are counted over restarts, and rendered messages with them."""

from pathlib import Path

from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Pause, Resume
from domain.campaign import What
from tests.actors.house import ANA, LIVE, House, open_house

BROKEN = replace(LIVE, what=What(key_values={"x": "{{ 1 | divided_by: Profile.zero }}"}))


async def fails(house: House, users: range) -> None:
    await house.feed(*(house.profile(f"u{n:03}", zero=0) for n in users))
    await house.orders(f"u{n:03}" for n in users)
    await house.idle(30)


async def succeeds(house: House, users: range) -> None:
    await house.feed(*(house.profile(f"g{n:03}", zero=1) for n in users))
    await house.orders(f"g{n:03}" for n in users)
    await house.idle(30)


async def image(house: House, folder: Path) -> int:
    await house.crash_image(folder)
    return house.clock.now_ms()


async def test_a_campaign_that_fails_a_little_in_each_life_pauses_itself(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "a", autojump_clock) as house:
        await house.running(BROKEN)
        await fails(house, range(30))
        now = await image(house, tmp_path / "b")
    async with open_house(tmp_path / "b", autojump_clock, start_ms=now) as house:
        await fails(house, range(30, 60))
        view = await house.until(LIVE.name, "paused")
        assert view.books.skipped == {"content_failed": 40}


async def test_what_was_rendered_since_the_last_failure_counts_after_a_restart_too(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "a", autojump_clock) as house:
        await house.running(BROKEN)
        await succeeds(house, range(60))
        await fails(house, range(3))
        await succeeds(house, range(60, 100))
        now = await image(house, tmp_path / "b")
    async with open_house(tmp_path / "b", autojump_clock, start_ms=now) as house:
        await fails(house, range(3, 5))
        assert (await house.view(LIVE.name)).state == "running"
        await fails(house, range(5, 40))
        view = await house.until(LIVE.name, "paused")
        assert view.books.skipped == {"content_failed": 6}


async def test_what_failed_before_a_resume_is_forgotten_in_the_next_life_too(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "a", autojump_clock) as house:
        await house.running(BROKEN)
        await fails(house, range(39))
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.asks(Resume(name=LIVE.name, by=ANA))
        now = await image(house, tmp_path / "b")
    async with open_house(tmp_path / "b", autojump_clock, start_ms=now) as house:
        await fails(house, range(39, 78))
        assert (await house.view(LIVE.name)).state == "running"
