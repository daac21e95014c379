import pytest

from actors.mail import Request
from actors.mail_content import Preview
from actors.mail_rehearsal import Rehearse
from actors.mail_report import ShowReport
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, Wire


@pytest.mark.parametrize(
    ("deed", "asked"),
    [
        ("see_message", Preview("c1", BEN)),
        ("report", ShowReport("c1")),
        ("rehearse", Rehearse("c1")),
    ],
)
async def test_an_entry_of_the_menu_asks_what_its_button_would(
    wire: Wire, desk: FakeDesk, slack: SlackStub, deed: str, asked: Request
) -> None:
    desk.keep(draft(PAST, state="running"))
    await wire.choose(BEN, "more", f"{deed}:c1", block="b")
    assert desk.asked[-1] == asked
    assert slack.of("respond")[0].args["response_type"] == "ephemeral"


@pytest.mark.parametrize(("deed", "name"), [("edit", PAST.name), ("clone", "")])
async def test_an_entry_may_open_the_form(
    wire: Wire, desk: FakeDesk, slack: SlackStub, deed: str, name: str
) -> None:
    desk.keep(draft(PAST, state="completed" if deed == "clone" else "draft"))
    await wire.choose(ANA, "more", f"{deed}:c1", block="b")
    assert slack.of("views.open")
    shown = str(slack.of("views.update")[-1].args["view"])
    assert name in shown


async def test_what_is_gone_meanwhile_is_said_to_be(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.choose(BEN, "more", "see_message:c9", block="b")
    assert "There is no campaign" in slack.of("respond")[0].args["text"]


async def test_an_entry_may_ask_what_should_change(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="running", amends=True, allowed=("approve", "request_changes")))
    await wire.choose(BEN, "more", "request_changes:c1", block="b")
    assert "change" in str(slack.of("views.open")[0].args["view"])
