from pathlib import Path

import msgspec
from trio.testing import MockClock

from actors.mail import Draft, Pause, Resume, Stop
from domain.campaign import Limits, Trigger, When
from domain.recurrence import EveryDays
from tests.actors.house import ANA, LIVE, PAST, open_house
from tests.actors.timing import QUARTER, then

replace = msgspec.structs.replace


async def test_whom_a_running_campaign_reaches_is_not_edited(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wider = replace(LIVE, trigger=Trigger("Order Viewed"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        before = await house.snapshot()
        await house.refused(Draft(definition=wider, by=ANA))
        assert await house.snapshot() == before


async def test_a_paused_campaign_is_edited_when_it_goes_on_and_that_is_said(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    edit = Draft(definition=replace(LIVE, labels=("spring",)), by=ANA, edits=LIVE.name)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.asks(Pause(LIVE.name, ANA))
        assert "Resume it first" in (await house.refused(edit)).fix
        await house.asks(Resume(LIVE.name, ANA))
        await house.asks(edit)
        await house.asks(Stop(LIVE.name, ANA))
        assert "Resume" not in (await house.refused(edit)).fix


async def test_a_run_that_is_held_is_answered_before_its_campaign_is_edited(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    daily = When(start="2026-03-20T11:00", repeat=EveryDays())
    held = replace(PAST, when=daily, limits=Limits(safety_limit=1))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(3)
        await house.publish(held)
        await then(house, PAST.name, "blocked", seconds=QUARTER)
        edit = Draft(definition=replace(held, labels=("spring",)), by=ANA, edits=PAST.name)
        assert "Answer first" in (await house.refused(edit)).fix


async def test_a_name_is_taken_once(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.asks(Draft(definition=replace(LIVE, name="Other"), by=ANA))
        no = await house.refused(
            Draft(definition=replace(LIVE, name="COUPON"), by=ANA, edits="Other")
        )
        assert "taken" in no.what
