import pytest

from actors.mail import Pause
from actors.membership import Membership
from bot.settings import BotSettings
from domain.roles import RoleLists
from tests.bot.fake_desk import FakeDesk
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, Wire


def limited(settings: BotSettings, desk: FakeDesk, slack: SlackStub) -> Wire:
    desk.members = Membership(RoleLists(viewers=(ANA,), marketers=(ANA,), approvers=(ANA,)))
    return Wire(settings, desk, slack)


async def test_who_may_look_is_let_through(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    await limited(settings, desk, slack).command(ANA, "list")
    assert len(desk.asked) == 1


async def test_somebody_else_is_told_the_rule_in_private(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    response = await limited(settings, desk, slack).command(BEN, "list")
    assert (response.status, desk.asked) == (200, [])
    assert "You are not one of who may look" in slack.of("respond")[0].args["text"]


async def test_a_button_of_somebody_else_does_nothing(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    await limited(settings, desk, slack).press(BEN, "stop", "c1:abc")
    assert desk.asked == []
    assert "You are not one of" in slack.of("respond")[0].args["text"]


async def test_a_form_of_somebody_else_is_answered_in_its_place(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    view = {"id": "V1", "type": "modal", "callback_id": "draft", "state": {"values": {}}}
    answer = await limited(settings, desk, slack).submit(BEN, view)
    assert "You are not one of" in str(answer["view"])


async def test_a_viewer_opens_no_form_and_changes_nothing(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.members = Membership(RoleLists(marketers=(ANA,), approvers=(ANA,)))
    wire = Wire(settings, desk, slack)
    await wire.command(BEN, "list")
    assert len(desk.asked) == 1
    for words in ("new", "submit Win back", "pause Win back", "stop Win back"):
        await wire.command(BEN, words)
    for button in ("edit", "request_changes", "raise_limit"):
        await wire.press(BEN, button, "c1:abc")
    assert len(desk.asked) == 1
    assert slack.of("views.open") == []
    said = [call.args["text"] for call in slack.of("respond")][1:]
    assert len(said) == 7
    assert all("You are not one of" in each for each in said)


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("is_restricted", "Guests"),
        ("is_ultra_restricted", "Guests"),
        ("is_bot", "Apps and bots"),
        ("is_workflow_bot", "Apps and bots"),
        ("is_stranger", "another workspace"),
        ("deleted", "deactivated"),
    ],
)
async def test_who_is_no_full_member_may_do_nothing_even_if_named(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, what: str, why: str
) -> None:
    slack.people[ANA] = {what: True}
    await limited(settings, desk, slack).command(ANA, "list")
    assert desk.asked == []
    assert why in slack.of("respond")[0].args["text"]


async def test_of_whom_slack_says_nothing_only_the_named_are_let_in(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    slack.failures["users.info"] = ["missing_scope", "missing_scope"]
    desk.members = Membership(RoleLists(admins=(ANA,)))
    wire = Wire(settings, desk, slack)
    await wire.command(ANA, "list")
    await wire.command(BEN, "list")
    assert len(desk.asked) == 1
    assert "Slack did not say who you are" in slack.of("respond")[-1].args["text"]


async def test_somebody_of_another_workspace_may_do_nothing(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.press(ANA, "stop", "c1:abc", team="T2")
    assert desk.asked == []
    assert "another workspace" in slack.of("respond")[0].args["text"]


async def test_a_role_is_asked_for_at_the_click_not_when_the_card_was_posted(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.members = Membership(RoleLists(marketers=("S0TEAM",), approvers=(ANA,)))
    desk.members.learn("S0TEAM", frozenset({BEN}))
    wire = Wire(settings, desk, slack)
    await wire.command(BEN, "pause Win back")
    assert [type(each) for each in desk.asked] == [Pause]
    desk.members.learn("S0TEAM", frozenset())
    await wire.command(BEN, "pause Win back")
    assert len(desk.asked) == 1
