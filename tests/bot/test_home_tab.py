import logging

import pytest

from bot.refs import Ref
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.test_home_listeners import look_home
from tests.bot.wire import ANA, Wire


async def test_the_tab_is_that_of_whoever_opened_it(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST))
    await look_home(wire, ANA)
    (call,) = slack.of("views.publish")
    assert (call.args["user_id"], call.args["view"]["type"]) == (ANA, "home")


async def test_what_was_done_is_done_though_slack_does_not_draw_the_tab_anew(
    wire: Wire, desk: FakeDesk, slack: SlackStub, caplog: pytest.LogCaptureFixture
) -> None:
    view = desk.keep(draft(PAST, state="running"))
    modal = {"id": "V1", "type": "modal", "hash": "h", "callback_id": "card", "blocks": []}
    slack.failures["views.publish"] = ["internal_error"]
    with caplog.at_level(logging.WARNING):
        await wire.in_view(ANA, "pause", modal, value=str(Ref.of(view)))
    assert desk.campaigns[view.id].state == "paused"
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "went wrong" not in str([call.said for call in slack.calls])
