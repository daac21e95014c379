from bot.ids import ActionId
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire


def buttons(slack: SlackStub) -> list[str]:
    """Return what the buttons of the last answer are about."""
    blocks = slack.of("respond")[-1].args["blocks"]
    return [block["accessory"]["value"] for block in blocks if "accessory" in block]


async def test_a_click_below_a_rehearsal_opens_the_whole_trail(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="in_review"))
    await wire.command(ANA, "rehearse Spring sale")
    values = buttons(slack)
    assert len(values) == 10
    await wire.press(ANA, ActionId.TRAIL, values[9])
    (opened,) = slack.of("views.open")
    shown = str(opened.args["view"])
    assert "user 10" in shown
    assert "step 5" in shown
    assert "secret-user" not in shown


async def test_a_click_below_a_rehearsal_of_long_ago_says_what_to_do(
    wire: Wire, slack: SlackStub
) -> None:
    await wire.press(ANA, ActionId.TRAIL, "gone:1")
    assert not slack.of("views.open")
    assert "Rehearse it again" in slack.of("respond")[-1].said
