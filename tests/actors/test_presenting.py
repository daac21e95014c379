from pathlib import Path

import msgspec
from trio.testing import MockClock

from actors.desk import HouseRules
from actors.mail import Draft
from actors.mail_audience import Weigh, Weighed
from domain.audience import Count, Did, Property
from domain.campaign import Delivery, Limits, What, When
from domain.goal import Goal
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
        weighed = await house.desk.ask(Weigh(replace(some, name="Not kept")))
    assert isinstance(weighed, Weighed)
    assert weighed.cautions == told
    assert weighed.estimate is not None
    assert weighed.estimate.expected == 20
    expected = [
        "No user has a property “colour”.",
        "Profile.colour is empty for 20 of 20",
        "It is for 50 % of all users: 20 of 40 qualify.",
        "It has no cap",
        "It has no do-not-disturb",
        "Sending takes 1 h 4",
        "It is sent as soon as",
    ]
    assert len(told) == len(expected), told
    for one, begins in zip(told, expected, strict=True):
        assert one.startswith(begins)


async def test_a_live_campaign_has_its_cautions_too_and_one_that_runs_has_none(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        told = (await house.view(LIVE.name)).cautions
        assert "no cap" in told[0]
        assert await house.desk.ask(Weigh(replace(LIVE, name="Not kept"))) == Weighed(told)
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


async def test_what_cannot_be_a_campaign_is_not_weighed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        wrong = replace(PAST, limits=Limits(control_groups=("nobody",)))
        refused = await house.refused(Weigh(wrong))
        assert "nobody" in str(refused.problems)


async def test_what_it_asks_of_events_that_are_not_kept_is_worth_a_second_look(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    counted = replace(PAST, who=Did("Order Completed", count=Count(">=", 5)))
    rules = HouseRules(keep_events_days=90)
    async with open_house(tmp_path, autojump_clock, rules=rules) as house:
        await house.asks(Draft(definition=counted, by=ANA))
        told = (await house.view(PAST.name)).cautions
    assert len([one for one in told if "events are kept for 90 days" in one]) == 1


async def test_amounts_that_came_as_text_are_a_caution_of_the_goal_that_adds_them_up(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Otherwise the report would say that nobody brought anything, weeks later."""
    goal = Goal("Order Completed", revenue="total")
    async with open_house(tmp_path, autojump_clock) as house:
        for total in ("19.90", "5", 7):
            await house.feed(house.event("ann", total=total))
        for each in (LIVE, PAST):
            await house.asks(Draft(definition=replace(each, goal=goal), by=ANA))
            told = (await house.view(each.name)).cautions
            weighed = await house.desk.ask(Weigh(replace(each, name="Not kept", goal=goal)))
            assert isinstance(weighed, Weighed)
            assert weighed.cautions == told
            (said,) = (one for one in told if one.startswith("Of its goal"))
            assert said.startswith(
                'Of its goal: 2 events "Order Completed" have a "total" that is no number:'
            )
