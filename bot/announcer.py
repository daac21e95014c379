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
from bot.rehearsal_card import pictured as rehearsed
from bot.report_card import pictured
from bot.retries import Retries
from bot.settings import BotSettings
from store.announcements import FINAL

LOOK_AGAIN_SECONDS = 5.0
"""While something waits to be tried again, how often we look for something new."""
HISTORY_MESSAGES_MAX = 50
EVENT_TYPE = "clarion_announcement"

_PLACED = frozenset({"card", "alert", "check"})
_URGENT = frozenset({"alert", "notice", "check"})
_SHAPE_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})

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
        self._in_doubt: set[int] | None = None
        self._read: dict[tuple[str, str], list[dict[str, Any]]] = {}

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            waiting = await self._desk.announcements()
            ids = {announcement.id for announcement, _ in waiting}
            self._retries.keep(ids)
            if self._in_doubt is None:  # an earlier process may have died before its record
                self._in_doubt = ids
            self._in_doubt &= ids
            self._cards.clear()
            self._read.clear()
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
        if not answered(error) and self._in_doubt is not None:
            self._in_doubt.add(announcement.id)  # it may have arrived all the same

    async def _tell(self, announcement: Announcement, card: Card | None) -> None:
        """Say one thing, and record that it was said."""
        slot = announcement.kind if announcement.kind in _PLACED else "card"
        key = (slot, announcement.campaign, announcement.subject)
        card = self._cards.get(key, card)
        match announcement.kind:
            case "card" | "alert" | "check":
                placed = await self._place(announcement, card)
                if placed is not None:
                    self._cards[key] = placed
                await self._desk.announced(announcement, placed)
            case "reply" | "call":
                await self._say(announcement, self._channel("card"), card)
                await self._desk.announced(announcement, None)
            case "digest" | "rehearsal":
                await self._picture(announcement, card)
                await self._desk.announced(announcement, None)
            case _:
                await self._say(announcement, self._channel("alert"), None)
                await self._desk.announced(announcement, None)

    async def _place(self, announcement: Announcement, card: Card | None) -> Card | None:
        """Bring the card to where it should be; None if there is nothing to show any more."""
        message = await self._message(announcement)
        if message is None:
            return card
        channel = self._channel(announcement.kind)
        if card is None:
            card = await self._find(announcement, channel, None)
        if card is not None:
            try:
                await self._call(card.channel, self._client.chat_update, message, ts=card.ts)
            except SlackApiError as error:
                if answered(error) not in _GONE:
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

    async def _picture(self, announcement: Announcement, thread: Card | None) -> None:
        """Post a report or a rehearsal, with its picture, in the thread of the campaign's card."""
        draw = await self._drawing(announcement)
        if draw is None:
            return
        channel = thread.channel if thread else self._channel("card")
        if await self._find(announcement, channel, thread) is None:
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

    async def _say(self, announcement: Announcement, channel: str, thread: Card | None) -> None:
        """Post words, in the thread if there is one, unless they stand there already."""
        channel = thread.channel if thread else channel
        if await self._find(announcement, channel, thread) is None:
            more: dict[str, Any] = {"thread_ts": thread.ts} if thread else {}
            if thread and announcement.kind == "call":
                more["reply_broadcast"] = True
            await self._post(announcement, channel, notice(announcement), **more)

    async def _post(
        self, announcement: Announcement, channel: str, message: Message, **more: Any
    ) -> Card:
        """Post it, marked so that it can be found again."""
        more["metadata"] = {"event_type": EVENT_TYPE, "event_payload": _mark(announcement)}
        more["unfurl_links"] = False
        answer = await self._call(channel, self._client.chat_postMessage, message, **more)
        return Card(str(answer["channel"]), str(answer["ts"]))

    async def _find(
        self, announcement: Announcement, channel: str, thread: Card | None
    ) -> Card | None:
        """Look for a post that may have been made already, among the latest."""
        if announcement.id not in (self._in_doubt or ()):
            return None
        place = (channel, thread.ts if thread else "")
        if place not in self._read:
            self._read[place] = await self._latest(channel, thread)
        mark = _mark(announcement)
        for message in self._read[place]:
            metadata = message.get("metadata") or {}
            ours = metadata.get("event_type") == EVENT_TYPE
            if ours and metadata.get("event_payload") == mark:
                return Card(channel, str(message["ts"]))
        return None

    async def _latest(self, channel: str, thread: Card | None) -> list[dict[str, Any]]:
        """Return the latest posts; none without the right to read them."""
        asked: dict[str, Any] = {"limit": HISTORY_MESSAGES_MAX, "include_all_metadata": True}
        history: Callable[..., Any] = self._client.conversations_history
        if thread:
            history, asked["ts"] = self._client.conversations_replies, thread.ts
        try:
            answer = await _in_thread(partial(history, channel=channel, **asked))
        except SlackApiError as error:
            log.info("The latest posts cannot be read: %s", reason(error))
            return []
        return list(answer.get("messages") or ())

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
        if kind in ("alert", "check"):
            return self._settings.alerts_channel or self._settings.review_channel
        return self._settings.review_channel


def _mark(announcement: Announcement) -> dict[str, Any]:
    """Return what a post is known by: a card by what it shows, words by their announcement."""
    kind, campaign = announcement.kind, announcement.campaign
    if kind in _PLACED:
        return {"kind": kind, "campaign": campaign, "subject": announcement.subject}
    return {"kind": kind, "campaign": campaign, "id": announcement.id}


def _turn(pair: tuple[Announcement, Card | None]) -> tuple[bool, bool]:
    announcement, card = pair
    return announcement.kind not in _URGENT, announcement.kind == "reply" and card is None


async def _in_thread(call: Callable[[], Any]) -> Any:
    return await trio.to_thread.run_sync(call)
