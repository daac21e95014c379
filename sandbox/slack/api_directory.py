"""The methods that read: who is here, where one can talk, what was said."""

from typing import Any

from sandbox.slack import workspace
from sandbox.slack.api_chat import is_true
from sandbox.slack.refusal import Refused
from sandbox.slack.world import World, page_of

Args = dict[str, Any]
Answer = dict[str, Any]


def auth_test(world: World, _args: Args) -> Answer:
    """auth.test."""
    return {
        "url": f"{world.base}/",
        "team": workspace.TEAM_NAME,
        "user": workspace.PEOPLE[workspace.BOT_USER].name,
        "team_id": workspace.TEAM,
        "user_id": workspace.BOT_USER,
        "bot_id": workspace.BOT,
        "is_enterprise_install": False,
    }


def api_test(_world: World, args: Args) -> Answer:
    """api.test: the arguments come back; `error` asks for that error."""
    if args.get("error"):
        raise Refused(str(args["error"]))
    return {"args": args}


def team_info(_world: World, _args: Args) -> Answer:
    """team.info."""
    team = {
        "id": workspace.TEAM,
        "name": workspace.TEAM_NAME,
        "domain": workspace.TEAM_DOMAIN,
        "email_domain": "local.example",
        "icon": {"image_default": True},
    }
    return {"team": team}


def bots_info(_world: World, args: Args) -> Answer:
    """bots.info."""
    if args.get("bot") != workspace.BOT:
        raise Refused("bot_not_found")
    bot = {
        "id": workspace.BOT,
        "app_id": workspace.APP,
        "user_id": workspace.BOT_USER,
        "name": workspace.APP_NAME,
        "deleted": False,
    }
    return {"bot": bot}


def users_info(world: World, args: Args) -> Answer:
    """users.info."""
    return {"user": workspace.user_json(world.person(args.get("user")))}


def users_list(_world: World, args: Args) -> Answer:
    """users.list."""
    people = [workspace.user_json(person) for person in workspace.PEOPLE.values()]
    shown, cursor = page_of(people, args, 200)
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def usergroups_list(_world: World, _args: Args) -> Answer:
    """usergroups.list."""
    groups = [
        {
            "id": group,
            "team_id": workspace.TEAM,
            "is_usergroup": True,
            "handle": handle,
            "name": handle,
            "users": list(users),
            "user_count": len(users),
        }
        for group, (handle, users) in workspace.USERGROUPS.items()
    ]
    return {"usergroups": groups}


def usergroups_users_list(_world: World, args: Args) -> Answer:
    """usergroups.users.list."""
    group = workspace.USERGROUPS.get(str(args.get("usergroup")))
    if group is None:
        raise Refused("no_such_subteam")
    return {"users": list(group[1])}


def conversations_list(_world: World, args: Args) -> Answer:
    """conversations.list, of the types asked for."""
    types = str(args.get("types") or "public_channel").split(",")
    unknown = set(types) - {"public_channel", "private_channel", "mpim", "im"}
    if unknown:
        raise Refused("invalid_types")
    channels = list(workspace.CHANNELS.values()) if "public_channel" in types else []
    if "im" in types:
        channels += [workspace.direct_channel(user) for user in workspace.MARKETERS]
    shown, cursor = page_of([workspace.channel_json(each) for each in channels], args, 100)
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def conversations_info(world: World, args: Args) -> Answer:
    """conversations.info."""
    return {"channel": workspace.channel_json(world.channel(args.get("channel")))}


def conversations_members(world: World, args: Args) -> Answer:
    """conversations.members."""
    channel = world.channel(args.get("channel"))
    people = [channel.user, workspace.BOT_USER] if channel.user else list(workspace.PEOPLE)
    shown, cursor = page_of(people, args, 100)
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def conversations_open(world: World, args: Args) -> Answer:
    """conversations.open: the direct message with one marketer."""
    users = args.get("users") or args.get("channel")
    names = users.split(",") if isinstance(users, str) else users
    if not isinstance(names, list) or len(names) != 1:
        raise Refused("users_list_not_supplied" if not names else "not_enough_users")
    channel = workspace.find_channel(str(names[0]))
    if channel is None or channel.user is None:
        raise Refused("user_not_found")
    world.feed.changed()
    if is_true(args.get("return_im")):
        return {"channel": workspace.channel_json(channel)}
    return {"channel": {"id": channel.id}}


def _window(messages: list[Any], args: Args) -> list[Any]:
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "9999999999")
    inclusive = is_true(args.get("inclusive"))
    try:
        low, high = float(oldest), float(latest)
    except ValueError:
        raise Refused("invalid_ts_oldest") from None
    return [
        each
        for each in messages
        if low < float(each.ts) < high or (inclusive and each.ts in (oldest, latest))
    ]


def conversations_history(world: World, args: Args) -> Answer:
    """conversations.history, newest first."""
    channel = world.channel(args.get("channel"))
    messages = _window(world.messages.in_channel(channel.id), args)[::-1]
    shown, cursor = page_of(messages, args, 100)
    return {
        "messages": [world.messages.json_with_thread(each) for each in shown],
        "has_more": bool(cursor),
        "pin_count": 0,
        "response_metadata": {"next_cursor": cursor},
    }


def conversations_replies(world: World, args: Args) -> Answer:
    """conversations.replies: the parent, then its replies, oldest first."""
    channel = world.channel(args.get("channel"))
    try:
        parent = world.messages.find(channel.id, str(args.get("ts")))
    except Refused:
        raise Refused("thread_not_found") from None
    replies = _window(world.messages.replies(channel.id, parent.ts), args)
    shown, cursor = page_of([parent, *replies], args, 1000)
    return {
        "messages": [world.messages.json_with_thread(each) for each in shown],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


METHODS = {
    "auth.test": auth_test,
    "api.test": api_test,
    "team.info": team_info,
    "bots.info": bots_info,
    "users.info": users_info,
    "users.list": users_list,
    "usergroups.list": usergroups_list,
    "usergroups.users.list": usergroups_users_list,
    "conversations.list": conversations_list,
    "conversations.info": conversations_info,
    "conversations.members": conversations_members,
    "conversations.open": conversations_open,
    "conversations.history": conversations_history,
    "conversations.replies": conversations_replies,
}
