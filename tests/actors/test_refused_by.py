from pathlib import Path

import msgspec
import pytest
from trio.testing import MockClock

from domain.campaign import Campaign, Limits
from domain.frequency import Calendar, GlobalLimits, Rolling
from tests.actors.aside import steps
from tests.actors.house import LIVE, House, open_house

replace = msgspec.structs.replace


async def ordered_twice(house: House, campaign: Campaign) -> str:
    """Let one user order at 10:46:40 and again an hour later, and tell the trail."""
    await house.feed(house.profile("ann"))
    await house.running(campaign)
    await house.orders(["ann"])
    await house.idle(3_600)
    await house.orders(["ann"])
    await house.idle()
    return await steps(house, "ann")


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(per_user_max=1), "at most 1 for one user, ever, and there were as many"),
        (
            Limits(per_user_minutes=120),
            "none within 2 hours of another: the last was at 2026-03-20 10:46:",
        ),
    ],
    ids=["ever", "interval"],
)
async def test_the_campaigns_own_limit_is_named(
    tmp_path: Path, autojump_clock: MockClock, limits: Limits, said: str
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        told = await ordered_twice(house, replace(LIVE, limits=limits))
    assert said in told
    assert ("one more could go at 2026-03-20 12:46:" in told) == bool(limits.per_user_minutes)


@pytest.mark.parametrize(
    ("house_limits", "said", "frees"),
    [
        (
            GlobalLimits((Rolling(1, 2_880),)),
            "at most 1 in 48 hours, over all campaigns",
            "2026-03-22 10:46:",
        ),
        (
            GlobalLimits((Calendar(1, "day"),)),
            "at most 1 in a day, over all campaigns",
            "2026-03-21 00:00:00 CET",
        ),
        (
            GlobalLimits(dwell_minutes=90),
            "none within 90 minutes of another, of any campaign",
            "2026-03-20 12:16:",
        ),
    ],
    ids=["rolling", "calendar", "dwell"],
)
async def test_a_limit_over_all_campaigns_is_named_with_when_it_frees(
    tmp_path: Path,
    autojump_clock: MockClock,
    house_limits: GlobalLimits,
    said: str,
    frees: str,
) -> None:
    async with open_house(tmp_path, autojump_clock, house_limits=house_limits) as house:
        told = await ordered_twice(house, LIVE)
    assert said in told
    assert f"one more could go at {frees}" in told


async def test_what_went_later_explains_nothing(tmp_path: Path, autojump_clock: MockClock) -> None:
    """The third order is let through again, and the trail of the second stays what it was."""
    async with open_house(
        tmp_path, autojump_clock, house_limits=GlobalLimits(dwell_minutes=90)
    ) as house:
        before = await ordered_twice(house, LIVE)
        await house.idle(3_600)
        await house.orders(["ann"])
        await house.idle()
        after = await steps(house, "ann")
    assert after.startswith(before)
