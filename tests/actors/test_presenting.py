from pathlib import Path

import msgspec
from trio.testing import MockClock

from actors.mail import Draft
from domain.audience import Property
from domain.campaign import Delivery, Limits, What, When
from tests.actors.house import ANA, LIVE, PAST, open_house

replace = msgspec.structs.replace


async def test_before_it_is_published_a_campaign_shows_what_is_worth_a_second_look(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """The gravest first: whom it reaches, then when, then what it says."""
    some = replace(
        PAST,
        who=Property("plan", "equals", "pro"),
        limits=Limits(safety_limit=5),
        delivery=Delivery(messages_per_5_minutes=1),
        what=What(key_values={"shade": "{{ Profile.colour }}"}),
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(20, plan="pro")
        await house.feed(*(house.profile(f"v{n}", plan="free") for n in range(20)))
        await house.asks(Draft(definition=some, by=ANA))
        told = (await house.view(PAST.name)).cautions
    expected = [
        "It is for 50 % of all users: 20 of 40 qualify.",
        "It has no cap",
        "It has no do-not-disturb",
        "Sending takes 1 h 4",
        "It is sent as soon as",
        "No user has a property “colour”.",
        "Profile.colour is empty for 20 of 20",
    ]
    assert len(told) == len(expected), told
    for one, begins in zip(told, expected, strict=True):
        assert one.startswith(begins)


async def test_a_live_campaign_has_its_cautions_too_and_one_that_runs_has_none(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        assert "no cap" in (await house.view(LIVE.name)).cautions[0]
        await house.running(replace(LIVE, name="Other"))
        assert (await house.view("Other")).cautions == ()


async def test_a_time_that_the_clock_change_leaves_out_is_a_caution(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    gap = replace(PAST, when=When("2026-03-29T02:30"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.asks(Draft(definition=gap, by=ANA))
        told = (await house.view(PAST.name)).cautions
        assert any("clocks are put forward then" in one for one in told)
