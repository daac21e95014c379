"""A report for a spreadsheet, as a file for whoever asks for it."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import Refused
from actors.mail_report import Report, ShowReport
from bot import answers
from bot.blocks import Message, clip, section
from bot.drawing import drawn
from bot.handing import NOT_TAKEN, hand_over
from bot.ids import ActionId
from bot.line import Caller, Line, tell
from bot.report_csv import to_csv
from bot.saying import said

FILE_NAME = "report.csv"


class ReportFiles:
    """The button under a report."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.REPORT_FILE)(self.pressed)

    def pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Put the report as it is now into the direct messages of whoever pressed."""
        ack()
        caller = Caller.of(body)
        patience = self._line.patience(lambda: tell(client, caller, answers.working()))
        campaign = str(body["actions"][0]["value"])
        message = self._line.during(lambda: self._handed(campaign, caller, client), patience)
        tell(client, caller, message)

    def _handed(self, campaign: str, caller: Caller, client: WebClient) -> Message:
        answer = self._line.ask(ShowReport(campaign), self._line.patience(lambda: None))
        if isinstance(answer, Refused):
            return said(answer, self._line.settings.zone)
        assert isinstance(answer, Report), "the desk reports or refuses"
        made = drawn(answer)  # in a process of its own: the lift is SciPy's
        report = made.report if made is not None and isinstance(made.report, Report) else answer
        name = clip(report.name, 200)
        text = f"The report of “{name}” for a spreadsheet, in this thread."
        content = to_csv(report).encode()
        if not hand_over(client, caller.user, _words(text), FILE_NAME, content):
            return answers.refused(NOT_TAKEN)
        return _words(
            f":white_check_mark: The report of “{name}” is a file in your direct messages."
        )


def _words(text: str) -> Message:
    return Message(text, (section(text),))
