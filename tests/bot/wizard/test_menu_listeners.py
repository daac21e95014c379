import json
from typing import Any

from actors.mail_names import FindNames, NamesFound, Offered
from actors.membership import Membership
from bot.menus import value_of
from bot.settings import BotSettings
from bot.wizard.operands import Compared
from bot.wizard.row import Row
from bot.wizard.step import StepName
from bot.wizard.values import Values
from bot.wizard.who import WhoValues
from domain.roles import RoleLists
from tests.bot.fake_desk import FakeDesk
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, Wire
from tests.bot.wizard.kit import kept, stands

OPEN = Values(
    who=WhoValues(
        (Row(0, "did", "Bought", where=(Compared(0, "category", types=("text",)),)),), open=0
    )
)


async def asks(
    wire: Wire, view: Any, block: str, typed: str = "", *, by: str = ANA, action: str = "pick"
) -> list[str]:
    response = await wire.interact(
        type="block_suggestion",
        user={"id": by, "team_id": "T1"},
        action_id=action,
        block_id=block,
        value=typed,
        view=view,
        container={"type": "view", "view_id": "V1"},
    )
    assert response.status == 200
    return [each["text"]["text"] for each in json.loads(response.body)["options"]]


async def test_the_menu_of_a_condition_offers_what_came_in(wire: Wire, desk: FakeDesk) -> None:
    view = stands(desk, OPEN, StepName.WHO)
    assert await asks(wire, view, "who.name_0", "Order") == [
        "Order Completed",
        "Use “Order” (not seen yet)",
    ]
    await asks(wire, view, "who.where_property_0_0", "pri")
    assert desk.asked[-1] == FindNames("property", ANA, "pri", event="Bought")
    await asks(wire, view, "who.where_menu_0_0")
    assert desk.asked[-1] == FindNames("value", ANA, event="Bought", property="category")


async def test_whoever_may_not_write_a_campaign_is_offered_nothing_and_told_nothing(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.members = Membership(RoleLists(marketers=(ANA,)))
    wire = Wire(settings, desk, slack)
    view = stands(desk, OPEN, StepName.WHO)
    desk.forms[BEN, "new"] = desk.forms[ANA, "new"]
    assert await asks(wire, view, "who.name_0", by=BEN) == []
    slack.people[ANA] = {"is_restricted": True}
    assert await asks(wire, view, "who.name_0") == []
    assert not [each for each in desk.asked if isinstance(each, FindNames)]
    assert (
        slack.of("respond") == slack.of("chat.postEphemeral") == slack.of("chat.postMessage") == []
    )


async def test_a_menu_that_nobody_knows_any_more_offers_nothing(wire: Wire, desk: FakeDesk) -> None:
    view = stands(desk, OPEN, StepName.WHO)
    assert await asks(wire, view, "who.name_7") == []
    assert await asks(wire, view, "who.name_0", action="an_old_one") == []
    desk.forms.clear()
    assert await asks(wire, view, "who.name_0") == []
    assert await asks(wire, {**view, "private_metadata": ""}, "who.name_0") == []


async def test_an_engine_that_fails_leaves_a_menu_empty_and_says_nothing_in_the_channel(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = stands(desk, OPEN, StepName.WHO)
    desk.fails = RuntimeError("the disk is gone")
    assert await asks(wire, view, "who.name_0") == []
    assert slack.of("chat.postMessage") == slack.of("respond") == []


async def test_a_long_name_that_was_offered_can_be_chosen(
    wire: Wire, desk: FakeDesk, monkeypatch: Any
) -> None:
    long = "注文" * 100
    answer = desk._answer

    def found(request: Any) -> Any:
        return (
            NamesFound((Offered(long, 3),)) if isinstance(request, FindNames) else answer(request)
        )

    monkeypatch.setattr(desk, "_answer", found)
    view = stands(desk, OPEN, StepName.WHO)
    assert len((await asks(wire, view, "who.name_0"))[0]) == 75
    chosen = view["state"]["values"]["who.name_0"]["pick"]["selected_option"]
    chosen["value"] = value_of(long)
    await wire.in_view(ANA, "pick", view)
    assert kept(desk).who.rows[0].name == long


async def test_whoever_types_what_is_called_otherwise_is_shown_what_there_is(
    wire: Wire, desk: FakeDesk
) -> None:
    answer = desk._answer

    def found(request: Any) -> Any:
        if isinstance(request, FindNames):
            return NamesFound(() if request.typed else (Offered("Product Added"),))
        return answer(request)

    desk._answer = found  # type: ignore[method-assign]  # for this test
    view = stands(desk, OPEN, StepName.WHO)
    offered = ["Product Added", "Use “cart” (not seen yet)"]
    assert await asks(wire, view, "who.name_0", "cart") == offered
    assert await asks(wire, view, "who.where_menu_0_0", "cart") == [
        "Use “cart” (rare and personal values are not listed)"
    ]
