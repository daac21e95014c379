from functools import partial
from pathlib import Path

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Resume, Stop
from domain.campaign import Campaign, DoNotDisturb
from store import letters
from store.letters import Letter
from tests.actors.house import ANA, LIVE, House, open_house

HOUR_SECONDS = 3_600


def at_most(n: int, campaign: Campaign = LIVE, **more: object) -> Campaign:
    limits = replace(campaign.limits, safety_per_hour=n, **more)
    return replace(campaign, limits=limits)


async def notices(house: House) -> list[tuple[str, str]]:
    found = await house.rows("SELECT subject, body FROM announcement WHERE kind = 'notice'")
    return [(subject.partition(":")[0], body) for subject, body in found]


async def test_when_too_many_qualify_within_an_hour_it_pauses_itself_and_alerts(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(at_most(5))
        await house.orders(f"u{n}" for n in range(5))
        await house.idle()
        assert ((await house.view(LIVE.name)).state, await notices(house)) == ("running", [])
        await house.orders(["u5", "u6"])
        view = await house.until(LIVE.name, "paused")
        await house.idle()
        assert (view.reason, view.books.qualified) == ("safety_per_hour", 5)
        assert sorted(house.wire.users) == [f"u{n}" for n in range(5)]
        ((subject, body),) = await notices(house)
        assert subject == "resume"
        assert body.startswith(f"*{LIVE.name}* has paused itself: more than 5 users qualified")
        assert ("clarion", "pause", "safety_per_hour") in await house.audit()
        await house.check()


@pytest.mark.parametrize("n", [6, 1_001])
async def test_of_those_who_come_at_once_exactly_as_many_are_considered(
    tmp_path: Path, autojump_clock: MockClock, n: int
) -> None:
    """Whatever was decided before the pause waits, and goes when somebody lets it."""
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(at_most(5))
        await house.orders(f"u{number}" for number in range(n))
        await house.until(LIVE.name, "paused")
        await house.idle()
        assert len(house.wire.users) <= 5
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.idle()
        assert len(house.wire.users) == 5
        view = await house.view(LIVE.name)
        assert view.books.skipped == {"paused_dropped": n - 5}
        await house.check()


async def test_who_is_let_go_on_may_have_as_many_more(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(at_most(3), on_pause="hold"))
        await house.orders(f"u{n}" for n in range(8))
        for qualified in (3, 6):
            view = await house.until(LIVE.name, "paused")
            assert view.books.qualified == qualified
            await house.asks(Resume(name=LIVE.name, by=ANA))
            await house.idle()
        assert (await house.view(LIVE.name)).books.qualified == 8
        assert len(house.wire.users) == 8
        assert (await house.view(LIVE.name)).state == "running"
        await house.check()


async def test_control_users_count_and_those_of_an_hour_ago_do_not(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(at_most(4, control_percent=99))
        for hour in range(3):
            await house.orders(f"u{hour}{n}" for n in range(4))
            await trio.sleep(HOUR_SECONDS + 1)
        view = await house.view(LIVE.name)
        assert (view.state, view.books.qualified) == ("running", 12)
        await house.orders(f"v{n}" for n in range(5))
        view = await house.until(LIVE.name, "paused")
        assert view.books.qualified == 16


async def test_a_crash_at_the_moment_of_the_pause_neither_forgets_it_nor_counts_twice(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "a", autojump_clock) as house:
        await house.running(at_most(5))
        await house.orders(f"u{n}" for n in range(9))
        await house.until(LIVE.name, "paused")
        image = await house.crash_image(tmp_path / "b")
    async with open_house(image, autojump_clock) as house:
        await house.idle()
        view = await house.view(LIVE.name)
        assert (view.state, view.books.skipped) == ("paused", {"paused_dropped": 4})
        assert len(await notices(house)) == 1
        await house.asks(Stop(name=LIVE.name, by=ANA))
        await house.check()


async def test_a_message_that_waited_for_the_morning_waits_for_a_person_too(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    quiet = replace(at_most(2), do_not_disturb=DoNotDisturb("10:45", "10:48"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(quiet)
        await house.orders(["u1", "u2", "u3"])
        await house.until(LIVE.name, "paused")
        await house.idle(300)
        assert house.wire.users == []
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.idle()
        assert sorted(house.wire.users) == ["u1", "u2"]


async def letters_of(folder: Path, clock: MockClock, rung: list[str] | None) -> list[Letter]:
    """Let too many qualify, twice; return the letters that wait. `rung`: None: no mail server."""
    post = None if rung is None else partial(rung.append, "ring")
    async with open_house(folder, clock, post=post) as house:
        await house.running(replace(at_most(3), on_pause="hold"))
        await house.orders(f"u{n}" for n in range(8))
        await house.until(LIVE.name, "paused")
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.idle()
        return await house.store.read(partial(letters.due, now_ms=house.clock.now_ms(), limit=9))


async def test_its_author_gets_a_letter_each_time_that_it_pauses_itself(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    rung: list[str] = []
    first, second = await letters_of(tmp_path, autojump_clock, rung)
    assert rung == ["ring", "ring"]
    assert first.who == ANA
    assert "over 3 users qualified within an hour" in first.subject
    for part in ("it is paused", f"clarion campaign resume {first.campaign} --as"):
        assert part in first.body
    assert "u0" not in first.subject + first.body + second.body


async def test_without_a_mail_server_a_surge_keeps_no_letter(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    assert await letters_of(tmp_path, autojump_clock, None) == []
