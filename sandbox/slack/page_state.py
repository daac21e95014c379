"""All that one person sees at a moment, as the page asks for it after every change."""

from typing import Any, Final

from sandbox.slack import workspace
from sandbox.slack.messages import Message
from sandbox.slack.refusal import NotPossible
from sandbox.slack.values import plain_value
from sandbox.slack.views import View
from sandbox.slack.world import World

CHANNEL_MESSAGES_SHOWN_MAX: Final = 200
COMPLAINTS_SHOWN_MAX: Final = 20


def page_state(world: World, user: str) -> dict[str, Any]:
    """Channels with messages and threads, ephemerals, open modals, home tab, complaints."""
    if user not in workspace.MARKETERS:
        raise NotPossible(f"there is no marketer {user!r}")
    home = world.views.home(user)
    complaints = world.complaints.listed()
    return {
        "version": world.feed.version,
        "team": {"id": workspace.TEAM, "name": workspace.TEAM_NAME},
        "bot_user": workspace.BOT_USER,
        "marketers": list(workspace.MARKETERS),
        "people": {
            person.id: {
                "id": person.id,
                "name": person.name,
                "real_name": person.real_name,
                "colour": person.colour,
                "zone": person.zone,
                "is_bot": person.is_bot,
            }
            for person in workspace.PEOPLE.values()
        },
        "usergroups": {group: handle for group, (handle, _) in workspace.USERGROUPS.items()},
        "commands": workspace.COMMANDS,
        "channels": [
            _channel(world, user, channel)
            for channel in [*workspace.CHANNELS.values(), workspace.direct_channel(user)]
        ],
        "views": [_view(view) for view in world.views.stack(user)],
        "home": _view(home) if home else None,
        "complaints_count": len(complaints),
        "complaints": complaints[-COMPLAINTS_SHOWN_MAX:],
    }


def _channel(world: World, user: str, channel: workspace.Channel) -> dict[str, Any]:
    messages = world.messages.in_channel(channel.id)
    read_up_to = world.read_up_to.get((user, channel.id), "")
    unread = sum(each.ts > read_up_to and each.user != user for each in messages)
    mine = world.messages.ephemerals(user, channel.id)
    shown = sorted(messages[-CHANNEL_MESSAGES_SHOWN_MAX:] + mine, key=lambda each: each.ts)
    return {
        "id": channel.id,
        "name": channel.name,
        "purpose": channel.purpose,
        "direct": channel.user is not None,
        "read_only": channel.user is not None and world.is_read_only,
        "unread": unread,
        "messages": [_message(world, each) for each in shown],
    }


def _message(world: World, message: Message) -> dict[str, Any]:
    replies = world.messages.replies(message.channel, message.ts)
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "edited": message.edited is not None,
        "ephemeral": message.only_for is not None,
        "thread_ts": message.thread_ts,
        "files": list(message.files),
        "revision": message.revision,
        "replies": [_message(world, each) for each in replies],
    }


def _view(view: View) -> dict[str, Any]:
    return {
        "id": view.id,
        "type": view.definition["type"],
        "title": view.definition.get("title"),
        "submit": view.definition.get("submit"),
        "close": view.definition.get("close"),
        "submit_disabled": view.definition.get("submit_disabled", False),
        "blocks": view.definition["blocks"],
        "revision": view.revision,
        "errors": view.errors,
        "values": {
            block: {action: plain_value(state) for action, state in elements.items()}
            for block, elements in view.values.items()
        },
        "labels": _labels(view),
    }


def _labels(view: View) -> dict[str, str]:
    """The words of options and files that are chosen and that the view itself does not list."""
    words: dict[str, str] = {}
    for elements in view.values.values():
        for state in elements.values():
            chosen = [*(state.get("selected_options") or []), state.get("selected_option")]
            words |= {each["value"]: each["text"]["text"] for each in chosen if each}
            words |= {each["id"]: each["name"] for each in state.get("files") or ()}
    return words
