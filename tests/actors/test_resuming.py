from pathlib import Path

from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Pause, Resume
from domain.campaign import Campaign, Trigger, When
from domain.recurrence import EveryDays
from tests.actors.house import ANA, LIVE, PAST, House, open_house
from tests.actors.timing import then

DAILY = replace(PAST, when=When(start="2026-03-20T11:00", repeat=EveryDays()))
HOUR_SECONDS = 3_600


async def resumed(house: House, campaign: Campaign) -> str:
    return (await house.asks(Resume(name=campaign.name, by=ANA))).message


async def test_a_resume_tells_how_many_the_pause_has_dropped(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.orders(["u1", "u2"])
        await house.idle()
        said = await resumed(house, LIVE)
        assert said == (
            "Resumed “Coupon”. What came in during the pause is dropped: in all its pauses 2 users"
            " who qualified got nothing."
        )


async def test_where_nobody_came_the_pause_has_dropped_nobody(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.asks(Pause(name=LIVE.name, by=ANA))
        assert (await resumed(house, LIVE)).endswith("is dropped; so far it was for nobody.")


async def test_what_a_pause_holds_is_counted_and_considered(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    holds = replace(LIVE, on_pause="hold")
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(holds)
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.orders(["u1"])
        await house.feed(house.event("u1", "Something Else"))
        await house.idle()
        said = await resumed(house, holds)
        assert said == "Resumed “Coupon”. 1 event came in meanwhile, to be considered now."
        await house.idle()
        assert house.wire.users == ["u1"]


async def test_messages_and_waits_that_the_pause_kept_are_told(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    waits = replace(LIVE, trigger=Trigger("Order Completed", delay_minutes=30))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(waits)
        await house.orders(["u1", "u2"])
        await house.idle()
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.idle(HOUR_SECONDS)
        said = await resumed(house, waits)
        assert said.endswith("2 waits ended meanwhile, and everything is asked once more.")
        await house.idle()
        assert sorted(house.wire.users) == ["u1", "u2"]


async def test_messages_that_waited_in_the_pause_are_told(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rate=8) as house:
        await house.people(20)
        await house.publish(PAST)
        await house.wire.arrived.wait()
        await house.asks(Pause(name=PAST.name, by=ANA))
        await house.idle(30)
        left = 20 - len(house.wire.accepted)
        assert f"{left} messages waited; what nothing else holds" in await resumed(house, PAST)


async def test_a_run_whose_time_came_in_the_pause_begins_now_if_it_is_not_too_late(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(DAILY)
        await house.asks(Pause(name=PAST.name, by=ANA))
        await house.idle(HOUR_SECONDS)
        said = await resumed(house, DAILY)
        assert said.endswith("The run whose time came meanwhile begins now.")
        await then(house, PAST.name, "awaiting_next_run", seconds=900)
        assert len(house.wire.users) == 2


async def test_a_run_that_is_too_late_by_then_is_said_to_be_missed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(DAILY)
        await house.asks(Pause(name=PAST.name, by=ANA))
        await house.idle(27 * HOUR_SECONDS)
        said = await resumed(house, DAILY)
        assert said.endswith("2 runs whose time came meanwhile are too late now, and missed.")
        await house.idle()
        assert house.wire.users == []


async def test_before_its_first_run_there_is_nothing_to_tell(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.publish(DAILY)
        await house.asks(Pause(name=PAST.name, by=ANA))
        assert await resumed(house, DAILY) == "Resumed “Win back”."
