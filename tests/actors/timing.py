"""Waiting for long in one step, where looking every half second would take long in real time."""

import trio

from actors.mail import CampaignView
from tests.actors.living import House

QUARTER, HOUR, DAY = 900, 3_600, 86_400  # seconds


async def then(house: House, name: str, state: str, *, seconds: float) -> CampaignView:
    """Wait for so long, in virtual time, and demand that the campaign is there."""
    await trio.sleep(seconds)
    view = await house.view(name)
    assert view.state == state, view
    return view
