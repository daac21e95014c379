"""An audience that is saved from Slack, through the wire to the real desk and its store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from actors.desk import HouseRules
from actors.mail import Draft
from actors.mail_forms import KeepForm
from bot.audience_form import Wanted, save_form
from bot.refs import Memo
from bot.settings import BotSettings
from bot.wizard.step import StepName
from bot.wizard.values import to_values
from domain.audience import All, Did, Node, Property, Saved
from domain.campaign import Campaign
from domain.roles import RoleLists
from store import saved_audiences
from tests.actors.house import PAST, House, open_house
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, Wire, opened
from tests.bot.wizard.kit import MEMO, view_of

NORTH = All((Property("country", "in", ("NO", "SE")),))
SALE = msgspec.structs.replace(PAST, name="Sale", who=NORTH)
TEXT = '[who]\ntype = "did"\nevent = "Bought"\n'
Stage = tuple[House, Wire]


@asynccontextmanager
async def stage(
    folder: Path, settings: BotSettings, slack: SlackStub, rules: HouseRules | None = None
) -> AsyncIterator[Stage]:
    async with open_house(
        folder, None, rules=rules, quiet=True, supervised=False, delivering=False
    ) as house:
        yield house, Wire(settings, house.desk, slack)
        assert slack.complaints == []


async def saved(house: House) -> list[tuple[str, int, Node]]:
    rows = await house.store.read(saved_audiences.everyone)
    return [(row.name, row.version, row.who) for row in rows]


async def form(wire: Wire, slack: SlackStub, name: str = "North") -> Any:
    await wire.command(ANA, f"audience save {name}")
    return slack.of("views.open")[-1].args["view"]


async def drafted(house: House, definition: Campaign) -> None:
    await house.asks(Draft(definition=definition, by=ANA))


async def test_the_conditions_of_a_campaign_are_kept_under_a_name(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        await drafted(house, SALE)
        view = await form(wire, slack)
        answer = await wire.submit(ANA, opened(view, {}))
        assert answer == {"response_action": "clear"}
        assert await saved(house) == [("North", 1, NORTH)]
        assert "Saved “North”, version 1." in slack.of("chat.postEphemeral")[0].said


async def test_conditions_are_written_where_no_campaign_has_them(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        view = await form(wire, slack, "Buyers")
        wrong = await wire.submit(ANA, opened(view, {"text": '[who]\ntype = "dit"\nevnt = 1\n'}))
        assert "line" in wrong["errors"]["text"]
        await wire.submit(ANA, opened(view, {"text": TEXT}))
        assert await saved(house) == [("Buyers", 1, Did("Bought"))]


async def test_what_breaks_a_rule_is_told_and_nothing_is_saved(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        view = await form(wire, slack, "Buyers")
        unknown = '[who]\ntype = "list"\nname = "Nobody has it"\n'
        answer = await wire.submit(ANA, opened(view, {"text": unknown}))
        assert "Nobody has it" in str(answer["errors"])
        assert await saved(house) == []


async def test_a_name_that_is_taken_is_replaced_by_who_has_seen_what_uses_it(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        await wire.submit(ANA, opened(await form(wire, slack), {"text": TEXT}))
        await drafted(house, msgspec.structs.replace(SALE, name="User", who=Saved("North")))
        await drafted(house, SALE)
        view = await form(wire, slack)
        asked = await wire.submit(ANA, opened(view, {}))
        assert asked["view"]["submit"]["text"] == "Replace"
        assert "Used by: User" in str(asked["view"])
        assert len(await saved(house)) == 1
        await wire.submit(ANA, opened(asked["view"], {}))
        assert await saved(house) == [("North", 2, NORTH)]


async def test_a_confirmation_is_for_the_name_and_version_that_were_shown(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        for name in ("North", "South"):
            view = await form(wire, slack, name)
            await wire.submit(ANA, opened(view, {"text": TEXT}))
        await drafted(house, SALE)
        asked = await wire.submit(ANA, opened(await form(wire, slack), {}))
        again = await wire.submit(ANA, opened(asked["view"], {"name": "South"}))
        assert "“South” is there already" in str(again["view"])
        assert [version for _, version, _ in await saved(house)] == [1, 1]


async def test_the_conditions_of_the_wizard_are_kept_and_the_wizard_stays(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        values = msgspec.structs.replace(to_values(SALE), at=StepName.WHO)
        body = msgspec.json.encode(values).decode()
        await house.desk.ask(KeepForm(ANA, MEMO.form, body))
        await wire.in_view(ANA, "save_who", opened(view_of(values), {}))
        pushed = slack.of("views.push")[0].args["view"]
        answer = await wire.submit(ANA, opened(pushed, {"name": "North"}))
        assert answer["response_action"] == "update"
        assert "Saved “North”" in str(answer["view"])
        assert await saved(house) == [("North", 1, NORTH)]


async def test_a_form_that_is_gone_is_told(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    async with stage(tmp_path, settings, slack) as (house, wire):
        gone = save_form(Memo("C0MAIN", form="new"), Wanted(""))
        answer = await wire.submit(ANA, opened(gone, {"name": "North"}))
        assert "saved or begun anew" in answer["errors"]["name"]
        assert await saved(house) == []


async def test_a_person_without_the_role_saves_nothing(
    tmp_path: Path, settings: BotSettings, slack: SlackStub
) -> None:
    rules = HouseRules(roles=RoleLists(marketers=(ANA,)))
    async with stage(tmp_path, settings, slack, rules) as (house, wire):
        view = await form(wire, slack)
        await wire.command(BEN, "audience save North")
        await wire.press(BEN, "save_audience", "audience")
        assert len(slack.of("views.open")) == 1
        answer = await wire.submit(BEN, opened(view, {"text": TEXT}))
        assert "not one of the marketers" in answer["errors"]["name"]
        assert await saved(house) == []
