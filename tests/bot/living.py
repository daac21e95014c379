"""The bot at work between a local Slack and the real desk, over either transport."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from actors.clock import WallClock
from actors.desk import HouseRules
from bot.http import PATH
from bot.run import run_bot
from bot.settings import BotSettings
from clarion.marketer import Marketer
from clarion.stage import free_port
from sandbox.slack import ALERTS, REVIEWS, LocalSlack
from tests.actors.house import House, Wire, open_house
from tests.bot.slack_stub import APP_TOKEN, BOT_TOKEN
from tests.bot.wire import SECRET
from tests.patience import PATIENCE_SECONDS, WHOLE_SECONDS

Workspace = tuple[House, LocalSlack]


def marketer(slack: LocalSlack, user: str) -> Marketer:
    """Return a person who waits as long as tests do."""
    return Marketer(slack, user, patience_seconds=PATIENCE_SECONDS)


@asynccontextmanager
async def open_workspace(
    folder: Path, mode: str, rules: HouseRules | None = None, wire: Wire | None = None
) -> AsyncIterator[Workspace]:
    """Start all of it; `mode` is socket or http, `wire` leads to Segment.

    Slack must complain of nothing in the end.
    """
    port = free_port()
    slack = LocalSlack(
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        signing_secret=SECRET,
        request_url=f"http://127.0.0.1:{port}{PATH}" if mode == "http" else None,
        answer_seconds_max=PATIENCE_SECONDS,
    )
    async with (
        open_house(folder, None, wire, rules=rules, quiet=True, threads=True) as house,
        trio.open_nursery() as running,
    ):
        await running.start(slack.serve)
        settings = BotSettings(
            mode=mode,  # type: ignore[arg-type]  # one of the two
            api_url=f"{slack.base_url}/api/",
            bot_token=BOT_TOKEN,
            app_token=APP_TOKEN,
            signing_secret=SECRET,
            port=port,
            review_channel=REVIEWS,
            alerts_channel=ALERTS,
        )

        async def bot(*, task_status: trio.TaskStatus[str]) -> None:
            await run_bot(settings, house.desk, now_ms=WallClock().now_ms, task_status=task_status)

        with trio.fail_after(WHOLE_SECONDS):
            await running.start(bot)
            if mode == "socket":
                await slack.wait_until(lambda: slack.connections > 0)
            yield house, slack
        assert slack.complaints == []
        running.cancel_scope.cancel()
