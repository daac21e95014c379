"""What the bot is told by the configuration. Its secrets show in no repr and no log."""

from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import fields

Mode: TypeAlias = Literal["socket", "http", "off"]
SLACK_API_URL = "https://slack.com/api/"

_SECRET = frozenset({"bot_token", "app_token", "signing_secret"})


class BotSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How to reach Slack, and where in it to speak.

    `socket` needs the bot token and the app token; `http` the bot token and the signing secret,
    and listens on `host`:`port`. The channels are ids. `zone` is the account's time zone. What is
    published to run now begins `undo_seconds` later.
    """

    mode: Mode = "socket"
    api_url: str = SLACK_API_URL
    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    host: str = "127.0.0.1"
    port: int = 3000
    review_channel: str = ""
    alerts_channel: str = ""
    zone: str = "UTC"
    undo_seconds: int = 0

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets that are set, for whoever must keep them out of something."""
        return tuple(value for name in sorted(_SECRET) if (value := getattr(self, name)))

    def __repr__(self) -> str:
        """Show everything but the secrets; of them, only whether they are set."""
        shown = (
            f"{field.name}={_shown(field.name, getattr(self, field.name))}"
            for field in fields(self)
        )
        return f"BotSettings({', '.join(shown)})"


def _shown(name: str, value: object) -> str:
    if name not in _SECRET:
        return repr(value)
    return "<set>" if value else "<not set>"
