"""What a marketer does in a local Slack, before the real desk."""

from pathlib import Path

import pytest

from sandbox.slack import ALERTS, ANA, BEN, CAMPAIGNS, REVIEWS
from store import memberships
from tests.actors.aside import picky
from tests.actors.house import LIVE
from tests.bot.living import marketer, open_workspace

DIRECT = "D" + ANA[1:]
"""Where the bot speaks to Ana alone."""
MODES = pytest.mark.parametrize("mode", ["socket", "http"])


@MODES
async def test_a_marketer_imports_a_list_and_replaces_it(tmp_path: Path, mode: str) -> None:
    async with open_workspace(tmp_path, mode) as (house, slack):
        await house.people(3)
        ana = marketer(slack, ANA)
        for version, users in enumerate([b"u0000\nu0001\nnobody\n", b"u0002\n"], 1):
            await ana.types("/campaign audience import VIP")
            await ana.modal("Import a list")
            await ana.uploads("File", "vip people.csv", b"Identity\n" + users)
            await ana.submits()
            await ana.sees(CAMPAIGNS, f"version {version}", "From vip people.csv")
        (vip,) = await house.store.read(memberships.everyone)
        assert (vip.version, vip.members) == (2, 1)
        await ana.types("/campaign audience list")
        shown = await ana.sees(CAMPAIGNS, "0 saved audiences, 1 list", button="Import a list")
        await ana.presses(shown, "Import a list")
        await ana.modal("Import a list")


@MODES
async def test_a_marketer_saves_an_audience_at_the_step_who_and_takes_a_sample_of_it(
    tmp_path: Path, mode: str
) -> None:
    async with open_workspace(tmp_path, mode) as (house, slack):
        await house.people(3)
        await house.feed(house.event("u0000", "Bought"), house.event("u0001", "Bought"))
        ana = marketer(slack, ANA)
        await ana.types("/campaign new")
        await ana.modal("New campaign")
        await ana.goes("Who")
        await ana.adds("Did something")
        await ana.searches("Event", "bou", "Bought")
        await ana.clicks("Save as an audience")
        await ana.modal("Save an audience")
        await ana.fills("Name", "Buyers")
        await ana.submits()
        await ana.reads("Saved “Buyers”, version 1.")
        slack.close_view(ANA, slack.views(ANA)[-1].id)
        await ana.modal("New campaign")
        slack.close_view(ANA, slack.views(ANA)[-1].id)
        await ana.types("/campaign audience show Buyers")
        card = await ana.sees(CAMPAIGNS, "Bought", button="Export a sample")
        await ana.presses(card, "Export a sample")
        await ana.modal("Export a sample")
        await ana.submits()
        said = await ana.sees(DIRECT, "2 users", "Buyers")
        await slack.wait_until(lambda: bool(slack.thread(DIRECT, said.ts)))
        assert [file["name"] for file in slack.thread(DIRECT, said.ts)[0].files] == ["sample.csv"]


async def test_what_a_running_campaign_says_is_edited_and_approved_while_it_runs(
    tmp_path: Path,
) -> None:
    async with open_workspace(tmp_path, "socket") as (house, slack):
        await house.running(LIVE)
        ana, ben = marketer(slack, ANA), marketer(slack, BEN)
        await ana.types(f"/campaign edit {LIVE.name}")
        await ana.modal("Edit campaign")
        await ana.goes("What")
        await ana.fills("Key-value pairs", "coupon = AUTUMN")
        await ana.goes("Review")
        await ana.submits()
        await ana.sees(CAMPAIGNS, "asked for a review", "Until then nothing changes")
        card = await ben.sees(REVIEWS, "Change to review", "AUTUMN", button="Approve")
        await ben.presses(card, "Approve")
        await ben.sees(REVIEWS, "It holds for who qualifies from then on")
        view = await house.view(LIVE.name)
        assert (view.state, view.published, view.amends) == ("running", 2, False)


@MODES
async def test_what_segment_refused_is_looked_at_from_its_alert_and_dropped(
    tmp_path: Path, mode: str
) -> None:
    async with open_workspace(tmp_path, mode, wire=picky()) as (house, slack):
        await house.running(LIVE)
        await house.orders(["bad"])
        ana = marketer(slack, ANA)
        alert = await ana.sees(ALERTS, "Segment refuses a message", button="Look at them")
        await ana.presses(alert, "Look at them")
        listed = await ana.sees(ALERTS, "user bad", button="Look at it")
        await ana.presses(listed, "Look at it")
        await ana.reads("Segment refused")
        await ana.clicks("Drop")
        await ana.reads("1 message is dropped for good.")
        assert (ANA, "drop_aside") in [(who, action) for who, action, _ in await house.audit()]
