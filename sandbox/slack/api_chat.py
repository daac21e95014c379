"""The chat.* methods and the response URLs: what the bot says, with every limit on saying it."""

from collections.abc import Mapping
from typing import Any

from sandbox.slack import limits, workspace
from sandbox.slack.blocks import block_problems, blocks_characters
from sandbox.slack.messages import Message
from sandbox.slack.refusal import Refused
from sandbox.slack.world import World

Args = dict[str, Any]
Answer = dict[str, Any]


class Content:
    """The text and the blocks of a call, accepted; `given` is what was there at all."""

    def __init__(self, world: World, args: Mapping[str, Any], text_max: int) -> None:
        text, blocks = args.get("text"), args.get("blocks")
        if text is not None and not isinstance(text, str):
            raise Refused("invalid_arguments", "must provide a string [json-pointer:/text]")
        if text is not None and len(text) > text_max:
            raise Refused("msg_too_long")
        if blocks is not None:
            if not isinstance(blocks, list):
                raise Refused("invalid_blocks_format")
            problems = block_problems(blocks, "message", files=world.files.is_ready)
            if problems:
                raise Refused("invalid_blocks", *problems)
            if blocks_characters(blocks) > limits.MESSAGE_BLOCKS_CHARACTERS_MAX:
                raise Refused("msg_blocks_too_long")
        self.text: str | None = text
        self.blocks: list[Any] | None = blocks

    def required(self) -> tuple[str, list[Any]]:
        """Text and blocks, of which a message must have one."""
        if not self.text and not self.blocks:
            raise Refused("no_text")
        return self.text or "", self.blocks or []


def _metadata(args: Args) -> dict[str, Any] | None:
    metadata = args.get("metadata")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise Refused("invalid_metadata_format")
    named = isinstance(metadata.get("event_type"), str)
    if not named or not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_schema")
    return metadata


def _thread(world: World, channel: str, thread_ts: object) -> str | None:
    if not thread_ts:
        return None
    try:
        parent = world.messages.find(channel, str(thread_ts))
    except Refused:
        raise Refused("thread_not_found") from None
    return parent.thread_ts or parent.ts


def is_true(value: object) -> bool:
    """A boolean argument, which a form sends as text."""
    return value is True or str(value).lower() in ("true", "1")


def post_message(world: World, args: Args) -> Answer:
    """chat.postMessage."""
    channel = world.channel(args.get("channel"))
    text, blocks = Content(world, args, limits.MESSAGE_TEXT_CHARACTERS_MAX).required()
    more = {
        "thread_ts": _thread(world, channel.id, args.get("thread_ts")),
        "metadata": _metadata(args),
        "broadcast": is_true(args.get("reply_broadcast")),
    }
    world.pace.check_post(channel.id)
    message = world.messages.post(channel.id, workspace.BOT_USER, text, blocks, **more)
    return {"channel": channel.id, "ts": message.ts, "message": message.json()}


def post_ephemeral(world: World, args: Args) -> Answer:
    """chat.postEphemeral."""
    channel = world.channel(args.get("channel"))
    person = world.person(args.get("user"))
    if channel.user not in (None, person.id):
        raise Refused("user_not_in_channel")
    text, blocks = Content(world, args, limits.MESSAGE_TEXT_CHARACTERS_MAX).required()
    thread_ts = _thread(world, channel.id, args.get("thread_ts"))
    message = world.messages.post(
        channel.id,
        workspace.BOT_USER,
        text,
        blocks,
        thread_ts=thread_ts,
        only_for=person.id,
    )
    return {"message_ts": message.ts}


def _own(world: World, args: Args, refusal: str) -> Message:
    channel = world.channel(args.get("channel"))
    message = world.messages.find(channel.id, str(args.get("ts")))
    if message.user != workspace.BOT_USER:
        raise Refused(refusal)
    return message


def update(world: World, args: Args) -> Answer:
    """chat.update: what is not given stays; an empty list takes the blocks away."""
    message = _own(world, args, "cant_update_message")
    content = Content(world, args, limits.MESSAGE_UPDATE_TEXT_CHARACTERS_MAX)
    if content.text is None and content.blocks is None:
        raise Refused("no_text")
    if content.blocks == [] and not (content.text or message.text):
        raise Refused("no_text")
    metadata = _metadata(args)
    world.messages.edit(message, content.text, content.blocks)
    message.metadata = metadata if metadata is not None else message.metadata
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": message.json(),
    }


def delete(world: World, args: Args) -> Answer:
    """chat.delete."""
    message = _own(world, args, "cant_delete_message")
    world.messages.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(world: World, args: Args) -> Answer:
    """chat.getPermalink."""
    channel = world.channel(args.get("channel"))
    message = world.messages.find(channel.id, str(args.get("message_ts")))
    link = world.permalink(channel.id, message.ts, message.thread_ts)
    return {"channel": channel.id, "permalink": link}


def respond(world: World, key: str, args: Args) -> None:
    """A POST to a response URL: a new answer, or the acted-on message replaced or deleted."""
    ticket = world.tickets.use_response(key)
    acted_on = None
    if ticket.message_ts is not None:
        try:
            acted_on = world.messages.find(ticket.channel, ticket.message_ts, user=ticket.user)
        except Refused:
            acted_on = None
    if is_true(args.get("delete_original")):
        if acted_on is not None:
            world.messages.delete(acted_on)
        return
    content = Content(world, args, limits.MESSAGE_TEXT_CHARACTERS_MAX)
    text, blocks = content.required()
    if is_true(args.get("replace_original")) and acted_on is not None:
        world.messages.edit(acted_on, text, blocks)
        return
    kind = args.get("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise Refused("invalid_arguments", "unknown response_type [json-pointer:/response_type]")
    threaded = ticket.thread_ts if args.get("thread_ts") is None else args["thread_ts"]
    world.messages.post(
        ticket.channel,
        workspace.BOT_USER,
        text,
        blocks,
        thread_ts=_thread(world, ticket.channel, threaded),
        only_for=ticket.user if kind == "ephemeral" else None,
    )


METHODS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
}
