"""Who may use the bot at all: full members of this workspace, with a role that may look.

What each request needs beyond that is asked where it goes to the desk (`bot.line`). People are told
apart by user id and team id, never by name.
"""

from collections.abc import Callable
from typing import Any

from slack_bolt import BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot import answers, words
from bot.blocks import Message, escaped
from bot.directory import ELSEWHERE, Directory
from bot.line import Caller, tell
from bot.modals import said_view


class Rights:
    """A Bolt middleware: lets people through who may look, and tells others the rule."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def check(
        self,
        body: dict[str, Any],
        client: WebClient,
        request: BoltRequest,
        next_: Callable[[], None],
    ) -> BoltResponse | None:
        """Let the request through, or answer it here."""
        if body.get("type") in ("url_verification", "event_callback"):
            next_()
            return None
        caller = Caller.of(body)
        no = self._refusal(caller.user, body)
        if no is None:
            next_()
            return None
        if body.get("type") == "view_submission":
            return request.context.ack(response_action="update", view=said_view(no.text))
        if body.get("type") == "block_suggestion":  # with each letter: nobody is told so often
            return request.context.ack(options=[])
        response = request.context.ack()
        if caller.user:
            tell(client, caller, no)
        return response

    def _refusal(self, user: str, body: dict[str, Any]) -> Message | None:
        team = (body.get("team") or {}).get("id") or body.get("team_id")
        home = (body.get("user") or {}).get("team_id") or team
        if not user or home != team:  # somebody from another workspace in a shared channel
            return answers.not_for_you(ELSEWHERE)
        why = self._directory.keeps_out(user)
        return answers.not_for_you(words.mentioned(escaped(why))) if why else None
