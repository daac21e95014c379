from pathlib import Path

import pytest
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Draft, Pause, SkipRun
from actors.mail_people import EraseUser, SuppressUser
from domain.campaign import Campaign, Limits, When
from tests.actors.aside import told
from tests.actors.house import ANA, LIVE, PAST, House, open_house

HELD = replace(PAST, limits=Limits(safety_limit=1))


async def known(house: House, user: str, campaign: str = LIVE.name) -> str:
    return "\n".join((await told(house, user, campaign)).known)


async def test_how_a_user_stands_is_said(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.people(4)
        assert "time zone is not known, so Europe/Oslo counts" in await known(house, "u0000")
        await house.asks(SuppressUser("u0001", ANA))
        assert "The user is suppressed" in await known(house, "u0001")
        await house.asks(EraseUser("u0002", ANA, yes=True))
        assert "The user was erased" in await known(house, "u0002")
        await house.store.write(lambda conn: conn.execute("UPDATE user SET traits = x'7b'"))
        assert "the stored profile cannot be read" in await known(house, "u0003")


async def test_what_a_run_that_messaged_nobody_waits_for_is_said(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await house.publish(HELD)
        view = await house.until(PAST.name, "blocked")
        held = await known(house, "u0001", PAST.name)
        assert "blocked (safety limit): a run waits for a person's decision" in held
        assert "is held by its safety limit of 1, and nobody got anything of it yet" in held
        assert "In the audience" in held
        await house.asks(SkipRun(name=PAST.name, by=ANA, run=view.runs[0].run))
        await house.idle()
        assert "was skipped by @U0ANA00001, and nobody" in await known(house, "u0001", PAST.name)


@pytest.mark.parametrize(
    ("campaign", "says"),
    [(PAST, "is a draft"), (replace(PAST, when=When("2026-03-20T15:00")), "on Friday 2026-03-20")],
)
async def test_before_the_first_run_it_is_said_when_that_is(
    tmp_path: Path, autojump_clock: MockClock, campaign: Campaign, says: str
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.asks(Draft(definition=campaign, by=ANA))
        said = await known(house, "nobody", PAST.name)
        assert "It has had no run. When: Once" in said
        assert says in said


async def test_a_pause_says_what_ends_it(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.asks(Pause(name=LIVE.name, by=ANA))
        assert "is paused: nothing of it is sent until somebody" in await known(house, "ann")
