"""What a person can do in a channel: type, run a command, click in a message, dismiss."""

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from sandbox.slack import limits, payloads, workspace
from sandbox.slack.api_chat import Content, respond
from sandbox.slack.courier import Courier, Reply
from sandbox.slack.messages import Message
from sandbox.slack.offered import Offered
from sandbox.slack.refusal import NotPossible, Refused
from sandbox.slack.suggestions import suggested
from sandbox.slack.tickets import ResponseTicket
from sandbox.slack.values import Entered, entered, has_state, kept_values
from sandbox.slack.views import find_element
from sandbox.slack.world import World

KEPT_MAX: Final = 1_000


class Outcome(msgspec.Struct, frozen=True):
    """How an act ended for the person: Slack's error name, or errors beneath inputs, or well."""

    error: str | None = None
    errors: dict[str, str] = {}

    @property
    def ok(self) -> bool:
        """Whether nothing went wrong."""
        return self.error is None and not self.errors


class ChannelActs:
    """The acts of people in channels; `emit` sends an event to the bot in the background."""

    def __init__(
        self,
        world: World,
        courier: Courier,
        emit: Callable[[dict[str, Any]], None],
    ) -> None:
        self._world = world
        self._courier = courier
        self._emit = emit
        self._states: dict[tuple[str, str], dict[str, Any]] = {}
        self._offered = Offered()

    async def command(self, user: str, channel: str, text: str) -> Outcome:
        """Type a slash command; a failure is told to the person as Slack tells it."""
        place = self._to_write_in(user, channel)
        command, _, rest = text.strip().partition(" ")
        if command not in workspace.COMMANDS:
            self._tell(user, place.id, f"`{command}` is not a valid command.")
            return Outcome("invalid_command")
        payload = payloads.slash_command(self._world, user, place, command, rest.strip())
        reply = await self._courier.deliver("slash_commands", payload)
        if reply.error is not None:
            words = f'{command} failed with the error "{reply.error}"'
            self._tell(user, place.id, words)
            return Outcome(reply.error)
        return self._answered(reply, user, place.id)

    def _answered(self, reply: Reply, user: str, channel: str) -> Outcome:
        """Show what the bot put into the acknowledgement of a command."""
        body = {"text": reply.body} if isinstance(reply.body, str) else reply.body
        if not body:
            return Outcome()
        world = self._world
        key = world.tickets.issue_response(ResponseTicket(user, channel, world.now()))
        try:
            respond(world, key, body if isinstance(body, dict) else {})
        except Refused as refused:
            world.complain("slash_commands", refused.error, *refused.messages)
            self._tell(user, channel, f'The command failed with the error "{refused.error}"')
            return Outcome(refused.error)
        return Outcome()

    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Write a plain message; the bot hears of it only when it is mentioned or in its DM."""
        place = self._to_write_in(user, channel)
        Content(self._world, {"text": text}, limits.MESSAGE_TEXT_CHARACTERS_MAX).required()
        if thread_ts is not None:
            self._world.messages.find(place.id, thread_ts)
        message = self._world.messages.post(place.id, user, text, thread_ts=thread_ts)
        self._world.read_up_to[user, place.id] = message.ts
        inner = {
            "user": user,
            "text": text,
            "ts": message.ts,
            "channel": place.id,
            "event_ts": message.ts,
            "team": workspace.TEAM,
        }
        if thread_ts is not None:
            inner["thread_ts"] = thread_ts
        if place.user is not None:
            self._emit({"type": "message", "channel_type": "im", **inner})
        elif re.search(f"<@{workspace.BOT_USER}(\\|[^>]*)?>", text):
            self._emit({"type": "app_mention", **inner})
        return message

    async def click(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: Any = None,
        values: Entered | None = None,
    ) -> Outcome:
        """Use an element of a message: press a button, or choose `value` in a menu or picker.

        `values` fills in other inputs of the same message first.
        """
        message, block, element = self._element(user, channel, ts, action_id, block_id)
        state = None
        held = self._entered(user, message, values or {})
        if element["type"] != "button":
            offered = self._offered.of((user, ts, action_id))
            state = entered(element, value, offered)
        if state is not None and has_state(element):
            held[block["block_id"]][action_id] = state
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Outcome()
        done = payloads.action(block, element, state, self._world.messages.new_ts())
        payload = payloads.message_action(self._world, user, message, done, held)
        reply = await self._courier.deliver("interactive", payload)
        return Outcome(reply.error)

    def _entered(self, user: str, message: Message, values: Entered) -> dict[str, Any]:
        """The state of a message's inputs for one person, with `values` filled in."""
        known = self._states.get((user, message.ts), {})
        held = kept_values(message.blocks, known)
        for block_id, elements in values.items():
            for action_id, value in elements.items():
                found = find_element(message.blocks, action_id, block_id)
                if found is None or not has_state(found[1]):
                    raise NotPossible(f"the message has no input {block_id}/{action_id}")
                offered = self._offered.of((user, message.ts, action_id))
                held[block_id][action_id] = entered(found[1], value, offered)
        keep_newest(self._states, (user, message.ts), held)
        return held

    async def suggest(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        typed: str,
    ) -> list[dict[str, Any]]:
        """The options that the bot offers for what was typed in a message's external select."""
        message, block, element = self._element(user, channel, ts, action_id, None)
        payload = payloads.suggestion(user, message, block, element, typed)
        reply = await self._courier.deliver("interactive", payload)
        options = accepted_options(self._world, reply)
        self._offered.add((user, ts, action_id), options)
        return options

    def dismiss(self, user: str, channel: str, ts: str) -> None:
        """Take an ephemeral away from one's own sight."""
        message = self._message(user, channel, ts)
        if message.only_for != user:
            raise NotPossible("only a message that nobody else sees can be dismissed")
        self._world.messages.delete(message)

    def read(self, user: str, channel: str) -> None:
        """Look at a channel: what stands there is not unread any more."""
        seen = self._world.messages.in_channel(self._place(user, channel).id)
        latest = seen[-1].ts if seen else ""
        if latest and self._world.read_up_to.get((user, channel)) != latest:
            self._world.read_up_to[user, channel] = latest
            self._world.feed.changed()

    def _place(self, user: str, channel: str) -> workspace.Channel:
        place = workspace.find_channel(channel)
        if user not in workspace.MARKETERS:
            raise NotPossible(f"there is no marketer {user!r}")
        if place is None or place.user not in (None, user):
            raise NotPossible(f"{user} has no channel {channel!r}")
        return place

    def _to_write_in(self, user: str, channel: str) -> workspace.Channel:
        place = self._place(user, channel)
        if place.user is not None and self._world.is_read_only:
            raise NotPossible(f"sending messages to {place.name} has been turned off")
        return place

    def _message(self, user: str, channel: str, ts: str) -> Message:
        place = self._place(user, channel)
        try:
            return self._world.messages.find(place.id, ts, user=user)
        except Refused:
            raise NotPossible(f"{user} sees no message {ts} in {place.name}") from None

    def _element(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        block_id: str | None,
    ) -> tuple[Message, dict[str, Any], dict[str, Any]]:
        message = self._message(user, channel, ts)
        found = find_element(message.blocks, action_id, block_id)
        if found is None:
            raise NotPossible(f"the message {ts} has no element {action_id!r}")
        return message, *found

    def _tell(self, user: str, channel: str, words: str) -> None:
        self._world.messages.post(channel, workspace.SLACKBOT, words, only_for=user)


def keep_newest(store: dict[Any, Any], key: Any, value: Any) -> None:
    """Remember something, and forget what was remembered first when it is too much."""
    store[key] = value
    if len(store) > KEPT_MAX:
        del store[next(iter(store))]


def accepted_options(world: World, reply: Reply) -> list[dict[str, Any]]:
    """The options of an answer, none (and a complaint) where Slack would drop it."""
    if reply.error is not None:
        return []
    found = suggested(reply.body)
    if found.problems:
        world.complain("block_suggestion", "invalid_options", *found.problems)
    return found.options
