from pathlib import Path

import pytest
from msgspec.structs import replace
from trio.testing import MockClock

from actors import waterfall
from actors.mail import Reach, Reached
from domain.audience import Count, Did
from domain.campaign import Campaign, Delivery, Limits, What, When
from domain.personal import UserZone
from store.audience import Reach as Counted
from tests.actors.house import PAST as HOUSE_PAST
from tests.actors.house import open_house

PLAIN = Campaign(name="x", kind="past_behaviour")
REACH = Counted(qualified=1_001, control={"campaign": 100}, unreachable=1, reachable=900)


def notes(limits: Limits, *, is_kept: bool = True) -> tuple[str, ...]:
    campaign = Campaign(name="x", kind="past_behaviour", limits=limits)
    return waterfall.estimate(campaign, REACH, is_kept=is_kept, took_ms=1).notes


def test_a_run_that_the_safety_check_would_hold_is_told_before_it_is() -> None:
    (said,) = notes(Limits(safety_limit=1_000))
    assert said.startswith("A run now would be held by the safety check: 1,001 qualify")
    assert "the limit is 1,000" in said


def test_exactly_at_the_safety_limit_nothing_is_held() -> None:
    assert notes(Limits(safety_limit=1_001)) == ()


def test_a_definition_without_a_campaign_has_another_control_group_than_its_campaign_will() -> None:
    limits = Limits(control_percent=10)
    assert "drawn anew" in notes(limits, is_kept=False)[0]
    assert notes(limits) == notes(Limits(), is_kept=False) == ()


def test_who_is_left_out_because_they_never_did_it_is_told_beside_the_steps() -> None:
    asked = Did("A", count=Count("<", 3))
    campaign = Campaign(name="x", kind="past_behaviour", who=asked)
    (said,) = waterfall.estimate(campaign, REACH, is_kept=True, took_ms=1).notes
    assert 'never did "A"' in said


def test_before_it_is_published_one_is_told_how_long_it_takes() -> None:
    slow = Campaign(
        name="x", kind="past_behaviour", delivery=Delivery(messages_per_5_minutes=7_800)
    )
    many = Counted(qualified=900_000, control={}, unreachable=0, reachable=900_000)
    paced = waterfall.Speed(messages_per_second=1_000, messages_per_5_minutes=0)
    told = waterfall.estimate(slow, many, is_kept=True, took_ms=1, speed=paced)
    assert told.rate == "At this rate it takes 9 h 47 min"
    free = waterfall.estimate(PLAIN, many, is_kept=True, took_ms=1, speed=paced)
    assert free.rate == "At this rate it takes 15 min"
    assert waterfall.estimate(PLAIN, many, is_kept=True, took_ms=1).rate == ""


def test_the_operators_throttle_does_not_hold_for_what_ignores_it() -> None:
    house = waterfall.Speed(messages_per_second=900, messages_per_5_minutes=300)
    free = Campaign(name="x", kind="past_behaviour", limits=Limits(ignore_global=True))
    rates = [
        waterfall.estimate(each, REACH, is_kept=True, took_ms=1, speed=house).rate
        for each in (PLAIN, free)
    ]
    assert rates == ["At this rate it takes 15 min 16 s", "At this rate it takes 1 s"]


def test_a_run_that_takes_longer_than_its_messages_last_says_so() -> None:
    delivery = Delivery(messages_per_5_minutes=300, expires_minutes=10)
    slow = Campaign(name="x", kind="past_behaviour", delivery=delivery)
    (said,) = waterfall.estimate(slow, REACH, is_kept=True, took_ms=1).notes
    assert said.startswith("That is longer than 10 minutes, after which a message expires")


@pytest.mark.parametrize(
    "campaign",
    [
        HOUSE_PAST,
        replace(HOUSE_PAST, what=What(identify=("*",))),
        replace(HOUSE_PAST, delivery=Delivery(messages_per_5_minutes=3_000)),
    ],
)
async def test_a_run_takes_as_long_as_was_told_before_it(
    tmp_path: Path, autojump_clock: MockClock, campaign: Campaign
) -> None:
    """An identify call beside each message is an event of the pace as well."""
    async with open_house(tmp_path, autojump_clock, rate=40) as house:
        await house.people(400, plan="gold")
        answer = await house.desk.ask(Reach(definition=campaign))
        assert isinstance(answer, Reached)
        told = answer.estimate.lasts_ms / 1_000
        await house.publish(campaign)
        await house.until(campaign.name, "completed", seconds=900)
        first, *_, last = house.wire.requests
        assert last.at - first.at == pytest.approx(told, rel=0.15)


def test_a_run_that_is_cut_off_before_all_of_it_is_sent_says_so() -> None:
    slow = replace(PLAIN, delivery=Delivery(messages_per_5_minutes=300))
    for after_ms, notes in ((900_000, 1), (920_000, 0), (None, 0)):
        found = waterfall.estimate(
            slow, REACH, is_kept=True, took_ms=1, cut_off_after_ms=after_ms
        ).notes
        assert len(found) == notes
        assert all(said.startswith("A run is cut off after 15 min: ") for said in found)


def test_a_cap_of_each_day_bounds_a_run_at_each_users_own_time() -> None:
    """From the first wall to the last such a run may have three days of the account."""
    own = replace(PLAIN, when=When("2030-01-01T09:00", personal=UserZone()))
    for a_day, expected in ((100, 300), (299, 897), (301, 900)):
        campaign = replace(own, limits=Limits(cap_per_day=a_day))
        found = waterfall.estimate(campaign, REACH, is_kept=True, took_ms=1)
        assert (found.expected, found.capped) == (expected, 900 - expected)
        assert found.notes[0].startswith(f"At most {a_day} of them are due on each day")
