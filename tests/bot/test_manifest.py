import json
import re
from pathlib import Path
from typing import Any

from bot.answers import USES
from bot.ids import COMMAND

ROOT = Path(__file__).parents[2]
CALL = re.compile(r"client\.((?:apps|auth|chat|conversations|files|usergroups|users|views)_\w+)")
SCOPES = {
    "apps_connections_open": set[str](),  # the app-level token's connections:write
    "auth_test": set[str](),  # every token may ask whose it is
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history"},
    "conversations_replies": {"channels:history", "groups:history"},
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read", "users:read.email"},  # the latter for a held run's e-mail
    "views_open": set[str](),  # a trigger is the permission
    "views_publish": set[str](),
    "views_update": set[str](),
}
"""What Slack's reference asks for each method, for a bot in public and private channels."""


def manifest() -> dict[str, Any]:
    text = (ROOT / "docs" / "reference" / "slack-manifest.json").read_text()
    read: dict[str, Any] = json.loads(text)
    return read


def test_the_manifest_asks_for_exactly_the_scopes_that_the_bot_uses() -> None:
    source = "".join(path.read_text() for path in (ROOT / "bot").glob("*.py"))
    used = set(CALL.findall(source))
    assert used == set(SCOPES)
    needed = {"commands"}.union(*SCOPES.values())
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == needed


def test_the_manifest_names_the_command_and_every_subcommand() -> None:
    (command,) = manifest()["features"]["slash_commands"]
    assert command["command"] == COMMAND
    assert command["usage_hint"].split(" | ") == list(USES)


def test_the_manifest_switches_on_what_the_bot_stands_on() -> None:
    settings = manifest()["settings"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]
    assert settings["event_subscriptions"]["bot_events"] == ["app_home_opened"]
    assert manifest()["features"]["app_home"]["home_tab_enabled"]


def test_the_manifest_keeps_slacks_lengths() -> None:
    (command,) = manifest()["features"]["slash_commands"]
    assert len(command["usage_hint"]) <= 1_000
    assert len(command["description"]) <= 2_000
    assert len(manifest()["display_information"]["description"]) <= 140
