"""What the bot's tests share: a desk, a Slack on loopback, and a wire into the app."""

from collections.abc import Iterator

import pytest
import trio

from bot.settings import BotSettings
from tests.bot.fake_desk import FakeDesk
from tests.bot.slack_stub import APP_TOKEN, BOT_TOKEN, SlackStub
from tests.bot.wire import SECRET, Wire


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
async def slack(nursery: trio.Nursery) -> SlackStub:
    stub = SlackStub()
    await nursery.start(stub.serve)
    return stub


@pytest.fixture
def settings(slack: SlackStub) -> BotSettings:
    return BotSettings(
        mode="http",
        api_url=slack.api_url,
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        signing_secret=SECRET,
        port=0,
        review_channel="C0REVIEW",
        alerts_channel="C0ALERTS",
        zone="Europe/Oslo",
    )


@pytest.fixture
def wire(settings: BotSettings, desk: FakeDesk, slack: SlackStub) -> Iterator[Wire]:
    made = Wire(settings, desk, slack)
    yield made
    assert slack.complaints == []
