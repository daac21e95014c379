"""The form as a marketer fills it in, in a local Slack, before the real desk and its store."""

import socket
from pathlib import Path
from typing import Any

import pytest
import trio

from actors.clock import WallClock
from bot.http import PATH
from bot.run import run_bot
from bot.settings import BotSettings
from clarion.marketer import Marketer
from domain.audience import All, Did, Filter
from domain.campaign import Campaign
from sandbox.slack import ALERTS, ANA, REVIEWS, LocalSlack
from store import campaigns
from tests.actors.house import House, open_house
from tests.bot.slack_stub import APP_TOKEN, BOT_TOKEN
from tests.bot.wire import SECRET
from tests.patience import PATIENCE_SECONDS

NAME = "Win back <!channel>"
ODD = "Kjøp 🎉 <!channel> " + "x" * 160


def a_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


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
    ana = Marketer(slack, ANA)
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
    tmp_path: Path, nursery: trio.Nursery, mode: str
) -> None:
    port = a_port()
    slack = LocalSlack(
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        signing_secret=SECRET,
        request_url=f"http://127.0.0.1:{port}{PATH}" if mode == "http" else None,
    )
    await nursery.start(slack.serve)
    settings = BotSettings(
        mode=mode,  # type: ignore[arg-type]  # one of the two
        api_url=f"{slack.base_url}/api/",
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        signing_secret=SECRET,
        port=port,
        review_channel=REVIEWS,
        alerts_channel=ALERTS,
    )
    async with open_house(tmp_path, None, quiet=True) as house, trio.open_nursery() as running:
        await house.people(2)
        await house.feed(
            house.event("u1", ODD, size=42), house.event("u2", ODD, size=3), house.event("u2", "B")
        )

        async def bot(*, task_status: trio.TaskStatus[str]) -> None:
            await run_bot(settings, house.desk, now_ms=WallClock().now_ms, task_status=task_status)

        with trio.fail_after(PATIENCE_SECONDS):
            await running.start(bot)
            if mode == "socket":
                await slack.wait_until(lambda: slack.connections > 0)
            await fills_it_in(house, slack)
        assert slack.complaints == []
        running.cancel_scope.cancel()
