"""What is asked about a saved audience under its card, through the wire to the real desk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from actors.desk import HouseRules
from actors.mail_audience import SaveAudience
from bot.refs import Memo
from bot.sample_form import sample_form
from bot.settings import BotSettings
from domain.audience import Property
from domain.roles import RoleLists
from tests.actors.house import House, open_house
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, Wire, opened
from tests.bot.wizard.test_menu_listeners import asks

Stage = tuple[House, Wire]


@asynccontextmanager
async def stage(
    folder: Path, settings: BotSettings, slack: SlackStub, roles: RoleLists | None = None
) -> AsyncIterator[Stage]:
    rules = HouseRules(roles=roles or RoleLists())
    async with open_house(
        folder, None, rules=rules, quiet=True, supervised=False, delivering=False
    ) as house:
        await house.people(3, country="NO", plan="=gold")
        who = Property("country", "equals", "NO")
        await house.asks(SaveAudience(name="North", who=who, by=ANA))
        yield house, Wire(settings, house.desk, slack)
        assert slack.complaints == []


async def submit(wire: Wire, by: str = ANA, name: str = "North", **values: str) -> Any:
    return await wire.submit(by, opened(sample_form(Memo("C0MAIN", about=name)), values))


async def exports(house: House) -> list[tuple[str, str]]:
    return [(who, detail) for who, action, detail in await house.audit() if "export" in action]


async def test_the_card_of_an_audience_counts_and_exports(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (_, wire):
        await wire.command(ANA, "audience show North")
        assert all(each in slack.of("respond")[0].said for each in ("reach_audience", "North"))
        await wire.press(ANA, "reach_audience", "North")
        assert "3 messages expected" in slack.of("respond")[-1].args["text"]
        await wire.press(ANA, "export_sample", "North")
        assert slack.of("views.open")[0].args["view"]["callback_id"] == "export_sample"


async def test_the_command_opens_the_form_whatever_quotes_are_around_the_name(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (_, wire):
        await wire.command(ANA, "audience export “North”")
        assert slack.of("views.open")[0].args["view"]["callback_id"] == "export_sample"
        assert slack.of("respond") == []


async def test_no_form_opens_for_an_audience_that_is_not_there(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (_, wire):
        await wire.command(ANA, "audience export Nort")
        assert slack.of("views.open") == []
        assert "North" in slack.of("respond")[0].said


async def test_a_sample_comes_as_a_file_to_who_asked_alone_and_stands_in_the_audit(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        assert await submit(wire, number="2", properties="plan") == {"response_action": "clear"}
        (content,) = slack.uploads
        header, *rows = content.decode().splitlines()
        assert header == "Type,Identity,plan"
        assert len(rows) == 2
        assert all(row.endswith(",'=gold") for row in rows)
        assert slack.of("files.completeUploadExternal")[0].args["channel_id"] == ANA
        said = slack.of("chat.postEphemeral")[0]
        assert ("2 users of “North”" in said.said, "u000" in said.said) == (True, False)
        assert await exports(house) == [(ANA, "North")]


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("Nobody", {}, "There is no saved audience named “Nobody”"),
        ("North", {"properties": "plam"}, "No user has a property"),
    ],
)
async def test_what_cannot_be_exported_is_told(
    tmp_path: Path,
    settings: BotSettings,
    slack: SlackStub,
    name: str,
    values: dict[str, str],
    said: str,
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        answer = await submit(wire, name=name, **values)
        assert said in answer["errors"]["number"]
        assert (slack.uploads, await exports(house)) == ([], [])


async def test_a_slack_that_takes_no_file_is_told(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (_, wire):
        slack.failures["files.completeUploadExternal"] = ["restricted_action"]
        assert "did not take the file" in (await submit(wire))["errors"]["number"]


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        (RoleLists(), True),
        (RoleLists(admins=(ANA,)), False),
        (RoleLists(admins=(BEN,)), True),
        (RoleLists(admins=(ANA,), privacy=(BEN,)), True),
        (RoleLists(marketers=(BEN,), admins=(ANA,)), False),
    ],
)
async def test_people_are_exported_by_those_alone_who_look_after_data_or_the_whole(
    tmp_path: Path, settings: BotSettings, slack: SlackStub, roles: RoleLists, may: bool
) -> None:
    async with stage(tmp_path, settings, slack, roles) as (house, wire):
        await wire.command(BEN, "audience export North")
        await submit(wire, BEN)
        assert bool(slack.of("views.open")) == may
        assert await exports(house) == ([(BEN, "North")] if may else [])


async def test_of_an_audience_with_nobody_in_it_there_is_no_file(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        nobody = Property("country", "equals", "XX")
        await house.asks(SaveAudience(name="Nobody", who=nobody, by=ANA))
        await submit(wire, name="Nobody")
        assert "Nobody is in “Nobody” now." in slack.of("chat.postEphemeral")[0].said
        assert slack.uploads == []


async def test_the_properties_of_a_sample_are_offered_to_who_may_take_one(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    roles = RoleLists(privacy=(ANA,), marketers=("U0CHLOE001",), viewers=(BEN,))
    async with stage(tmp_path, settings, slack, roles) as (_, wire):
        view = opened(sample_form(Memo("C0MAIN", about="North")), {})
        assert (await asks(wire, view, "properties", "pla", by=ANA))[0] == "plan"
        assert await asks(wire, view, "properties", "pla", by=BEN) == []
