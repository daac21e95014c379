"""The buttons below a rehearsal: each opens the whole trail of one of its users."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail_rehearsal import Rehearse
from bot import answers
from bot.examples import Examples, trail_view
from bot.ids import ActionId
from bot.line import Caller, Line, tell


class ExampleListeners:
    """Shows trails that are kept to whoever may rehearse."""

    def __init__(self, line: Line, examples: Examples) -> None:
        self._line = line
        self._examples = examples

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.TRAIL)(self.pressed)

    def pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Open the trail, or say that it is kept no more."""
        ack()
        caller = Caller.of(body)
        if self._line.turned_away(client, caller, Rehearse):
            return
        found = self._examples.find(str(body["actions"][0]["value"]))
        if found is None:
            tell(client, caller, answers.no_trail())
            return
        client.views_open(trigger_id=body["trigger_id"], view=trail_view(*found))
