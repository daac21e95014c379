"""What has been said: channels with their messages and threads, and each person's ephemerals."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from sandbox.slack import workspace
from sandbox.slack.blocks import with_ids
from sandbox.slack.feed import Feed
from sandbox.slack.refusal import Refused

CHANNEL_MESSAGES_MAX: Final = 5_000
EPHEMERALS_MAX: Final = 500


class Message(msgspec.Struct):
    """One message; `only_for` makes it an ephemeral, `revision` grows with each change."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    edited: str | None = None
    only_for: str | None = None
    revision: int = 0
    files: tuple[dict[str, Any], ...] = ()
    broadcast: bool = False

    def json(self) -> dict[str, Any]:
        """The message as the Web API and the payloads show it."""
        shown: dict[str, Any] = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "text": self.text,
            "team": workspace.TEAM,
        }
        if self.user == workspace.BOT_USER:
            shown |= {
                "bot_id": workspace.BOT,
                "app_id": workspace.APP,
                "bot_profile": {
                    "id": workspace.BOT,
                    "app_id": workspace.APP,
                    "name": workspace.APP_NAME,
                    "deleted": False,
                    "team_id": workspace.TEAM,
                },
            }
        if self.blocks:
            shown["blocks"] = self.blocks
        if self.thread_ts is not None:
            shown["thread_ts"] = self.thread_ts
        if self.metadata is not None:
            shown["metadata"] = self.metadata
        if self.edited is not None:
            shown["edited"] = {"user": self.user, "ts": self.edited}
        if self.files:
            shown["files"] = list(self.files)
        return shown


class Messages:
    """Every message of the workspace, in order of its ts, which is also its name."""

    def __init__(self, now: Callable[[], float], feed: Feed) -> None:
        self._now = now
        self._feed = feed
        self._micros = 0
        self._channels: dict[str, dict[str, Message]] = {}
        self._ephemerals: dict[str, Message] = {}

    def new_ts(self) -> str:
        """A ts that no message has: the time, moved on by a microsecond where it must be."""
        self._micros = max(self._micros + 1, int(self._now() * 1_000_000))
        return f"{self._micros // 1_000_000}.{self._micros % 1_000_000:06d}"

    def post(
        self,
        channel: str,
        user: str,
        text: str,
        blocks: list[Any] | None = None,
        **more: Any,
    ) -> Message:
        """Add a message; `more` are further fields of Message, such as thread_ts or only_for."""
        stored = with_ids(blocks or [])
        message = Message(self.new_ts(), channel, user, text, stored, **more)
        if message.only_for is None:
            kept, limit = self._channels.setdefault(channel, {}), CHANNEL_MESSAGES_MAX
        else:
            kept, limit = self._ephemerals, EPHEMERALS_MAX
        kept[message.ts] = message
        if len(kept) > limit:
            del kept[next(iter(kept))]
        self._parent_changed(message)
        self._feed.changed()
        return message

    def edit(self, message: Message, text: str | None, blocks: list[Any] | None) -> None:
        """Replace what a message says; what is None stays (so text alone keeps the blocks)."""
        if text is not None:
            message.text = text
        if blocks is not None:
            message.blocks = with_ids(blocks)
        if message.only_for is None:
            message.edited = self.new_ts()
        message.revision += 1
        self._feed.changed()

    def delete(self, message: Message) -> None:
        """Take a message away."""
        self._channels.get(message.channel, {}).pop(message.ts, None)
        self._ephemerals.pop(message.ts, None)
        self._parent_changed(message)
        self._feed.changed()

    def _parent_changed(self, reply: Message) -> None:
        if reply.thread_ts is not None:
            parent = self._channels.get(reply.channel, {}).get(reply.thread_ts)
            if parent is not None:
                parent.revision += 1

    def find(self, channel: str, ts: str, *, user: str | None = None) -> Message:
        """The message of that ts; with `user`, ephemerals only that user sees count as well."""
        message = self._channels.get(channel, {}).get(ts)
        if message is None and user is not None:
            only = self._ephemerals.get(ts)
            message = only if only and (only.channel, only.only_for) == (channel, user) else None
        if message is None:
            raise Refused("message_not_found")
        return message

    def in_channel(self, channel: str) -> list[Message]:
        """What stands in the channel itself, oldest first, with broadcast replies."""
        kept = self._channels.get(channel, {}).values()
        return [each for each in kept if each.thread_ts in (None, each.ts) or each.broadcast]

    def replies(self, channel: str, ts: str) -> list[Message]:
        """The replies in a message's thread, oldest first."""
        kept = self._channels.get(channel, {}).values()
        return [each for each in kept if each.thread_ts == ts and each.ts != ts]

    def ephemerals(self, user: str, channel: str) -> list[Message]:
        """What only this user sees in a channel, oldest first."""
        kept = self._ephemerals.values()
        return [each for each in kept if (each.only_for, each.channel) == (user, channel)]

    def json_with_thread(self, message: Message) -> dict[str, Any]:
        """The message with what Slack adds to the parent of a thread."""
        replies = self.replies(message.channel, message.ts)
        if not replies:
            return message.json()
        people = list(dict.fromkeys(each.user for each in replies))
        return message.json() | {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": people,
            "reply_users_count": len(people),
            "latest_reply": replies[-1].ts,
            "is_locked": False,
            "subscribed": False,
        }
