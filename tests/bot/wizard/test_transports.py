"""The form as a marketer fills it in, in a local Slack, before the real desk and its store."""

from pathlib import Path
from typing import Any

import pytest

from domain.audience import All, Did, Filter
from domain.campaign import Campaign
from sandbox.slack import ANA, LocalSlack
from store import campaigns
from tests.actors.house import House
from tests.bot.living import marketer, open_workspace

NAME = "Win back <!channel>"
ODD = "Kjøp 🎉 <!channel> " + "x" * 160


async def drafted(house: House) -> Campaign:
    def latest(conn: Any) -> Campaign:
        (row,) = campaigns.everyone(conn)
        return campaigns.revision_of(conn, row.id, row.revision).definition

    return await house.store.read(latest)


def chosen(slack: LocalSlack) -> str:
    """What the view that is drawn now shows as the comparison."""
    blocks = slack.views(ANA)[-1].definition["blocks"]
    found = [b for b in blocks if b.get("block_id") == "who.where_operator_0_0"]
    return str(found[0]["element"]["initial_option"]["value"]) if found else ""


async def fills_it_in(house: House, slack: LocalSlack) -> None:
    ana = marketer(slack, ANA)
    await ana.types("/campaign new")
    await ana.modal("New campaign")
    await ana.fills("Name", NAME)
    await ana.goes("Who")
    await ana.adds("Did something")
    await ana.searches("Event", "kjøp", f"{ODD[:74]}…")
    await ana.clicks("Compare a property")
    await ana.searches("Only events whose", "siz", "size")
    await ana.reads("between")  # what fits a number, once the type is known
    await ana.fills("Compare", ">=")
    await slack.wait_until(lambda: ">=" in chosen(slack))
    await ana.fills("Value", "40")
    await ana.reads("*1* get a message, of 1 who fit")
    await ana.adds("Did something")
    await slack.wait_until(lambda: "who.name_1" in str(slack.views(ANA)[-1].definition))
    await ana.searches("Event", "Not sent yet", "Use “Not sent yet” (not seen yet)")
    await ana.reads("*0* get a message, of 0 who fit")
    await ana.goes("Review")
    await ana.submits()
    assert (await drafted(house)).who == All(
        (Did(ODD, (Filter("size", ">=", 40),)), Did("Not sent yet"))
    )


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_marketer_searches_what_came_in_and_sees_the_reach_follow(
    tmp_path: Path, mode: str
) -> None:
    async with open_workspace(tmp_path, mode) as (house, slack):
        await house.people(2)
        await house.feed(
            house.event("u1", ODD, size=42), house.event("u2", ODD, size=3), house.event("u2", "B")
        )
        await fills_it_in(house, slack)
