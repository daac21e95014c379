"""What the bot's tests share: a desk, a Slack on loopback, and a wire into the app."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import trio

from bot import drawing, line
from bot.settings import BotSettings
from bot.wizard import reaching
from tests.bot.fake_desk import FakeDesk
from tests.bot.slack_stub import APP_TOKEN, BOT_TOKEN, SlackStub
from tests.bot.wire import SECRET, Wire
from tests.patience import PATIENCE_SECONDS, WHOLE_SECONDS

_DRAWS = [sys.executable, "-m", "bot.picture"]
_run = subprocess.run
_drawn: dict[bytes, subprocess.CompletedProcess[bytes]] = {}
"""What the process that draws pictures answered, by what it was given."""


@pytest.fixture(autouse=True)
def each_picture_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the picture of a report for the next test: its process loads libraries for a second."""

    def run(command: Any, **more: Any) -> Any:
        given = more.get("input")
        if command != _DRAWS or not isinstance(given, bytes):
            return _run(command, **more)
        if given not in _drawn:
            _drawn[given] = _run(command, **more)
        return _drawn[given]

    monkeypatch.setattr(subprocess, "run", run)


@pytest.fixture(autouse=True)
def a_busy_machine_is_not_a_slow_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody hear that we work on it only because something else does on this machine.

    What people hear then is tried by tests that say themselves what is slow.
    """
    monkeypatch.setattr(line, "SLOW_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(reaching, "SAID_AFTER_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(drawing, "DRAW_SECONDS_MAX", WHOLE_SECONDS)
    monkeypatch.setattr(drawing, "READY_SECONDS_MAX", PATIENCE_SECONDS)


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
