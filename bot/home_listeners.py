"""The home tab as a person opens it, looks at a campaign from it, and begins a new one."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import Draft, Refused
from bot import modals, views
from bot.home_tab import Home
from bot.ids import ActionId
from bot.line import Caller, Line, update_if_open
from bot.refs import Memo, Ref
from bot.wizard.opening import Opening
from bot.wizard.showing import refused_view


class HomeListeners:
    """The home tab, and its buttons."""

    def __init__(
        self, line: Line, opening: Opening, home: Home, looked: Callable[[str], None]
    ) -> None:
        self._line = line
        self._opening = opening
        self._home = home
        self._looked = looked

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.event("app_home_opened")(self.opened)
        app.action(ActionId.HOME_LOOK)(self.look_pressed)
        app.action(ActionId.HOME_NEW)(self.new_pressed)

    def opened(self, ack: Ack, event: dict[str, Any], client: WebClient) -> None:
        """Draw the tab for whoever opened it; the tab of somebody who may not look says so."""
        ack()
        if event.get("tab") != "home":
            return
        self._looked(str(event["user"]))
        self._home.draw(client, str(event["user"]))

    def look_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show a campaign's card in a modal, with the buttons that need no further form."""
        ack()
        caller, ref = Caller.of(body), Ref.read(body["actions"][0]["value"])
        opened = client.views_open(trigger_id=body["trigger_id"], view=modals.waiting_view(Memo()))
        found = self._line.find(ref.campaign, self._line.patience(lambda: None))
        if isinstance(found, Refused):
            fresh = refused_view(found)
        else:
            card = views.campaign_card(found, self._line.settings.zone, caller.user)
            fresh = modals.card_view(card)
        update_if_open(client, opened["view"]["id"], fresh)

    def new_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Open the form of a new campaign."""
        ack()
        caller = Caller.of(body)
        if self._line.turned_away(client, caller, Draft):
            return
        self._opening.new(client, body["trigger_id"], caller)
