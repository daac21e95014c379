"""What Slack must still be told: cards, their threads, alerts and notices, each told once.

The desk keeps what is not yet told, so a crash loses nothing. A crash or a broken connection just
after a post could make it twice; so a post whose fate is unknown is first looked for in its
channel, by the metadata that every post of ours carries.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import trio
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from actors.mail import Announcement, CampaignView, Card, Done, Show
from actors.mail_rehearsal import Rehearsed, ShowRehearsal
from actors.mail_report import Report, ShowReport
from actors.mail_trust import Connection, ConnectionStatus
from bot import alerts, views
from bot.blocks import Message
from bot.connection import check_card
from bot.line import answered, reason
from bot.notices import notice
from bot.pace import Pace
from bot.ports import Desk
from bot.posted import EVENT_TYPE, PLACED, Posted, mark_of
from bot.rehearsal_card import pictured as rehearsed
from bot.report_card import pictured
from bot.retries import Retries
from bot.settings import BotSettings
from bot.words import is_slack_id
from store.announcements import FINAL

LOOK_AGAIN_SECONDS = 5.0
"""While something waits to be tried again, how often we look for something new."""

_URGENT = frozenset({"alert", "notice", "check"})
_PICTURES = frozenset({"digest", "rehearsal"})
_SHAPE_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_CLOSED = frozenset({"channel_not_found", "is_archived", "is_inactive", "not_in_channel"})
"""Of a channel that takes nothing any more: whoever runs Clarion has named another one since."""
_AWAY = frozenset({"channel_not_found", "user_not_found", "user_disabled", "cannot_dm_bot"})
"""Of a person who has left, or never was in Slack."""

log = logging.getLogger(__name__)


class Announcer:
    """Tells Slack, paced a channel, in order a campaign; what fails is tried again for ever."""

    def __init__(
        self,
        client: WebClient,
        desk: Desk,
        settings: BotSettings,
        pace: Pace,
        changed: Callable[[], None] = lambda: None,
        retries: Retries | None = None,
    ) -> None:
        self._client = client
        self._changed = changed
        self._desk = desk
        self._settings = settings
        self._pace = pace
        self._cards: dict[tuple[str, str, str], Card] = {}
        self._retries = retries or Retries()
        self._posted = Posted(client)

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            waiting = await self._desk.announcements()
            ids = {announcement.id for announcement, _ in waiting}
            self._retries.keep(ids)
            self._posted.keep(ids)
            self._cards.clear()
            if not await self._tell_all(waiting):
                await trio.sleep(LOOK_AGAIN_SECONDS)

    async def _tell_all(self, waiting: list[tuple[Announcement, Card | None]]) -> bool:
        """Tell what may be told now; True if anything was. One that waits holds its campaign.

        Alerts and notices go first, and after each card we look again: an alert must not wait
        behind a channel that takes one message a second. What has no thread yet goes last, for its
        card may be among those that wait.
        """
        told, held = False, set()
        for announcement, card in sorted(waiting, key=_turn):
            late = self._retries.waits(announcement)
            if late or announcement.campaign in held:
                held.add(announcement.campaign)
                continue
            try:
                await self._tell(announcement, card)
            except Exception as error:  # noqa: BLE001 - one that fails must not stop the others
                self._put_off(announcement, error)
                held.add(announcement.campaign)
            else:
                told = True
                self._retries.told(announcement)
                self._changed()
                if announcement.kind not in _URGENT:
                    break
        return told

    def _put_off(self, announcement: Announcement, error: Exception) -> None:
        self._retries.put_off(announcement, error)
        if not answered(error):
            self._posted.doubt(announcement)  # it may have arrived all the same

    async def _tell(self, announcement: Announcement, card: Card | None) -> None:
        """Say one thing, and record that it was said."""
        slot = announcement.kind if announcement.kind in PLACED else "card"
        key = (slot, announcement.campaign, announcement.subject)
        card = self._cards.get(key, card)
        match announcement.kind:
            case "card" | "alert" | "check":
                placed = await self._place(announcement, card)
                if placed is not None:
                    self._cards[key] = placed
                await self._desk.announced(announcement, placed)
            case "reply" | "call" | "digest" | "rehearsal":
                await self._under(announcement, card)
                await self._desk.announced(announcement, None)
            case "direct":
                await self._directly(announcement)
                await self._desk.announced(announcement, None)
            case _:
                await self._say(announcement, None)
                await self._desk.announced(announcement, None)

    async def _place(self, announcement: Announcement, card: Card | None) -> Card | None:
        """Bring the card to where it should be; None if there is nothing to show any more."""
        message = await self._message(announcement)
        if message is None:
            return card
        channel = self._channel(announcement.kind)
        if card is None:
            card = await self._posted.find(announcement, channel, None)
        if card is not None:
            try:
                await self._call(card.channel, self._client.chat_update, message, ts=card.ts)
            except SlackApiError as error:
                if answered(error) not in _GONE and not self._is_left(card, channel, error):
                    raise
            else:
                return card
        return await self._post(announcement, channel, message)

    async def _message(self, announcement: Announcement) -> Message | None:
        """Return what the card shows now."""
        if announcement.kind == "check":
            asked = await self._desk.ask(ConnectionStatus(announcement.subject))
            return check_card(asked) if isinstance(asked, Connection) and asked.check else None
        answer = await self._desk.ask(Show(announcement.campaign))
        view = answer.campaign if isinstance(answer, Done) else None
        return self._render(announcement, view) if view else None

    def _render(self, announcement: Announcement, view: CampaignView) -> Message | None:
        if announcement.kind == "alert":
            run = alerts.run_of(view, announcement.subject)
            return alerts.alert_card(view, run) if run else None
        return views.review_card(view, self._settings.zone)

    async def _under(self, announcement: Announcement, card: Card | None) -> None:
        """Say it in the card's thread, or where the next card comes if that channel is closed."""
        say = self._picture if announcement.kind in _PICTURES else self._say
        try:
            await say(announcement, card)
        except SlackApiError as error:
            if not self._is_left(card, self._channel(announcement.kind), error):
                raise
            await say(announcement, None)

    async def _picture(self, announcement: Announcement, thread: Card | None) -> None:
        """Post a report or a rehearsal, with its picture, in the thread of the campaign's card."""
        draw = await self._drawing(announcement)
        if draw is None:
            return
        channel = thread.channel if thread else self._channel(announcement.kind)
        if await self._posted.find(announcement, channel, thread) is None:
            message = await _in_thread(draw)
            more = {"thread_ts": thread.ts} if thread else {}
            await self._post(announcement, channel, message, **more)

    async def _drawing(self, announcement: Announcement) -> Callable[[], Message] | None:
        """Return what draws it, in a thread; None: the campaign is gone, or nothing came of it."""
        client, campaign = self._client, announcement.campaign
        if announcement.kind == "digest":
            report = await self._desk.ask(ShowReport(campaign))
            body = announcement.body
            title = "Report" if body == FINAL else f"Digest of {body}"
            if not isinstance(report, Report):
                return None
            return partial(pictured, client, report, title=title)
        answer = await self._desk.ask(ShowRehearsal(campaign))
        return partial(rehearsed, client, answer) if isinstance(answer, Rehearsed) else None

    async def _say(self, announcement: Announcement, thread: Card | None) -> None:
        """Post words, in the thread if there is one, unless they stand there already."""
        channel = thread.channel if thread else self._channel(announcement.kind)
        if await self._posted.find(announcement, channel, thread) is None:
            more: dict[str, Any] = {"thread_ts": thread.ts} if thread else {}
            if thread and announcement.kind == "call":
                more["reply_broadcast"] = True
            await self._post(announcement, channel, notice(announcement), **more)

    async def _directly(self, announcement: Announcement) -> None:
        """Say it to one person; who is not in Slack, or no more, holds up nothing."""
        person = announcement.subject
        if not is_slack_id(person):
            return
        try:
            if await self._posted.find(announcement, person, None) is None:
                await self._post(announcement, person, notice(announcement))
        except SlackApiError as error:
            if answered(error) not in _AWAY:
                raise
            log.warning("Nobody could be told directly as %s: %s", person, reason(error))

    async def _post(
        self, announcement: Announcement, channel: str, message: Message, **more: Any
    ) -> Card:
        """Post it, marked so that it can be found again."""
        more["metadata"] = {"event_type": EVENT_TYPE, "event_payload": mark_of(announcement)}
        more["unfurl_links"] = False
        answer = await self._call(channel, self._client.chat_postMessage, message, **more)
        return Card(str(answer["channel"]), str(answer["ts"]))

    async def _call(
        self, channel: str, method: Callable[..., Any], message: Message, **more: Any
    ) -> Any:
        """Say it at the channel's pace; if Slack dislikes the blocks, say the text alone."""
        await self._pace.wait(channel)
        said = partial(method, channel=channel, text=message.text, **more)
        try:
            return await _in_thread(partial(said, blocks=list(message.blocks)))
        except SlackApiError as error:
            if answered(error) not in _SHAPE_REFUSED:
                raise
            log.error("Slack refused the blocks of a message: %s", error.response.get("errors"))  # noqa: TRY400 - the traceback is Slack's
        await self._pace.wait(channel)
        return await _in_thread(partial(said, blocks=[]))

    def _channel(self, kind: str) -> str:
        urgent = self._settings.alerts_channel if kind in _URGENT else ""
        return urgent or self._settings.review_channel

    def _is_left(self, card: Card | None, channel: str, error: SlackApiError) -> bool:
        """Tell whether the card stands in a closed channel, and its next belongs elsewhere."""
        return card is not None and card.channel != channel and answered(error) in _CLOSED


def _turn(pair: tuple[Announcement, Card | None]) -> tuple[bool, bool]:
    announcement, card = pair
    return announcement.kind not in _URGENT, announcement.kind == "reply" and card is None


async def _in_thread(call: Callable[[], Any]) -> Any:
    return await trio.to_thread.run_sync(call)
