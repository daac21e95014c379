"""The home tab as it is drawn for one person: when they open it, and after what they do from it."""

import logging
from typing import Any

from slack_sdk import WebClient

from actors.mail import ListAll, Listed
from bot import modals
from bot.directory import Directory
from bot.home import home_view
from bot.line import SLACK_FAILED, Line, reason

log = logging.getLogger(__name__)


class Home:
    """Draws the home tab."""

    def __init__(self, line: Line, directory: Directory) -> None:
        self._line = line
        self._directory = directory

    def draw(self, client: WebClient, user: str) -> None:
        """Draw the tab of one person as everything stands now."""
        client.views_publish(user_id=user, view=self._tab(user))

    def follow(self, client: WebClient, user: str) -> None:
        """Draw it after something was done from it; that is done, whatever Slack says to this."""
        try:
            self.draw(client, user)
        except SLACK_FAILED as error:
            log.warning("A home tab was not drawn anew: %s", reason(error))

    def _tab(self, user: str) -> dict[str, Any]:
        why = self._directory.keeps_out(user)
        if why:
            return modals.said_home(why)
        answer = self._line.ask(ListAll(), self._line.patience(lambda: None))
        assert isinstance(answer, Listed), "the desk lists what there is"
        zone = self._line.settings.zone
        return home_view(answer.campaigns, user, self._line.members.roles(user), zone)
