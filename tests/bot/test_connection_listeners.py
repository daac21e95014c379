import pytest

from actors.mail_trust import ConfirmConnection
from tests.bot.fake_desk import FakeDesk
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, Wire


@pytest.mark.parametrize(
    ("action", "seen"), [("connection_seen", True), ("connection_absent", False)]
)
async def test_who_looked_is_written_down_with_what_they_saw(
    wire: Wire, desk: FakeDesk, slack: SlackStub, action: str, seen: bool
) -> None:
    assert (await wire.press(BEN, action, "ABC234")).status == 200
    assert ConfirmConnection(by=BEN, code="ABC234", seen=seen) in desk.asked
    assert "It stands so." in slack.of("respond")[-1].said


async def test_a_repeated_click_is_told_who_decided_and_its_card_is_brought_up_to_date(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.press(BEN, "connection_seen", "ABC234")
    await wire.press(ANA, "connection_absent", "ABC234")
    assert "has answered already" in slack.of("respond")[-1].said
    assert "saw the test event ABC234" in slack.of("chat.update")[-1].said
    assert desk.check.answer == "seen"


async def test_somebody_from_elsewhere_decides_nothing(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.asked.clear()
    await wire.interact(
        type="block_actions",
        user={"id": BEN, "team_id": "T9"},
        channel={"id": "C0REVIEW"},
        response_url=slack.response_url,
        actions=[
            {
                "type": "button",
                "action_id": "connection_seen",
                "block_id": "b",
                "value": "X",
                "action_ts": "1",
            }
        ],
    )
    assert desk.asked == []
