"""What is set aside, looked at and decided about from Slack, before the real desk and its store."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from actors.desk import HouseRules
from bot.settings import BotSettings
from domain.roles import RoleLists
from tests.actors.house import BEN as APPROVER
from tests.actors.house import LIVE, House, open_house
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, CHLOE, Wire

ROLES = RoleLists(viewers=(CHLOE,), marketers=(BEN,), approvers=(APPROVER,), admins=(ANA,))
Stage = tuple[House, Wire]


def refuse(conn: sqlite3.Connection) -> None:
    conn.execute("UPDATE outbox SET state = 'dead', reason = 'dead'")
    conn.execute("UPDATE books SET bucket = 'skipped', reason = 'dead' WHERE bucket = 'pending'")


@asynccontextmanager
async def stage(
    folder: Path, settings: BotSettings, slack: SlackStub, roles: RoleLists | None = None
) -> AsyncIterator[Stage]:
    """Two messages of one campaign that Segment refused."""
    rules = HouseRules(roles=roles or RoleLists())
    async with open_house(
        folder, None, rules=rules, quiet=True, supervised=False, delivering=False
    ) as house:
        await house.admitted("ann", "bob")
        await house.store.write(refuse)
        yield house, Wire(settings, house.desk, slack)
        assert slack.complaints == []


async def states(house: House) -> list[tuple[str, str]]:
    return await house.rows("SELECT user, state FROM outbox ORDER BY user")


async def id_of(house: House, user: str) -> str:
    ((found,),) = await house.rows("SELECT message_id FROM outbox WHERE user = ?", user)
    return str(found)


def modal(slack: SlackStub) -> Any:
    return slack.of("views.update")[-1].args["view"]


@pytest.mark.parametrize("typed", ["aside", f"aside {LIVE.name}"])
async def test_the_command_lists_what_waits_to_who_asks_alone(
    tmp_path: Path, settings: BotSettings, slack: SlackStub, typed: str
) -> None:
    async with stage(tmp_path, settings, slack) as (_, wire):
        await wire.command(ANA, typed)
        (said,) = slack.of("respond")
        assert said.args["response_type"] == "ephemeral"
        assert all(part in said.said for part in ("ann", "bob", LIVE.name, "Look at it"))


async def test_the_button_of_an_alert_lists_those_of_its_campaign(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        await wire.press(ANA, "list_aside", await house.campaign_id(LIVE.name))
        assert "user ann" in slack.of("respond")[0].said
        assert slack.of("chat.update") == []


async def test_pages_are_turned_in_their_place(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (_, wire):
        await wire.press(ANA, "older_aside", "1:")
        said = slack.of("respond")[0]
        assert said.args["replace_original"]
        assert "user ann" in said.said, "of a page that is there no more, the last before it"


async def test_one_is_looked_at_and_sent_again_and_another_dropped(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        for user, deed in (("ann", "retry_one"), ("bob", "drop_one")):
            name = await id_of(house, user)
            await wire.press(ANA, "show_aside", f"dead:{name}")
            assert f"user {user}" in str(modal(slack))
            await wire.in_view(ANA, deed, {"id": "V1", "type": "modal"}, value=name)
        said = [str(call.args["view"]) for call in slack.of("views.update")]
        assert "goes again under its own id" in said[1]
        assert "dropped for good" in said[3]
        assert await states(house) == [("ann", "pending"), ("bob", "dead")]
        decided = [(who, action) for who, action, _ in await house.audit() if "aside" in action]
        assert decided == [(ANA, "retry_aside"), (ANA, "drop_aside")]


async def test_a_decision_that_came_too_late_says_whose_counts(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        name = await id_of(house, "ann")
        for who in (ANA, BEN):
            await wire.in_view(who, "drop_one", {"id": "V1", "type": "modal"}, value=name)
        assert "has decided" in str(modal(slack))
        assert [who for who, action, _ in await house.audit() if action == "drop_aside"] == [ANA]


async def test_each_role_looks_and_decides_as_far_as_it_goes(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack, ROLES) as (house, wire):
        name = await id_of(house, "ann")
        await wire.command(CHLOE, "aside")
        await wire.press(CHLOE, "show_aside", f"dead:{name}")
        assert slack.of("views.open") == []
        assert all("not one of the marketers" in call.said for call in slack.of("respond"))
        await wire.command(BEN, "aside")
        assert "user ann" in slack.of("respond")[-1].said
        for who in (CHLOE, BEN):
            for deed in ("retry_one", "drop_one"):
                await wire.in_view(who, deed, {"id": "V1", "type": "modal"}, value=name)
                assert "not one of the admins" in str(modal(slack))
        assert await states(house) == [("ann", "dead"), ("bob", "dead")]


async def test_a_name_that_nobody_knows_and_an_id_that_is_gone_are_told(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (_, wire):
        await wire.command(ANA, "aside Nothing")
        assert "no campaign" in slack.of("respond")[0].args["text"]
        await wire.press(ANA, "show_aside", "dead:m1_gone")
        assert "Nothing has the id" in str(modal(slack))
