"""The home tab as a person opens it, looks at a campaign from it, and begins a new one."""

from typing import Any

import trio
from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import Draft, Refused
from actors.mail_attention import Need
from actors.mail_trust import Aside, ListAside
from bot import alerts, answers, attention, modals
from bot.awaited import own_card
from bot.blocks import Message
from bot.home_tab import Homes
from bot.ids import ActionId
from bot.line import Caller, Line, Patience, update_if_open
from bot.refs import Memo, Ref
from bot.wizard.opening import Opening


class HomeListeners:
    """The home tab, and its buttons."""

    def __init__(self, line: Line, opening: Opening, homes: Homes) -> None:
        self._line = line
        self._zone = line.settings.zone
        self._opening = opening
        self._homes = homes

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.event("app_home_opened")(self.opened)
        app.action(ActionId.HOME_LOOK)(self.look_pressed)
        app.action(ActionId.HOME_ANSWER)(self.answer_pressed)
        app.action(ActionId.HOME_NEW)(self.new_pressed)

    def opened(self, ack: Ack, event: dict[str, Any]) -> None:
        """Have the tab drawn for whoever opened it; that of somebody kept out says why."""
        ack()
        if event.get("tab") == "home":
            self._looked(str(event["user"]))

    def look_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show a campaign's card in a modal, with the buttons that need no further form."""
        ack()
        caller, ref = Caller.of(body), Ref.read(body["actions"][0]["value"])
        opened = client.views_open(trigger_id=body["trigger_id"], view=modals.waiting_view(Memo()))
        self._looked(caller.user)
        found = self._line.find(ref.campaign, self._patience())
        if isinstance(found, Refused):
            card = answers.refused(found)
        else:
            card = own_card(found, self._line, caller.user)
        update_if_open(client, opened["view"]["id"], modals.card_view(card))

    def answer_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show in a modal what needs somebody, with the buttons that answer it."""
        ack()
        caller, ref = Caller.of(body), Ref.read(body["actions"][0]["value"])
        opened = client.views_open(trigger_id=body["trigger_id"], view=modals.waiting_view(Memo()))
        self._looked(caller.user)
        need = attention.find(trio.from_thread.run(self._homes.needs), ref)
        card = attention.settled() if need is None else self._answer(need)
        fresh = modals.card_view(card, "Needs attention")
        update_if_open(client, opened["view"]["id"], fresh)

    def new_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Open the form of a new campaign."""
        ack()
        caller = Caller.of(body)
        if self._line.turned_away(client, caller, Draft):
            return
        self._looked(caller.user)
        self._opening.new(client, body["trigger_id"], caller)

    def _answer(self, need: Need) -> Message:
        """Return the answers to a need: the alert of a held run, or the words of an alert."""
        if need.kind == "held":
            found = self._line.find(need.campaign, self._patience())
            run = None if isinstance(found, Refused) else alerts.run_of(found, need.about)
            if isinstance(found, Refused) or run is None:
                return attention.settled()
            return alerts.alert_card(found, run)
        if need.kind == "aside":
            aside = self._line.ask(ListAside(need.campaign), self._patience())
            assert isinstance(aside, Aside), "the campaign of a need exists"
            return attention.answer_card(need, self._zone, aside)
        return attention.answer_card(need, self._zone)

    def _looked(self, user: str) -> None:
        trio.from_thread.run_sync(self._homes.looked, user)

    def _patience(self) -> Patience:
        return self._line.patience(lambda: None)
