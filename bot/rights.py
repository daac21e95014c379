"""Who may use the bot at all. Who may decide about a campaign is the desk's to say."""

from collections.abc import Callable
from typing import Any

from slack_bolt import BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot import answers
from bot.line import Caller, tell
from bot.modals import said_view
from bot.settings import BotSettings


class Rights:
    """A Bolt middleware: lets marketers through, and tells others the rule."""

    def __init__(self, settings: BotSettings) -> None:
        self._marketers = frozenset(settings.marketers)

    def check(
        self,
        body: dict[str, Any],
        client: WebClient,
        request: BoltRequest,
        next_: Callable[[], None],
    ) -> BoltResponse | None:
        """Let the request through, or answer it here. Authorised by user and team id, no name."""
        caller = Caller.of(body)
        if self._may(caller.user, body):
            next_()
            return None
        if body.get("type") == "view_submission":
            view = said_view(answers.not_a_marketer().text)
            return request.context.ack(response_action="update", view=view)
        response = request.context.ack()
        if caller.user:
            tell(client, caller, answers.not_a_marketer())
        return response

    def _may(self, user: str, body: dict[str, Any]) -> bool:
        if body.get("type") in ("url_verification", "event_callback"):
            return True
        team = (body.get("team") or {}).get("id") or body.get("team_id")
        home = (body.get("user") or {}).get("team_id") or team
        if home != team:  # a guest from another workspace in a shared channel
            return False
        return not self._marketers or user in self._marketers
