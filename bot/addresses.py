"""A marketer's e-mail address: from the configuration, else as Slack knows it."""

from collections.abc import Mapping

import trio
from msgspec import Struct
from slack_sdk import WebClient

from bot.line import SLACK_FAILED, answered, reason
from bot.words import is_slack_id

_GONE = frozenset({"user_not_found", "user_not_visible", "users_not_found"})


class NoAddress(Struct, frozen=True):
    """There is none; `for_now`: it may be known later. `why` quotes nothing of the person's."""

    why: str
    for_now: bool = False


class Addresses:
    """Asks the table of the configuration first, then Slack (scope users:read.email)."""

    def __init__(self, table: Mapping[str, str], client: WebClient | None) -> None:
        self._table = {who.upper(): address for who, address in table.items()}
        self._client = client

    async def of(self, who: str) -> str | NoAddress:
        """Return somebody's address, by their id."""
        known = self._table.get(who.upper())
        if known:
            return known
        if self._client is None or not is_slack_id(who):
            return NoAddress("nobody has told Clarion their address: see [email.addresses]")
        return await trio.to_thread.run_sync(self._ask, self._client, who)

    def _ask(self, client: WebClient, who: str) -> str | NoAddress:
        try:
            answer = client.users_info(user=who)
        except SLACK_FAILED as error:
            gone = answered(error) in _GONE
            return NoAddress(f"Slack does not say their address ({reason(error)})", not gone)
        profile = (answer.get("user") or {}).get("profile") or {}
        address = profile.get("email")
        if not address:
            return NoAddress(
                "Slack does not say their address: give the app the scope users:read.email, or"
                " write it in [email.addresses]"
            )
        return str(address)
