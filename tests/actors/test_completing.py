from pathlib import Path

import pytest
from msgspec.structs import replace
from trio.testing import MockClock

from actors.completing import complete
from domain.campaign import DoNotDisturb, Limits
from domain.review import State
from tests.actors.house import LIVE, open_house


async def test_a_campaign_that_is_not_over_goes_on(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, supervised=False) as house:
        await house.admitted("u1", definition=replace(LIVE, limits=Limits(cap_total=2)))
        campaign, ends = await house.campaign_id(LIVE.name), house.clock.now_ms() + 1
        assert not await complete(campaign, State.RUNNING, None, house.context)
        assert not await complete(campaign, State.RUNNING, ends, house.context)


@pytest.mark.parametrize("state", [State.RUNNING, State.PAUSED])
async def test_its_end_completes_it_in_a_pause_too_and_cancels_what_waits(
    tmp_path: Path, autojump_clock: MockClock, state: State
) -> None:
    quiet = replace(LIVE, do_not_disturb=DoNotDisturb("10:00", "12:00"))
    async with open_house(tmp_path, autojump_clock, supervised=False, delivering=False) as house:
        await house.admitted("u1", "u2", definition=quiet)
        campaign, ends = await house.campaign_id(LIVE.name), house.clock.now_ms()
        assert await complete(campaign, state, ends, house.context)
        view = await house.view(LIVE.name)
        assert (view.state, view.books.skipped) == ("completed", {"campaign_ended": 2})
        assert not await complete(campaign, state, ends, house.context), "it is over once"
        await house.check()


async def test_a_full_cap_completes_it_once_nothing_of_it_is_open(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    one = replace(LIVE, limits=Limits(cap_total=1))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(one)
        await house.orders(["u1", "u2"])
        view = await house.until(LIVE.name, "completed")
        assert (view.reason, view.books.sent) == ("cap_reached", 1)
        await house.check()
