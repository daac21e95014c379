from actors.mail_trust import Why
from tests.bot.fake_desk import FakeDesk
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire


async def test_a_page_of_a_trail_is_asked_anew_and_shown_in_place_of_the_other(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.press(ANA, "older_steps", '[2,"ann","Spring: sale"]')
    assert desk.asked == [Why("ann", "Spring: sale")]
    assert slack.of("respond")[0].args["replace_original"] is True
