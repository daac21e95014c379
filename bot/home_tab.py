"""The home tabs: each is drawn at once for whoever opens it, and follows what happens.

Slack says when a tab is opened and never when it is closed. So whoever opened one lately has it
drawn anew after each change, a few seconds later at most, and all at once what comes close by; and
once a minute, for what nobody announces. A tab that would show the same is left as it is.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, TypeAlias

import trio
from slack_sdk import WebClient

from actors.mail import CampaignLine, ListAll, Listed
from actors.mail_attention import Attention, Need, ShowAttention
from bot import attention, modals
from bot.directory import Directory
from bot.home import home_view
from bot.line import SLACK_FAILED, reason
from bot.ports import Desk
from bot.retries import Stuck
from bot.settings import BotSettings
from store.errors import StoreError

FOLLOWED_MAX = 20
"""The people who opened their tab last: so many calls of Slack's follow a change at most."""
FOLLOWED_SECONDS = 8 * 3_600.0
"""So long a tab is followed that nobody has opened again or used: a day at work."""
SETTLE_SECONDS = 2.0
"""How long more changes are waited for: a pause of everything is one."""
LOOK_AGAIN_SECONDS = 60.0
"""How old may be what no announcement tells of, such as a Segment that has been slow for long."""

Runs: TypeAlias = Callable[[Callable[[], object]], Awaitable[object]]
Seen: TypeAlias = tuple[tuple[CampaignLine, ...], tuple[Need, ...]]

log = logging.getLogger(__name__)


async def in_a_thread(call: Callable[[], object]) -> object:
    """Run what blocks."""
    return await trio.to_thread.run_sync(call)


class Homes:
    """Knows who has looked, and draws their tabs. All of it is called in Trio's thread."""

    def __init__(
        self,
        client: WebClient,
        desk: Desk,
        directory: Directory,
        settings: BotSettings,
        *,
        now_ms: Callable[[], int],
        stuck: Callable[[], Stuck | None] = lambda: None,
        settle_seconds: float = SETTLE_SECONDS,
        in_thread: Runs = in_a_thread,
    ) -> None:
        self._client = client
        self._desk = desk
        self._directory = directory
        self._zone = settings.zone
        self._now_ms = now_ms
        self._stuck = stuck
        self._settle_seconds = settle_seconds
        self._in_thread = in_thread
        self._lookers: dict[str, dict[str, Any]] = {}  # what each was shown last
        self._until: dict[str, float] = {}  # when each is followed no longer, in Trio's time
        self._opens, self._opened = trio.open_memory_channel[str](FOLLOWED_MAX)
        self._news = trio.Event()
        self._turn = trio.Lock()  # an older state never replaces a newer one

    def looked(self, user: str) -> None:
        """Remember that a person looks at their tab, and draw it at once. Never blocks."""
        self._lookers[user] = self._lookers.pop(user, {})
        self._until[user] = trio.current_time() + FOLLOWED_SECONDS
        while len(self._lookers) > FOLLOWED_MAX:
            self._leave(next(iter(self._lookers)))
        try:
            self._opens.send_nowait(user)
        except trio.WouldBlock:
            self.changed()

    def changed(self) -> None:
        """Say that something is not as it was. Never blocks."""
        self._news.set()

    async def needs(self) -> tuple[Need, ...]:
        """Return what needs somebody now, the gravest first."""
        answer = await self._desk.ask(ShowAttention())
        assert isinstance(answer, Attention), "the desk says what needs somebody"
        stuck = attention.of_slack(self._stuck(), now_ms=self._now_ms())
        return attention.ordered((*answer.needs, *stuck))

    async def run(self) -> None:
        """Draw for ever."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._show_openers)
            nursery.start_soon(self._follow)

    async def _show_openers(self) -> None:
        async for user in self._opened:
            await self._draw([user], anyway=True)

    async def _follow(self) -> None:
        while True:
            with trio.move_on_after(LOOK_AGAIN_SECONDS):
                await self._news.wait()
                await trio.sleep(self._settle_seconds)
            self._news = trio.Event()
            now = trio.current_time()
            for user in [user for user, until in self._until.items() if until <= now]:
                self._leave(user)
            await self._draw(tuple(self._lookers))

    async def _draw(self, users: Iterable[str], *, anyway: bool = False) -> None:
        async with self._turn:
            users = [user for user in users if user in self._lookers]
            if not users:
                return
            try:
                seen = await self._see()
            except StoreError as error:
                log.warning("The home tabs are not brought up to date: %s", error)
                return
            for user in users:
                await self._show(user, seen, anyway=anyway)

    def _leave(self, user: str) -> None:
        del self._lookers[user], self._until[user]

    async def _see(self) -> Seen:
        listed = await self._desk.ask(ListAll())
        assert isinstance(listed, Listed), "the desk lists what there is"
        return listed.campaigns, await self.needs()

    async def _show(self, user: str, seen: Seen, *, anyway: bool) -> None:
        before = None if anyway else self._lookers.get(user)
        try:
            shown = await self._in_thread(partial(self._publish, user, seen, before))
        except SLACK_FAILED as error:
            log.warning("A home tab was not brought up to date: %s", reason(error))
        except Exception:  # one tab must not keep the others, or the bot, from going on
            log.exception("A home tab could not be drawn")
        else:
            if isinstance(shown, dict) and user in self._lookers:
                self._lookers[user] = shown

    def _publish(self, user: str, seen: Seen, before: dict[str, Any] | None) -> dict[str, Any]:
        """Show a person their tab, unless it shows that already; return it."""
        why = self._directory.keeps_out(user)
        members = self._desk.members
        view = modals.said_home(why) if why else home_view(*seen, user, members, self._zone)
        if view != before:
            self._client.views_publish(user_id=user, view=view)
        return view
