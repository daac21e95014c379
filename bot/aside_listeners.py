"""Looking at what is set aside, and deciding about one of it.

To look is for whoever may look at a message: the list names users. To decide is an admin's, which
the desk's door asks at the click.
"""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import Done, Refused, Request
from actors.mail_content import Preview
from actors.mail_trust import Aside, DropAside, ListAside, RetryAside, ShowAside, Told
from bot import answers, aside_card, modals
from bot.blocks import Message
from bot.ids import COMMAND, ActionId
from bot.line import Caller, Line, Patience, open_above, tell, update_if_open
from bot.refs import Memo, Ref
from bot.wizard.showing import refused_view


class AsideListeners:
    """`/campaign aside`, the button of an alert, and what they lead to."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.LIST_ASIDE)(self.list_pressed)
        app.action(ActionId.NEWER_ASIDE)(self.page_turned)
        app.action(ActionId.OLDER_ASIDE)(self.page_turned)
        app.action(ActionId.SHOW_ASIDE)(self.show_pressed)
        app.action(ActionId.RETRY_ONE)(self.decided)
        app.action(ActionId.DROP_ONE)(self.decided)

    def listed(self, caller: Caller, name: str, patience: Patience, page: int = 0) -> Message:
        """Return a page of what waits, of the campaign of this name or id; "": of all."""
        if not self._line.members.may(caller.user, Preview):
            return answers.refused(self._line.members.refused(Preview))
        campaign = ""
        if name:
            found = self._line.find(name, patience)
            if isinstance(found, Refused):
                return answers.refused(found)
            campaign, name = found.id, found.name
        answer = self._line.ask(ListAside(campaign, aside_card.asked_for(page)), patience)
        if isinstance(answer, Refused):
            return answers.refused(answer)
        assert isinstance(answer, Aside), "the desk lists what waits or refuses"
        zone = self._line.settings.zone
        return aside_card.listed(answer, zone, campaign=campaign, name=name, page=page)

    def list_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show what waits of an alert's campaign to whoever pressed; the alert stays."""
        ack()
        caller, ref = Caller.of(body), Ref.read(str(body["actions"][0]["value"]))
        tell(client, caller, self.listed(caller, ref.campaign, self._patience(client, caller)))

    def page_turned(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show another page in place of this one."""
        ack()
        caller = Caller.of(body)
        page, _, campaign = str(body["actions"][0]["value"]).partition(":")
        shown = self.listed(caller, campaign, self._patience(client, caller), int(page))
        tell(client, caller, shown, replace=True)

    def show_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show one with its whole trail, and what can be decided."""
        ack()
        if self._line.turned_away(client, Caller.of(body), Preview):
            return
        state, _, aside_id = str(body["actions"][0]["value"]).partition(":")
        opened = open_above(client, body, modals.waiting_view(Memo()))
        answer = self._line.ask(ShowAside(aside_id), self._line.patience(lambda: None))
        fresh = (
            aside_card.shown(answer, state, aside_id)
            if isinstance(answer, Told)
            else refused_view(_no(answer))
        )
        update_if_open(client, opened, fresh)

    def decided(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Send one again or drop it; what came of it stands in its modal."""
        ack()
        caller, pressed = Caller.of(body), body["actions"][0]
        ids = (str(pressed["value"]),)
        request: Request = DropAside(by=caller.user, ids=ids)
        if pressed["action_id"] == ActionId.RETRY_ONE:
            request = RetryAside(by=caller.user, ids=ids, yes=True)
        answer = self._line.ask(request, self._line.patience(lambda: None))
        if isinstance(answer, Done):
            still = f"`{COMMAND} aside` shows what still waits."
            fresh = modals.said_view(answers.done(answer).text, still)
        else:
            fresh = refused_view(_no(answer))
        update_if_open(client, body["view"]["id"], fresh)

    def _patience(self, client: WebClient, caller: Caller) -> Patience:
        return self._line.patience(lambda: tell(client, caller, answers.working()))


def _no(answer: object) -> Refused:
    assert isinstance(answer, Refused), "the desk does it or refuses"
    return answer
