"""What stands in Slack already of what may have been told, found by the mark of each post.

A crash or a broken connection just after a post leaves nobody knowing whether it was made.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import trio
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from actors.mail import Announcement, Card
from bot.line import reason
from bot.words import is_slack_id

HISTORY_MESSAGES_MAX = 50
EVENT_TYPE = "clarion_announcement"
PLACED = frozenset({"card", "alert", "check"})
"""What stands in one place and is brought up to date there."""

log = logging.getLogger(__name__)


class Posted:
    """Looks, for each announcement of which nobody knows, whether Slack has it."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._in_doubt: set[int] | None = None
        self._read: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def keep(self, ids: set[int]) -> None:
        """Begin a round: these are to be told. An earlier process may have told any of the first.

        What was read in the round before is read anew.
        """
        self._in_doubt = ids if self._in_doubt is None else self._in_doubt & ids
        self._read.clear()

    def doubt(self, announcement: Announcement) -> None:
        """Take note that it may have arrived, though nobody said so."""
        if self._in_doubt is not None:
            self._in_doubt.add(announcement.id)

    async def find(
        self, announcement: Announcement, channel: str, thread: Card | None
    ) -> Card | None:
        """Look for a post that may have been made already, among the latest."""
        if announcement.id not in (self._in_doubt or ()):
            return None
        place = (channel, thread.ts if thread else "")
        if place not in self._read:
            self._read[place] = await self._latest(channel, thread)
        mark = mark_of(announcement)
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
            if is_slack_id(channel):  # a person: their channel with us has an id of its own
                opened = await _in_thread(partial(self._client.conversations_open, users=channel))
                channel = str(opened["channel"]["id"])
            answer = await _in_thread(partial(history, channel=channel, **asked))
        except SlackApiError as error:
            log.info("The latest posts cannot be read: %s", reason(error))
            return []
        return list(answer.get("messages") or ())


def mark_of(announcement: Announcement) -> dict[str, Any]:
    """Return what a post is known by: a card by what it shows, words by their announcement."""
    kind, campaign = announcement.kind, announcement.campaign
    if kind in PLACED:
        return {"kind": kind, "campaign": campaign, "subject": announcement.subject}
    return {"kind": kind, "campaign": campaign, "id": announcement.id}


async def _in_thread(call: Callable[[], Any]) -> Any:
    return await trio.to_thread.run_sync(call)
