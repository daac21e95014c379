"""The ways between the pages of a user's trail."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail_trust import Told
from bot import answers, inquiry
from bot.ids import ActionId
from bot.line import Caller, Line, tell
from bot.saying import said


class InquiryListeners:
    """Shows earlier and later steps in place of those that are shown."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.OLDER_STEPS)(self.turned)
        app.action(ActionId.NEWER_STEPS)(self.turned)

    def turned(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Ask anew, and show that page: what has happened since may have moved it."""
        ack()
        caller = Caller.of(body)
        asked, page = inquiry.turned(str(body["actions"][0]["value"]))
        patience = self._line.patience(lambda: tell(client, caller, answers.working()))
        answer = self._line.ask(asked, patience)
        if isinstance(answer, Told):
            tell(client, caller, inquiry.told(answer, asked, page), replace=True)
        else:
            tell(client, caller, said(answer, self._line.settings.zone))
