import pytest

from actors.mail_audience import AudienceUse
from domain.audience import Did
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire

USE = AudienceUse("Buyers", 1, 2, Did("Bought"))


@pytest.mark.parametrize(
    ("action", "said"),
    [("whole_report", "The cap of that run was full."), ("whole_audiences", "Bought")],
)
async def test_the_whole_opens_in_a_modal(
    wire: Wire, desk: FakeDesk, slack: SlackStub, action: str, said: str
) -> None:
    desk.keep(draft(PAST, audiences=(USE,)))
    await wire.press(ANA, action, "c1")
    assert len(slack.of("views.open")) == 1
    assert said in str(slack.of("views.update")[0].args["view"])


async def test_from_a_modal_it_opens_above_it(wire: Wire, desk: FakeDesk, slack: SlackStub) -> None:
    desk.keep(draft(PAST, audiences=(USE,)))
    await wire.in_view(ANA, "whole_audiences", {"id": "V1", "type": "modal"}, value="c1")
    assert (len(slack.of("views.push")), slack.of("views.open")) == (1, [])


@pytest.mark.parametrize("action", ["whole_report", "whole_audiences"])
async def test_what_is_not_there_is_told_in_its_place(
    wire: Wire, slack: SlackStub, action: str
) -> None:
    await wire.press(ANA, action, "c_gone")
    assert "no campaign" in str(slack.of("views.update")[0].args["view"])
