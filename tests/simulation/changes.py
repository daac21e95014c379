"""What people change while a campaign runs: what it says, and how many it reaches at most."""

from collections.abc import Awaitable
from typing import Protocol

from msgspec.structs import replace

from actors.mail import Approve, CampaignView, Draft, Publish, Request, Submit
from actors.mail_limits import LowerCap
from tests.simulation.defined import SAID
from tests.simulation.plan import PlannedAct, PlannedCampaign

ANA, BEN = "U0ANA00001", "U0BEN00002"


class Asking(Protocol):
    """Who asks, and looks."""

    def ask(self, act: str, name: str, request: Request, said: str = "") -> Awaitable[bool]:
        """Ask until there is an answer; tell whether it was yes."""

    def view(self, name: str) -> Awaitable[CampaignView | None]:
        """Look at a campaign."""

    def think(self) -> Awaitable[None]:
        """Take some seconds."""


async def amend(who: Asking, planned: PlannedCampaign, at: int) -> None:
    """Change what a campaign says while it runs; between two runs it is a draft then."""
    name = planned.name
    view = await who.view(name)
    if view is None or view.state != "running":
        return
    definition = replace(view.definition, labels=(f"amended at {at}",))
    words = f"words of {at}" if planned.chosen.words else ""
    if words:
        values = definition.what.key_values | {SAID: words}
        definition = replace(definition, what=replace(definition.what, key_values=values))
    draft = Draft(definition=definition, by=ANA, edits=name)
    if not await who.ask("amend", name, draft, words):
        return
    await who.think()
    view = await who.view(name)
    if view is not None and view.state == "draft" and not view.amends:
        await who.ask("submit", name, Submit(name=name, by=ANA))
    if await who.ask("approve", name, Approve(name=name, by=BEN)):
        view = await who.view(name)
        if view is not None and view.state == "approved":
            await who.ask("publish", name, Publish(name=name, by=ANA))


async def lower(who: Asking, act: PlannedAct) -> None:
    """Let a campaign send fewer from now on."""
    assert act.cap, "the plan says which"
    request = LowerCap(name=act.campaign, by=ANA, lim=act.most, which=act.cap)
    await who.ask("lower", act.campaign, request, f"{act.cap} {act.most}")
