"""Importing a custom list from Slack: the form, its submission, and what came of it."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.file_import import Imported, Unusable
from actors.mail import Refused
from actors.mail_files import BeginFile
from bot import list_card
from bot.handing import hand_over
from bot.ids import ActionId, Field, ViewId
from bot.line import Caller, Line
from bot.list_form import ListFile, list_form, read_list_form
from bot.list_import import Outcome, import_list
from bot.refs import Memo
from bot.submission import Submission

PROBLEMS_FILE = "problems.txt"
BENEATH_MAX = 3
"""So many problems there is room for beneath an input."""


class ListListeners:
    """The form that takes a list."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.IMPORT_LIST)(self.pressed)
        app.view(ViewId.IMPORT_LIST)(self.submitted)

    def open(self, client: WebClient, trigger: str, caller: Caller, name: str = "") -> None:
        """Open the form, for whoever may import a list."""
        if not self._line.turned_away(client, caller, BeginFile):
            client.views_open(trigger_id=trigger, view=list_form(Memo(caller.channel), name))

    def pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Open the form from the list of lists."""
        ack()
        self.open(client, body["trigger_id"], Caller.of(body))

    def submitted(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Import the file. What is wrong with it stands beneath it, so that it can be replaced."""
        submission = Submission(self._line, ack, body, client, Field.FILE)
        wanted = read_list_form(body["view"])
        if not isinstance(wanted, ListFile):
            submission.wrong(wanted)
            return
        if not self._line.members.may(submission.user, BeginFile):
            submission.refused(self._line.members.refused(BeginFile))
            return
        work = partial(
            import_list, self._line, client, wanted, submission.user, submission.going_on
        )
        self._tell(submission, wanted, self._line.during(work, submission.patience))

    def _tell(self, submission: Submission, wanted: ListFile, outcome: Outcome) -> None:
        match outcome.done:
            case Refused() as refused:
                submission.refused(refused)
            case Unusable(problems=problems):
                submission.refused(
                    Refused(
                        "The file cannot be read as a list, and nothing of it was taken.",
                        "Mend it and choose it again.",
                        problems,
                    )
                )
                if len(problems) > BENEATH_MAX:
                    content = "\n".join(" ".join(str(each).split()) for each in problems)
                    self._name_all(submission, wanted, len(problems), content.encode())
            case Imported() as done:
                card = list_card.imported(done, outcome.first, wanted.file_name)
                submission.finished(card)
                if done.problems > len(outcome.first):
                    self._name_all(submission, wanted, done.problems, outcome.problems)

    def _name_all(
        self, submission: Submission, wanted: ListFile, count: int, content: bytes
    ) -> None:
        """Hand over a file that names every problem, where there was no room for them."""
        said = list_card.all_problems(wanted.name, wanted.file_name, count)
        hand_over(submission.client, submission.user, said, PROBLEMS_FILE, content)
