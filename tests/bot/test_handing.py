import pytest
import trio

from bot.app import make_client
from bot.blocks import Message, section
from bot.handing import hand_over
from bot.settings import BotSettings
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA

WORDS = Message("Here it is.", (section("Here it is."),))


async def handed(settings: BotSettings) -> bool:
    client = make_client(settings)
    return await trio.to_thread.run_sync(hand_over, client, ANA, WORDS, "a.csv", b"u1\n")


async def test_a_file_comes_to_one_person_in_the_thread_of_its_words(
    settings: BotSettings, slack: SlackStub
) -> None:
    assert await handed(settings)
    (said,) = slack.of("chat.postMessage")
    (shared,) = slack.of("files.completeUploadExternal")
    assert (said.args["channel"], said.args["text"]) == (ANA, "Here it is.")
    assert (shared.args["channel_id"], shared.args["thread_ts"]) == (ANA, "1.0001")
    assert slack.uploads == [b"u1\n"]


@pytest.mark.parametrize("method", ["chat.postMessage", "files.completeUploadExternal"])
async def test_a_slack_that_does_not_take_it_is_told_apart(
    settings: BotSettings, slack: SlackStub, method: str
) -> None:
    slack.failures[method] = ["restricted_action"]
    assert not await handed(settings)
