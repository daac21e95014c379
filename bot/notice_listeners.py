"""The buttons under notices that are about no card: each does what the notice says is to do."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import AcceptClock, Done, Draft, ListAll, Listed, Pause, Request
from actors.mail_trust import Connection, DropAside, RetryAside, VerifyConnection
from bot import answers, pausing
from bot.click import Place
from bot.connection import check_card
from bot.ids import ActionId
from bot.line import Caller, Line, tell
from bot.refs import Ref
from bot.saying import said
from bot.wizard.opening import Opening


class NoticeListeners:
    """Answers to alerts."""

    def __init__(self, line: Line, opening: Opening) -> None:
        self._line = line
        self._opening = opening

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        for action in (
            ActionId.ACCEPT_CLOCK,
            ActionId.RETRY_ASIDE,
            ActionId.DROP_ASIDE,
            ActionId.VERIFY,
        ):
            app.action(action)(self.pressed)
        app.action(ActionId.CHOOSE_PAUSE)(self.choose_pressed)
        app.action(ActionId.DRAFT_AGAIN)(self.again_pressed)

    def pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Do it, tell whoever pressed, and write into the notice what came of it."""
        ack()
        caller, place = Caller.of(body), Place(body, client)
        patience = self._line.patience(lambda: tell(client, caller, answers.working()))
        answer = self._line.ask(_request(body["actions"][0], caller.user), patience)
        if caller.view and isinstance(answer, Connection) and answer.check is not None:
            tell(client, caller, check_card(answer))  # with the question's buttons
        else:
            tell(client, caller, said(answer, self._line.settings.zone))
        if isinstance(answer, Done | Connection):
            place.settle(caller.user, answer.message)

    def choose_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show what can be paused to whoever pressed; the notice stays for others."""
        ack()
        caller = Caller.of(body)
        if self._line.turned_away(client, caller, Pause):
            return
        patience = self._line.patience(lambda: tell(client, caller, answers.working()))
        answer = self._line.ask(ListAll(), patience)
        assert isinstance(answer, Listed), "the desk lists what there is"
        tell(client, caller, pausing.pause_list(answer.campaigns))

    def again_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Open a copy of the campaign in the form: under another name, with another time."""
        ack()
        caller, ref = Caller.of(body), Ref.read(body["actions"][0]["value"])
        if self._line.turned_away(client, caller, Draft):
            return
        self._opening.edit(client, body["trigger_id"], caller, ref.campaign, copy=True)


def _request(pressed: dict[str, Any], by: str) -> Request:
    value = str(pressed["value"])
    match ActionId(pressed["action_id"]):
        case ActionId.ACCEPT_CLOCK:
            return AcceptClock(by=by, leap=value)
        case ActionId.RETRY_ASIDE:
            return RetryAside(by=by, campaign=Ref.read(value).campaign, yes=True)
        case ActionId.DROP_ASIDE:
            return DropAside(by=by, campaign=Ref.read(value).campaign)
        case _:
            return VerifyConnection(by=by)
