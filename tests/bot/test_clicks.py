"""Clicks that are not what they seem, from Slack's wire to the real desk and its records."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio
from msgspec.structs import replace

from actors.mail import Approve, Draft, Publish, Resume, Submit
from bot.refs import Ref
from bot.settings import BotSettings
from tests.actors.house import ANA, BEN, CLEO, LIVE, House, open_house
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import Wire

Stage = tuple[House, Wire]


@asynccontextmanager
async def a_review(folder: Path, settings: BotSettings, slack: SlackStub) -> AsyncIterator[Stage]:
    """A campaign in review, and the way that clicks take to it."""
    async with open_house(folder, None, quiet=True, supervised=False, delivering=False) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.asks(Submit(LIVE.name, ANA))
        yield house, Wire(settings, house.desk, slack)


async def approvals(house: House) -> list[tuple[str, str]]:
    """Who approved, by the audit log and by the table that publishing asks."""
    log = [(who, "log") for who, action, _ in await house.audit() if action == "approve"]
    rows = await house.rows("SELECT approver FROM approval")
    return [*log, *((who, "approval") for (who,) in rows)]


async def value(house: House) -> str:
    return str(Ref.approving(await house.view(LIVE.name)))


async def test_a_stale_click_decides_nothing_about_the_content_that_came_after(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with a_review(tmp_path, settings, slack) as (house, wire):
        old = await value(house)
        await house.asks(Draft(definition=replace(LIVE, labels=("new",)), by=ANA))
        await house.asks(Submit(LIVE.name, ANA))
        await wire.press(BEN, "approve", old)
        assert await approvals(house) == []
        assert (await house.view(LIVE.name)).state == "in_review"


async def test_a_click_on_a_forwarded_copy_is_judged_by_who_clicked(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    """Whoever was sent the card has no more rights for it, and no fewer."""
    async with a_review(tmp_path, settings, slack) as (house, wire):
        card = await value(house)
        await wire.press(ANA, "approve", card, channel="C0ELSEWHERE")
        await wire.press(BEN, "approve", card, channel="C0ELSEWHERE", team="T2")
        assert await approvals(house) == []
        await wire.press(BEN, "approve", card, channel="C0ELSEWHERE")
        assert await approvals(house) == [(BEN, "log"), (BEN, "approval")]


async def test_a_repeated_click_is_told_what_it_is_now_and_done_once(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with a_review(tmp_path, settings, slack) as (house, wire):
        card = await value(house)
        for who in (BEN, BEN, CLEO):
            await wire.press(who, "approve", card)
        assert await approvals(house) == [(BEN, "log"), (BEN, "approval")]
        first, *others = (each.args["text"] for each in slack.of("respond"))
        assert "You approved" in first
        assert all("You approved" not in each for each in others)


async def test_of_clicks_at_the_same_time_one_counts(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with a_review(tmp_path, settings, slack) as (house, wire):
        card = await value(house)
        async with trio.open_nursery() as nursery:
            for who in (BEN, CLEO) * 4:
                nursery.start_soon(wire.press, who, "approve", card)
        assert len(await approvals(house)) == 2
        said = [each.args["text"] for each in slack.of("respond")]
        assert sum("You approved" in each for each in said) == 1


async def test_a_replayed_click_does_nothing_a_second_time(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    """Its signature is genuine for five minutes, and it is not new."""
    async with a_review(tmp_path, settings, slack) as (house, wire):
        await house.asks(Approve(LIVE.name, BEN))
        await house.asks(Publish(LIVE.name, ANA))
        body = wire.press_body(BEN, "pause", await value(house))
        await wire.send(body)
        assert (await house.view(LIVE.name)).state == "paused"
        await house.asks(Resume(LIVE.name, ANA))
        before = await house.snapshot()
        await wire.send(body)
        assert await house.snapshot() == before


@pytest.mark.parametrize("action", ["approve", "publish", "pause", "stop", "resume", "undo"])
async def test_a_click_on_a_campaign_that_is_not_there_changes_nothing(
    tmp_path: Path, settings: BotSettings, slack: SlackStub, action: str
) -> None:
    async with a_review(tmp_path, settings, slack) as (house, wire):
        before = await house.snapshot()
        await wire.press(BEN, action, "c_gone:abc")
        assert await house.snapshot() == before
