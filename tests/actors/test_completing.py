from functools import partial
from pathlib import Path

from trio.testing import MockClock

from actors.completing import complete, over
from domain.books import SkipReason
from domain.campaign import Limits
from domain.review import State
from store import caps
from store.caps import Cap
from tests.actors.house import LIVE, START_MS, House, open_house


async def started(house: House) -> str:
    """Let a campaign run without an actor of its own."""
    await house.admitted("ann")
    return await house.campaign_id(LIVE.name)


async def test_a_campaign_is_over_at_its_end_and_not_before(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, supervised=False, delivering=False) as house:
        campaign = await started(house)
        for state in (State.RUNNING, State.PAUSED):
            asked = partial(over, campaign, state, context=house.context)
            assert await asked(ends_ms=START_MS + 60_000) is None
            assert await asked(ends_ms=START_MS) is SkipReason.CAMPAIGN_ENDED
        assert await complete(campaign, State.RUNNING, START_MS, house.context)
        view = await house.view(LIVE.name)
        assert (view.state, view.reason) == ("completed", "ended")
        assert view.books.skipped == {"campaign_ended": 1}
        await house.check()


async def test_a_full_cap_ends_a_campaign_once_nothing_is_open_and_never_a_paused_one(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, supervised=False) as house:
        assert Limits().cap_total is None
        campaign = await started(house)
        await house.idle()
        asked = partial(over, campaign, ends_ms=None, context=house.context)
        assert await asked(State.RUNNING) is None
        await house.store.write(lambda conn: caps.take(conn, campaign, [Cap(caps.TOTAL, 1)]))
        assert await asked(State.PAUSED) is None
        assert await asked(State.RUNNING) is SkipReason.CAP_REACHED
        assert await complete(campaign, State.RUNNING, None, house.context)
        assert (await house.view(LIVE.name)).reason == "cap_reached"
