import msgspec
import pytest
import trio

from bot.run import run_bot
from bot.settings import BotSettings
from tests.bot.fake_desk import NOW_MS, FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.patience import PATIENCE_SECONDS


async def start(settings: BotSettings, desk: FakeDesk, nursery: trio.Nursery) -> str:
    async def bot(*, task_status: trio.TaskStatus[str]) -> None:
        await run_bot(settings, desk, now_ms=lambda: NOW_MS, task_status=task_status)

    address: str = await nursery.start(bot)
    return address


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_the_bot_announces_in_either_mode(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, nursery: trio.Nursery, mode: str
) -> None:
    desk.keep(draft(PAST, state="in_review"))
    desk.announce("card", "c1", "")
    address = await start(msgspec.structs.replace(settings, mode=mode), desk, nursery)
    await desk.wait_until(lambda: len(desk.told) == 1)
    assert address.startswith("http://127.0.0.1:") == (mode == "http")


async def test_socket_mode_connects(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, nursery: trio.Nursery
) -> None:
    await start(msgspec.structs.replace(settings, mode="socket"), desk, nursery)
    await slack.wait_until(lambda: len(slack.sockets) == 1)


async def test_a_bot_that_is_off_says_nothing(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, nursery: trio.Nursery
) -> None:
    assert await start(msgspec.structs.replace(settings, mode="off"), desk, nursery) == ""
    assert slack.calls == []


async def test_a_slack_that_is_down_does_not_keep_the_daemon_from_starting(
    settings: BotSettings, desk: FakeDesk, nursery: trio.Nursery
) -> None:
    gone = msgspec.structs.replace(settings, mode="socket", api_url="http://127.0.0.1:1/")
    with trio.fail_after(PATIENCE_SECONDS):
        assert await start(gone, desk, nursery) == ""
