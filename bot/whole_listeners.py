"""The buttons under what is shown in part: the whole of it opens in a modal."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import Refused
from actors.mail_report import Report, ShowReport
from bot import modals, whole
from bot.ids import ActionId
from bot.line import Line, open_above, update_if_open
from bot.refs import Memo
from bot.wizard.showing import refused_view

_Shown = dict[str, Any] | Refused


class WholeListeners:
    """Opens the whole of a report's lines, or of a campaign's saved audiences."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.WHOLE_REPORT)(self.report_pressed)
        app.action(ActionId.WHOLE_AUDIENCES)(self.audiences_pressed)

    def report_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show every reason and every variant, as they are now."""
        ack()
        self._open(body, client, self._report)

    def audiences_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show what every saved audience of the campaign stands for."""
        ack()
        self._open(body, client, self._audiences)

    def _open(self, body: dict[str, Any], client: WebClient, show: Callable[[str], _Shown]) -> None:
        """Open a modal at once, because its trigger lasts 3 seconds, and fill it."""
        opened = open_above(client, body, modals.waiting_view(Memo()))
        shown = show(str(body["actions"][0]["value"]))
        fresh = refused_view(shown) if isinstance(shown, Refused) else shown
        update_if_open(client, opened, fresh)

    def _report(self, campaign: str) -> _Shown:
        answer = self._line.ask(ShowReport(campaign), self._line.patience(lambda: None))
        if isinstance(answer, Refused):
            return answer
        assert isinstance(answer, Report), "the desk reports or refuses"
        return whole.whole_report(answer)

    def _audiences(self, campaign: str) -> _Shown:
        found = self._line.find(campaign, self._line.patience(lambda: None))
        return found if isinstance(found, Refused) else whole.whole_audiences(found)
