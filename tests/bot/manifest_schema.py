"""What Slack takes as an app's manifest, by its reference of the app manifest (version 2).

Only what an app like this one may have: whatever is not named here is refused, as Slack refuses
what it does not know. Lengths are characters. Source: docs.slack.dev, "App manifest reference".
"""

from typing import Any


def text(most: int, least: int = 1, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most, **more}


def closed(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def listed(items: dict[str, Any], most: int, least: int = 0) -> dict[str, Any]:
    return {
        "type": "array",
        "items": items,
        "minItems": least,
        "maxItems": most,
        "uniqueItems": True,
    }


SWITCH = {"type": "boolean"}
NUMBER = {"type": "integer"}
SCOPES = listed(text(50, pattern="^[a-z_.:]+$"), 255)
EVENTS = listed(text(50, pattern="^[a-z_.]+$"), 100)


def address(most: int) -> dict[str, Any]:
    """An address that Slack calls: it must be reached by https."""
    return text(most, pattern="^https://[^/]+/")


COMMAND = closed(
    ("command", "description"),
    command=text(32, 2, pattern=r"^/\S+$"),
    url=address(3_000),
    description=text(2_000),
    usage_hint=text(1_000),
    should_escape=SWITCH,
)
SHORTCUT = closed(
    ("name", "type", "callback_id", "description"),
    name=text(24),
    type={"enum": ["message", "global"]},
    callback_id=text(255),
    description=text(150),
)
MANIFEST = closed(
    ("display_information",),
    _metadata=closed(major_version={"const": 2}, minor_version=NUMBER),
    display_information=closed(
        ("name",),
        name=text(35),
        description=text(140),
        long_description=text(4_000, 175),
        background_color=text(7, 4, pattern="^#([0-9a-fA-F]{3}){1,2}$"),
    ),
    features=closed(
        app_home=closed(
            home_tab_enabled=SWITCH,
            messages_tab_enabled=SWITCH,
            messages_tab_read_only_enabled=SWITCH,
        ),
        bot_user=closed(("display_name",), display_name=text(80), always_online=SWITCH),
        shortcuts=listed(SHORTCUT, 10, 1),
        slash_commands=listed(COMMAND, 50, 1),
        unfurl_domains=listed(text(255), 5, 1),
    ),
    oauth_config=closed(
        redirect_urls=listed(text(2_500), 1_000), scopes=closed(user=SCOPES, bot=SCOPES)
    ),
    settings=closed(
        event_subscriptions=closed(
            request_url=address(3_500), bot_events=EVENTS, user_events=EVENTS
        ),
        interactivity=closed(
            ("is_enabled",),
            is_enabled=SWITCH,
            request_url=address(3_500),
            message_menu_options_url=address(3_500),
        ),
        org_deploy_enabled=SWITCH,
        socket_mode_enabled=SWITCH,
        token_rotation_enabled=SWITCH,
    ),
)
