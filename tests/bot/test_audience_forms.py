import pytest

from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire


@pytest.mark.parametrize(
    "typed",
    ["audience import", "AUDIENCE Import VIP", "audience save"],
)
async def test_what_asks_for_a_form_opens_it(wire: Wire, slack: SlackStub, typed: str) -> None:
    await wire.command(ANA, typed)
    assert len(slack.of("views.open")) == 1
    assert slack.of("respond") == []


async def test_what_is_exported_needs_its_name(wire: Wire, slack: SlackStub) -> None:
    await wire.command(ANA, "audience export")
    assert "audience export NAME" in slack.of("respond")[0].args["text"]


async def test_what_asks_for_none_is_answered(wire: Wire, slack: SlackStub) -> None:
    await wire.command(ANA, "audience imort VIP")
    assert slack.of("views.open") == []
    assert "Did you mean `/campaign audience import`?" in slack.of("respond")[0].args["text"]
