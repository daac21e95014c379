"""Asks Slack who the bot is: what `clarion check` needs to know before a daemon starts."""

from urllib.error import URLError

from msgspec import Struct
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

TIMEOUT_SECONDS = 10


class Known(Struct, frozen=True):
    """Slack knows the bot: its name, and the workspace."""

    bot: str
    workspace: str


class Unknown(Struct, frozen=True):
    """Slack did not say who the bot is: `what` says why, `fix` what to do."""

    what: str
    fix: str


def identify(api_url: str, bot_token: str, app_token: str = "") -> Known | Unknown:
    """Ask `auth.test`; with an app token also for the address of a socket, which is not opened.

    Blocks for as long as the network does, TIMEOUT_SECONDS a request.
    """
    client = WebClient(token=bot_token, base_url=api_url, timeout=TIMEOUT_SECONDS)
    method = "auth.test"
    try:
        who = client.auth_test()
        if app_token:
            method = "apps.connections.open"
            client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        said = error.response.get("error") or f"status {error.response.status_code}"
        return Unknown(f"Slack refuses {method}: {said}.", _FIXES.get(method, ""))
    except (SlackClientError, URLError, OSError) as error:
        why = getattr(error, "reason", None) or error
        fix = "Look at the network, and at slack.api_url."
        return Unknown(f"{api_url} does not answer: {why}.", fix)
    return Known(bot=str(who.get("user", "")), workspace=str(who.get("team", "")))


_FIXES = {
    "auth.test": "Copy the bot token anew: Slack shows it under OAuth & Permissions.",
    "apps.connections.open": "Copy the app token anew, with the scope connections:write.",
}
