import json
import re
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App

from bot import app, http
from bot.answers import USES
from bot.directory import Directory
from bot.ids import COMMAND
from bot.manifest import manifest
from bot.settings import BotSettings
from tests.bot.fake_desk import FakeDesk

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


def heard(monkeypatch: pytest.MonkeyPatch, method: str) -> set[Any]:
    """Remember what the app is told to listen to."""
    names: set[Any] = set()
    listen = getattr(App, method)

    def told(self: App, name: Any, *rest: Any, **more: Any) -> Any:
        names.add(name)
        return listen(self, name, *rest, **more)

    monkeypatch.setattr(App, method, told)
    return names


def test_the_page_of_the_manifest_is_current() -> None:
    """If not: `clarion slack manifest > docs/reference/slack-manifest.json`."""
    text = (ROOT / "docs" / "reference" / "slack-manifest.json").read_text()
    assert json.loads(text) == manifest()


def test_the_manifest_offers_exactly_what_the_app_listens_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commands, events = heard(monkeypatch, "command"), heard(monkeypatch, "event")
    shortcuts = heard(monkeypatch, "shortcut")
    settings = BotSettings(bot_token="xoxb-1", signing_secret="s")
    desk = FakeDesk()
    directory = Directory(app.make_client(settings), desk.members)
    app.make_app(settings, desk, directory, now_ms=lambda: 0)
    said = manifest()
    assert commands == {each["command"] for each in said["features"]["slash_commands"]}
    named = {each for each in events if isinstance(each, str)}
    assert named == set(said["settings"]["event_subscriptions"]["bot_events"])
    assert shortcuts == {each["callback_id"] for each in said["features"].get("shortcuts", ())}


def test_over_http_every_request_of_slack_comes_to_the_one_door() -> None:
    said = manifest("https://clarion.example.com/")
    door = f"https://clarion.example.com{http.PATH}"
    interactivity = said["settings"]["interactivity"]
    assert said["features"]["slash_commands"][0]["url"] == door
    assert said["settings"]["event_subscriptions"]["request_url"] == door
    assert interactivity["request_url"] == interactivity["message_menu_options_url"] == door
    assert said["settings"]["socket_mode_enabled"] is False


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
