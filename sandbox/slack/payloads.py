"""What Slack sends to an app: slash commands, interactions, suggestions and events."""

from typing import Any, Final

from sandbox.slack import values, workspace
from sandbox.slack.messages import Message
from sandbox.slack.tickets import ResponseTicket
from sandbox.slack.views import View
from sandbox.slack.world import World

Json = dict[str, Any]
VERIFICATION_TOKEN: Final = "local-verification-token"  # noqa: S105 - deprecated field of Slack's, no secret


def channel_name(channel: workspace.Channel) -> str:
    """The name that payloads use, which hides whose direct message it is."""
    return "directmessage" if channel.user else channel.name


def _common(user: str) -> Json:
    name = workspace.PEOPLE[user].name
    return {
        "token": VERIFICATION_TOKEN,
        "team": {"id": workspace.TEAM, "domain": workspace.TEAM_DOMAIN},
        "user": {"id": user, "username": name, "name": name, "team_id": workspace.TEAM},
        "api_app_id": workspace.APP,
        "is_enterprise_install": False,
        "enterprise": None,
    }


def slash_command(
    world: World,
    user: str,
    channel: workspace.Channel,
    command: str,
    text: str,
) -> Json:
    """The fields of a slash command, all of them strings."""
    key = world.tickets.issue_response(ResponseTicket(user, channel.id, world.now()))
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.TEAM,
        "team_domain": workspace.TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user,
        "user_name": workspace.PEOPLE[user].name,
        "command": command,
        "text": text,
        "api_app_id": workspace.APP,
        "is_enterprise_install": "false",
        "response_url": world.response_url(key),
        "trigger_id": world.tickets.issue_trigger(user, channel.id),
    }


def action(block: Json, element: Json, state: Json | None, ts: str) -> Json:
    """One entry of `actions`: the element that was used and what it now says."""
    done = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": ts,
    }
    for name in ("text", "value", "style", "url", "placeholder"):
        if name in element:
            done[name] = element[name]
    return done | (state or {})


def message_action(world: World, user: str, message: Message, done: Json, state: Json) -> Json:
    """block_actions on a message; an ephemeral's own content is not sent, as in Slack."""
    channel = workspace.find_channel(message.channel)
    assert channel is not None, "a message is always posted in a channel that exists"
    ephemeral = message.only_for is not None
    ticket = ResponseTicket(
        user,
        channel.id,
        world.now(),
        message_ts=message.ts,
        thread_ts=message.thread_ts,
        ephemeral=ephemeral,
    )
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    payload = _common(user) | {
        "type": "block_actions",
        "container": container,
        "trigger_id": world.tickets.issue_trigger(user, channel.id),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": state},
        "response_url": world.response_url(world.tickets.issue_response(ticket)),
        "actions": [done],
    }
    return payload if ephemeral else payload | {"message": message.json()}


def view_action(world: World, user: str, view: View, done: Json) -> Json:
    """block_actions in a modal or on the home tab."""
    return _common(user) | {
        "type": "block_actions",
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": world.tickets.issue_trigger(user),
        "view": view.json(),
        "actions": [done],
    }


def view_submission(world: World, user: str, view: View) -> Json:
    """A modal's submit button was pressed."""
    return _common(user) | {
        "type": "view_submission",
        "trigger_id": world.tickets.issue_trigger(user),
        "view": view.json(),
        "response_urls": _response_urls(world, user, view),
    }


def _response_urls(world: World, user: str, view: View) -> list[Json]:
    urls = []
    for block in view.definition["blocks"]:
        element = block.get("element", {})
        if block["type"] == "input" and element.get("response_url_enabled"):
            state = view.values[block["block_id"]][element["action_id"]]
            chosen = values.plain_value(state)
            if chosen is not None:
                key = world.tickets.issue_response(ResponseTicket(user, chosen, world.now()))
                urls.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": chosen,
                        "response_url": world.response_url(key),
                    },
                )
    return urls


def view_closed(user: str, view: View, *, cleared: bool) -> Json:
    """A modal that asked for it was closed."""
    return _common(user) | {"type": "view_closed", "view": view.json(), "is_cleared": cleared}


def suggestion(user: str, where: View | Message, block: Json, element: Json, typed: str) -> Json:
    """block_suggestion: what was typed into an external select."""
    payload = _common(user) | {
        "type": "block_suggestion",
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": typed,
    }
    if isinstance(where, View):
        return payload | {
            "container": {"type": "view", "view_id": where.id},
            "view": where.json(),
        }
    container = {"type": "message", "message_ts": where.ts, "channel_id": where.channel}
    return payload | {"container": container, "message": where.json()}


def event(world: World, inner: Json) -> Json:
    """The envelope of the Events API around one event."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.TEAM,
        "context_team_id": workspace.TEAM,
        "context_enterprise_id": None,
        "api_app_id": workspace.APP,
        "event": inner,
        "type": "event_callback",
        "event_id": "Ev" + world.tickets.new_id(9).upper(),
        "event_time": int(world.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.TEAM,
                "user_id": workspace.BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            },
        ],
        "is_ext_shared_channel": False,
    }
