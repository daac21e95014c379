"""The home tabs that people have opened follow what happens, also what they did elsewhere.

Slack says when a tab is opened and never when it is closed. So whoever opened one lately has it
drawn anew after each change, a few seconds later at most, and all at once what comes close by.
"""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

import trio

from bot.line import SLACK_FAILED, reason

FOLLOWED_MAX = 20
"""The people who opened their tab last: so many calls of Slack's follow a change at most."""
SETTLE_SECONDS = 2.0
"""How long more changes are waited for: a pause of everything is one."""

Runs: TypeAlias = Callable[[Callable[[], object]], Awaitable[object]]

log = logging.getLogger(__name__)


async def in_a_thread(call: Callable[[], object]) -> object:
    """Run what blocks."""
    return await trio.to_thread.run_sync(call)


class HomeKeeping:
    """Knows who has looked, and draws for them what changed."""

    def __init__(
        self, settle_seconds: float = SETTLE_SECONDS, in_thread: Runs = in_a_thread
    ) -> None:
        self._settle_seconds = settle_seconds
        self._in_thread = in_thread
        self._lookers: dict[str, None] = {}
        self._news = trio.Event()
        self._draw: Callable[[str], object] = lambda _user: None

    def draws(self, draw: Callable[[str], object]) -> None:
        """Learn how a person's tab is drawn; that blocks, so it is called in a thread."""
        self._draw = draw

    def looked(self, user: str) -> None:
        """Remember that a person looks at their tab."""
        self._lookers.pop(user, None)
        self._lookers[user] = None
        while len(self._lookers) > FOLLOWED_MAX:
            del self._lookers[next(iter(self._lookers))]

    def changed(self) -> None:
        """Say that a campaign is not as it was. Never blocks."""
        self._news.set()

    async def run(self) -> None:
        """Draw for ever."""
        while True:
            await self._news.wait()
            await trio.sleep(self._settle_seconds)
            self._news = trio.Event()
            for user in tuple(self._lookers):
                await self._follow(user)

    async def _follow(self, user: str) -> None:
        try:
            await self._in_thread(partial(self._draw, user))
        except SLACK_FAILED as error:
            log.warning("A home tab was not brought up to date: %s", reason(error))
        except Exception:  # one tab must not keep the others, or the bot, from going on
            log.exception("A home tab could not be drawn")
