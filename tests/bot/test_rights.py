import msgspec

from bot.settings import BotSettings
from tests.bot.fake_desk import FakeDesk
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, Wire


def limited(settings: BotSettings, desk: FakeDesk, slack: SlackStub) -> Wire:
    return Wire(msgspec.structs.replace(settings, marketers=(ANA,)), desk, slack)


async def test_a_marketer_is_let_through(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    await limited(settings, desk, slack).command(ANA, "list")
    assert len(desk.asked) == 1


async def test_somebody_else_is_told_the_rule_in_private(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    response = await limited(settings, desk, slack).command(BEN, "list")
    assert (response.status, desk.asked) == (200, [])
    assert "Only the marketers" in slack.of("respond")[0].args["text"]


async def test_a_button_of_somebody_else_does_nothing(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    await limited(settings, desk, slack).press(BEN, "stop", "c1:abc")
    assert desk.asked == []
    assert "Only the marketers" in slack.of("respond")[0].args["text"]


async def test_a_form_of_somebody_else_is_answered_in_its_place(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    view = {"id": "V1", "type": "modal", "callback_id": "draft", "state": {"values": {}}}
    answer = await limited(settings, desk, slack).submit(BEN, view)
    assert "Only the marketers" in str(answer["view"])


async def test_a_guest_of_another_workspace_may_do_nothing(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.press(ANA, "stop", "c1:abc", team="T2")
    assert desk.asked == []
    assert "Only the marketers" in slack.of("respond")[0].args["text"]
