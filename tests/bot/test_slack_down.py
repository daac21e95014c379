"""Slack is away for a day: the engine goes on, and everything is told once when it is back."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail_trust import PauseAll
from bot import announcer, posted
from bot.announcer import Announcer
from bot.pace import Pace
from bot.settings import BotSettings
from domain.campaign import Limits
from tests.actors.house import BEN, LIVE, PAST, House, open_house

DAY_SECONDS = 24 * 3_600
HOURS = 24
SETTINGS = BotSettings(mode="socket", review_channel="C0REVIEW", alerts_channel="C0ALERTS")
HELD = replace(PAST, limits=Limits(safety_limit=1))


class Away:
    """A client of a Slack that cannot be reached, until it is back."""

    def __init__(self) -> None:
        self.is_back = False
        self.tries = 0
        self.posts: list[dict[str, Any]] = []
        self._ts = count(1)

    def chat_postMessage(self, **said: Any) -> dict[str, Any]:  # noqa: N802 - as Slack's SDK has it
        self._reach()
        ts = f"{next(self._ts)}.0"
        self.posts.append({**said, "ts": ts})
        return {"channel": said["channel"], "ts": ts}

    def chat_update(self, **said: Any) -> dict[str, Any]:
        self._reach()
        return {"channel": said["channel"], "ts": said["ts"]}

    def conversations_history(self, **_asked: Any) -> dict[str, Any]:
        self._reach()
        return {"messages": self.posts}

    def conversations_replies(self, **_asked: Any) -> dict[str, Any]:
        self._reach()
        return {"messages": self.posts}

    def _reach(self) -> None:
        self.tries += 1
        if not self.is_back:
            raise URLError("no route to Slack")

    def marks(self, channel: str) -> list[Any]:
        """Return which announcements were posted there, each by its mark."""
        posts = [post for post in self.posts if post["channel"] == channel]
        return [str(post["metadata"]["event_payload"]) for post in posts]


@pytest.fixture(autouse=True)
def on_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Slack be called on the loop: virtual time would leap over a call in a thread."""

    async def call(job: Callable[[], Any]) -> Any:
        await trio.lowlevel.checkpoint()
        return job()

    monkeypatch.setattr(announcer, "_in_thread", call)
    monkeypatch.setattr(posted, "_in_thread", call)


async def a_day_without(house: House, slack: Away) -> None:
    """Let users act every hour, while nobody hears of anything."""
    for hour in range(HOURS):
        await house.orders([f"u{hour}"])
        await trio.sleep(3_600)
    assert slack.posts == []


async def test_campaigns_go_on_and_every_alert_is_told_once_afterwards(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    slack = Away()
    async with open_house(tmp_path, autojump_clock) as house, trio.open_nursery() as nursery:
        nursery.start_soon(Announcer(slack, house.desk, SETTINGS, Pace()).run)  # type: ignore[arg-type]
        await house.people(3)
        await house.publish(HELD)
        await house.until(HELD.name, "blocked")
        await house.running(LIVE)
        await a_day_without(house, slack)
        assert len(house.wire.accepted) == HOURS, "what was done in that day was answered"
        assert slack.tries < DAY_SECONDS / 10, "nobody calls for ever at a closed door"
        slack.is_back = True
        await trio.sleep(600)
        marks = slack.marks("C0ALERTS")
        assert len(marks) == len(set(marks)) == 1
        (alert,) = [post for post in slack.posts if post["channel"] == "C0ALERTS"]
        assert "Safety limit: a run is held" in alert["text"]
        cards = [post for post in slack.posts if "thread_ts" not in post]
        assert len(cards) == 3, "the alert and one card each; all else stands in their threads"
        nursery.cancel_scope.cancel()


async def test_everything_is_paused_from_the_command_line_meanwhile(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    slack = Away()
    async with open_house(tmp_path, autojump_clock) as house, trio.open_nursery() as nursery:
        nursery.start_soon(Announcer(slack, house.desk, SETTINGS, Pace()).run)  # type: ignore[arg-type]
        await house.running(LIVE)
        await trio.sleep(DAY_SECONDS / 2)
        paused = await house.desk.ask(PauseAll(by=BEN))
        assert paused.paused == (LIVE.name,)  # type: ignore[union-attr]
        await house.orders(["u1", "u2"])
        await trio.sleep(DAY_SECONDS / 2)
        assert house.wire.accepted == []
        nursery.cancel_scope.cancel()
