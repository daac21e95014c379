import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships none
from slack_bolt import App

from bot import app, http
from bot.answers import USES
from bot.directory import Directory
from bot.ids import COMMAND, ActionId, ViewId
from bot.manifest import manifest
from bot.settings import BotSettings
from tests.bot.fake_desk import FakeDesk
from tests.bot.manifest_schema import MANIFEST

ROOT = Path(__file__).parents[2]
CALL = re.compile(r"client\.((?:apps|auth|chat|conversations|files|usergroups|users|views)_\w+)")
SCOPES = {
    "apps_connections_open": set[str](),  # the app-level token's connections:write
    "auth_test": set[str](),  # every token may ask whose it is
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history"},
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read", "users:read.email"},  # the latter for a held run's e-mail
    "views_open": set[str](),  # a trigger is the permission
    "views_publish": set[str](),
    "views_push": set[str](),
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


def made() -> None:
    """Make the app, for what it tells Bolt."""
    settings = BotSettings(bot_token="xoxb-1", signing_secret="s")
    desk = FakeDesk()
    directory = Directory(app.make_client(settings), desk.members)
    app.make_app(settings, desk, directory, now_ms=lambda: 0)


def test_the_page_of_the_manifest_is_current() -> None:
    """If not: `clarion slack manifest > docs/reference/slack-manifest.json`."""
    text = (ROOT / "docs" / "reference" / "slack-manifest.json").read_text()
    assert json.loads(text) == manifest()


def test_the_manifest_offers_exactly_what_the_app_listens_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commands, events = heard(monkeypatch, "command"), heard(monkeypatch, "event")
    shortcuts = heard(monkeypatch, "shortcut")
    made()
    said = manifest()
    assert commands == {each["command"] for each in said["features"]["slash_commands"]}
    named = {each for each in events if isinstance(each, str)}
    assert named == set(said["settings"]["event_subscriptions"]["bot_events"])
    assert shortcuts == {each["callback_id"] for each in said["features"].get("shortcuts", ())}


def complaints(said: dict[str, Any]) -> list[str]:
    """What Slack would say of a manifest, and of addresses that are missing or in vain."""
    found = [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
        for error in Draft202012Validator(MANIFEST).iter_errors(said)
    ]
    settings, features = said.get("settings", {}), said.get("features", {})
    called = [
        *((f"command {each.get('command')}", each.get("url")) for each in commands_of(features)),
        ("events", settings.get("event_subscriptions", {}).get("request_url")),
        ("interactivity", settings.get("interactivity", {}).get("request_url")),
    ]
    socket = settings.get("socket_mode_enabled", False)
    found += [f"{what}: no address that Slack could call" for what, url in called if not url] * (
        not socket
    )
    bot = said.get("oauth_config", {}).get("scopes", {}).get("bot", [])
    if commands_of(features) and "commands" not in bot:
        found.append("slash commands need the scope commands")
    if bot and "bot_user" not in features:
        found.append("a bot's scopes need a bot user")
    return found


def commands_of(features: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = features.get("slash_commands", [])
    return found


@pytest.mark.parametrize("url", ["", "https://clarion.example.com", "https://c.example.com/a/"])
def test_slack_takes_the_manifest(url: str) -> None:
    assert complaints(manifest(url)) == []


def leaves(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inside:
        if isinstance(each, dict | list):
            yield from leaves(each, (*where, key))
        else:
            yield (*where, key)


def changed(where: tuple[Any, ...], change: Callable[[Any, Any], None]) -> dict[str, Any]:
    """The manifest for HTTP, with one of its leaves changed."""
    said = copy.deepcopy(manifest("https://clarion.example.com"))
    holder: Any = said
    for key in where[:-1]:
        holder = holder[key]
    change(holder, where[-1])
    return said


@pytest.mark.parametrize("where", list(leaves(manifest("https://clarion.example.com"))), ids=str)
def test_the_schema_sees_a_leaf_of_another_type(where: tuple[Any, ...]) -> None:
    """Else it would say yes to anything."""

    def other(holder: Any, key: Any) -> None:
        holder[key] = {"not": "a leaf"}

    assert complaints(changed(where, other))


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("display_information", "name"), "x" * 36),
        (("display_information", "description"), "x" * 141),
        (("display_information", "background_color"), "green"),
        (("display_information", "colour"), "#000"),
        (("features", "slash_commands", 0, "command"), "campaign"),
        (("features", "slash_commands", 0, "command"), "/two words"),
        (("features", "slash_commands", 0, "command"), "/" + "x" * 32),
        (("features", "slash_commands", 0, "usage_hint"), "x" * 1_001),
        (("features", "slash_commands", 0, "url"), "http://clarion.example.com/slack/events"),
        (("features", "slash_commands", 0, "url"), ""),
        (("features", "bot_user", "display_name"), ""),
        (("oauth_config", "scopes", "bot"), ["chat:write", "chat:write", "commands"]),
        (("oauth_config", "scopes", "bot"), ["chat:write"]),
        (("settings", "event_subscriptions", "bot_events"), ["App Home"]),
        (("settings", "interactivity", "is_enabled"), "yes"),
        (("_metadata", "major_version"), 3),
    ],
)
def test_the_schema_refuses_what_slack_refuses(where: tuple[Any, ...], value: Any) -> None:
    assert complaints(changed(where, lambda holder, key: holder.__setitem__(key, value)))


def test_without_socket_mode_slack_needs_an_address_for_everything() -> None:
    without = manifest()
    without["settings"]["socket_mode_enabled"] = False
    assert len(complaints(without)) == 3


def test_what_is_pressed_typed_and_chosen_is_asked_for_exactly_where_somebody_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Buttons and modals come by interactivity, and menus that are filled by an address more."""
    kinds = ("action", "view", "options", "event", "command")
    names = {kind: heard(monkeypatch, kind) for kind in kinds}
    made()
    said = manifest("https://clarion.example.com")
    interactivity = said["settings"]["interactivity"]
    assert interactivity["is_enabled"] == bool(names["action"] | names["view"])
    assert ("message_menu_options_url" in interactivity) == bool(names["options"])
    answered = {each for each in names["action"] if isinstance(each, str)}
    patterns = [each for each in names["action"] if not isinstance(each, str) and each.pattern]
    in_no_form = set(ActionId) - {ActionId.VALUE, ActionId.ROW, ActionId.GO}
    assert {str(each) for each in in_no_form} - answered == set()
    assert all(any(p.match(f"{each}_x") for p in patterns) for each in ("row", "go"))
    assert set(ViewId) - {ViewId.WAITING, ViewId.CARD} <= names["view"]


def test_over_http_every_request_of_slack_comes_to_the_one_door() -> None:
    said = manifest("https://clarion.example.com/")
    door = f"https://clarion.example.com{http.PATH}"
    interactivity = said["settings"]["interactivity"]
    assert said["features"]["slash_commands"][0]["url"] == door
    assert said["settings"]["event_subscriptions"]["request_url"] == door
    assert interactivity["request_url"] == interactivity["message_menu_options_url"] == door
    assert said["settings"]["socket_mode_enabled"] is False


def test_the_manifest_asks_for_exactly_the_scopes_that_the_bot_uses() -> None:
    source = "".join(path.read_text() for path in (ROOT / "bot").rglob("*.py"))
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
