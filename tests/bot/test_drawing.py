import subprocess
from functools import partial
from typing import Any

import pytest
import trio

from bot import drawing
from bot.app import make_client
from bot.blocks import Block
from bot.drawing import drawn, uploaded
from bot.settings import BotSettings
from tests.bot.oracle import message_problems
from tests.bot.reports import REPORT
from tests.bot.slack_stub import SlackStub

PNG = b"\x89PNG not really"


async def upload(settings: BotSettings) -> Block | None:
    client = make_client(settings)
    return await trio.to_thread.run_sync(partial(uploaded, client, PNG, "report.png", "In words."))


async def test_a_picture_is_shown_once_slack_has_looked_at_it(
    settings: BotSettings, slack: SlackStub
) -> None:
    block = await upload(settings)
    assert block is not None
    assert slack.uploads == [PNG]
    assert slack.looks == 2
    assert block["slack_file"] == {"id": "F0PIC"}
    assert block["alt_text"] == "In words."
    assert message_problems("Report", [block]) == []


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.info"])
async def test_without_the_picture_the_words_stand_alone(
    settings: BotSettings, slack: SlackStub, method: str
) -> None:
    slack.failures[method] = ["missing_scope"]
    assert await upload(settings) is None


async def test_a_file_that_is_never_ready_is_given_up(
    settings: BotSettings, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "READY_SECONDS_MAX", -1.0)
    assert await upload(settings) is None


@pytest.mark.parametrize(
    "breaks", [subprocess.TimeoutExpired("x", 1), OSError(), subprocess.CalledProcessError(1, "x")]
)
def test_a_picture_that_cannot_be_drawn_is_no_error(
    monkeypatch: pytest.MonkeyPatch, breaks: Exception
) -> None:
    def fails(*_command: Any, **_more: Any) -> None:
        raise breaks

    monkeypatch.setattr(subprocess, "run", fails)
    assert drawn(REPORT) is None
