"""The two buttons under the question whether a test event arrived in Segment."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import Refused
from actors.mail_trust import ConfirmConnection, Connection, ConnectionStatus
from bot import answers, connection
from bot.click import Place
from bot.ids import ActionId
from bot.line import Caller, Line, Patience, tell
from bot.saying import said


class ConnectionListeners:
    """Somebody looked: the first answer counts, and later ones are told whose that was."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.CONNECTION_SEEN)(self.pressed)
        app.action(ActionId.CONNECTION_ABSENT)(self.pressed)

    def pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Keep what this person saw; bring the card of a click that came too late up to date."""
        ack()
        pressed = body["actions"][0]
        caller = Caller.of(body)
        patience = self._line.patience(lambda: tell(client, caller, answers.working()))
        seen = pressed["action_id"] == ActionId.CONNECTION_SEEN
        request = ConfirmConnection(by=caller.user, code=str(pressed["value"]), seen=seen)
        answer = self._line.ask(request, patience)
        tell(client, caller, said(answer, self._line.settings.zone))
        if isinstance(answer, Refused) and not caller.view:
            self._refresh(str(pressed["value"]), Place(body, client), patience)

    def _refresh(self, code: str, place: Place, patience: Patience) -> None:
        found = self._line.ask(ConnectionStatus(code), patience)
        if isinstance(found, Connection) and found.check is not None:
            place.update(connection.check_card(found))
