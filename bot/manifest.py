"""The manifest of the Slack app: what Clarion needs of a workspace, by the names in the code."""

from typing import Any

from bot.answers import USES
from bot.http import PATH
from bot.ids import COMMAND

SCOPES = (
    "channels:history",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
    "users:read.email",
)
"""The bot's, in order. Why each: docs/how-to/connect-slack.md."""
EVENTS = ("app_home_opened",)


def manifest(url: str = "") -> dict[str, Any]:
    """Return the manifest: for Socket Mode, or for Slack to call `url`, an https address."""
    request = {"request_url": f"{url.rstrip('/')}{PATH}"} if url else {}
    command: dict[str, Any] = {
        "command": COMMAND,
        "description": "Draft, review and run campaigns",
        "usage_hint": " | ".join(USES),
        "should_escape": False,
    }
    menus = {"message_menu_options_url": request["request_url"]} if url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Clarion",
            "description": "Draft, review and run campaigns whose messages leave through Segment.",
            "background_color": "#0b4a3f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Clarion", "always_online": True},
            "slash_commands": [command | ({"url": request["request_url"]} if url else {})],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request, **menus},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }
