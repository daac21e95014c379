from pathlib import Path

import pytest
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail_trust import Why
from domain.campaign import Campaign, DoNotDisturb, Limits
from domain.frequency import NO_LIMITS, Calendar, GlobalLimits
from tests.actors.house import LIVE, House, open_house

DAILY = GlobalLimits(rules=(Calendar(max=1, period="day"),))
FREE = "The limits on one user would let a message go now."


async def limits_told(house: House, user: str) -> list[str]:
    found = await house.desk.ask(Why(user=user, campaign=LIVE.name))
    return [line for line in found.known if "limits on one" in line or "this campaign" in line]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("campaign", "house_limits", "before", "after"),
    [
        (LIVE, NO_LIMITS, [], []),
        (
            replace(LIVE, limits=Limits(per_user_max=1)),
            NO_LIMITS,
            ["Of this campaign the user got, or is to get, 0 of at most 1 messages.", FREE],
            [
                "Of this campaign the user got, or is to get, 1 of at most 1 messages.",
                (
                    "Nothing more may go to the user now: The user already got this campaign as"
                    " often as it allows."
                ),
            ],
        ),
        (
            replace(LIVE, do_not_disturb=DoNotDisturb("00:00", "07:00")),
            DAILY,
            [FREE],
            [
                (
                    "The limits on one user let the next message go at 2026-03-21 00:00:00 CET,"
                    " and none before."
                )
            ],
        ),
        (replace(LIVE, limits=Limits(ignore_global=True)), DAILY, [], []),
    ],
)
async def test_why_tells_what_limits_ask_and_when_the_next_message_may_go(
    tmp_path: Path,
    autojump_clock: MockClock,
    campaign: Campaign,
    house_limits: GlobalLimits,
    before: list[str],
    after: list[str],
) -> None:
    async with open_house(tmp_path, autojump_clock, house_limits=house_limits) as house:
        await house.feed(house.profile("u1", email="u1@example.com"))
        await house.running(campaign)
        assert await limits_told(house, "u1") == before
        await house.orders(["u1"])
        await house.idle()
        assert await limits_told(house, "u1") == after


async def test_who_has_had_enough_is_told_so_and_why(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LIVE, limits=Limits(per_user_max=1)))
        await house.orders(["u1", "u1"])
        await house.idle()
        found = await house.desk.ask(Why(user="u1", campaign=LIVE.name))
        assert found.message.endswith("1 sent, 1 skipped (per_user_limit).")  # type: ignore[union-attr]
        assert any("Nothing more may go to the user now" in line for line in found.known)  # type: ignore[union-attr]
