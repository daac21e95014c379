"""The menu at the end of a card's buttons: an entry does what a button of its own would do."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.ids import ActionId

Listener = Callable[[Ack, dict[str, Any], WebClient], None]


class MoreListeners:
    """Hands each entry on to who answers such a button."""

    def __init__(self, of: Mapping[ActionId, Listener]) -> None:
        self._of = of

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.MORE)(self.chosen)

    def chosen(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Do it as if a button with that value had been pressed."""
        entry = body["actions"][0]
        deed, _, value = str(entry["selected_option"]["value"]).partition(":")
        pressed = {**entry, "type": "button", "action_id": deed, "value": value}
        self._of[ActionId(deed)](ack, {**body, "actions": [pressed]}, client)
