from typing import Any

import trio

from bot.app import make_client
from bot.blocks import actions, button, section
from bot.click import Place
from bot.ids import NOTICE, ActionId
from bot.settings import BotSettings
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA

PLACE = {"type": "message", "channel_id": "C0ALERTS", "message_ts": "1.0001"}
BUTTON = button("Pause", ActionId.PAUSE, "c1")


def pressed(block_id: str) -> dict[str, Any]:
    blocks = [section("So."), {**actions([BUTTON]), "block_id": block_id}]
    return {"container": PLACE, "message": {"text": "So.", "blocks": blocks}}


async def test_a_notice_is_settled_and_keeps_its_words(
    settings: BotSettings, slack: SlackStub
) -> None:
    await settled(pressed(NOTICE), settings)
    said = slack.of("chat.update")[0].args
    assert (said["ts"], said["text"]) == ("1.0001", "So.")
    assert [block["type"] for block in said["blocks"]] == ["section", "context"]
    assert "&lt;!channel&gt; is paused" in slack.of("chat.update")[0].said


async def test_a_card_is_never_settled(settings: BotSettings, slack: SlackStub) -> None:
    await settled(pressed("b1"), settings)
    await settled({"container": {"type": "view", "view_id": "V1"}}, settings)
    assert slack.of("chat.update") == []


async def test_a_message_that_is_gone_stops_nobody(settings: BotSettings, slack: SlackStub) -> None:
    slack.failures["chat.update"] = ["message_not_found"]
    await settled(pressed(NOTICE), settings)


async def settled(body: dict[str, Any], settings: BotSettings) -> None:
    place = Place(body, make_client(settings))
    await trio.to_thread.run_sync(place.settle, ANA, "<!channel> is paused.")
