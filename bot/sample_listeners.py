"""The buttons under a saved audience: how many are in it, and a sample of them as a file."""

import os
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import Refused
from actors.mail_audience import ExportAudience, Exported, ReachAudience, ShowAudience
from bot import answers, words
from bot.blocks import Message, clip, context, section
from bot.handing import NOT_TAKEN, hand_over
from bot.ids import ActionId, Field, ViewId
from bot.line import Caller, Line, tell
from bot.menus import LongNames
from bot.refs import Memo
from bot.sample_form import Sample, read_sample_form, sample_form
from bot.saying import said
from bot.submission import Submission

FILE_NAME = "sample.csv"


class SampleListeners:
    """What is asked about one saved audience."""

    def __init__(self, line: Line, names: LongNames) -> None:
        self._line = line
        self._names = names

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.REACH_AUDIENCE)(self.reach_pressed)
        app.action(ActionId.EXPORT_SAMPLE)(self.export_pressed)
        app.view(ViewId.EXPORT_SAMPLE)(self.submitted)

    def reach_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Count who is in it now."""
        ack()
        caller = Caller.of(body)
        patience = self._line.patience(lambda: tell(client, caller, answers.working()))
        answer = self._line.ask(ReachAudience(str(body["actions"][0]["value"])), patience)
        tell(client, caller, said(answer, self._line.settings.zone))

    def export_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Ask how many."""
        ack()
        name = str(body["actions"][0]["value"])
        self.open(client, body["trigger_id"], Caller.of(body), name)

    def open(self, client: WebClient, trigger: str, caller: Caller, name: str) -> None:
        """Open the form, for whoever may export people, of an audience that is there."""
        if self._line.turned_away(client, caller, ExportAudience):
            return
        there = self._line.ask(ShowAudience(name), self._line.patience(lambda: None))
        if isinstance(there, Refused):
            tell(client, caller, answers.refused(there))
            return
        client.views_open(trigger_id=trigger, view=sample_form(Memo(caller.channel, about=name)))

    def submitted(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Draw the sample, and put the file where this person alone sees it."""
        submission = Submission(self._line, ack, body, client, Field.NUMBER)
        wanted = read_sample_form(body["view"], self._names)
        if not isinstance(wanted, Sample):
            submission.wrong(wanted)
            return
        name, by = submission.memo.about, submission.user
        work = partial(self._handed, client, name, by, wanted)
        match self._line.during(work, submission.patience):
            case Refused() as refused:
                submission.refused(refused)
            case 0:
                submission.finished(_said(f"Nobody is in “{clip(name, 400)}” now."))
            case users:
                of = f"{words.count_of(users, 'user')} of “{clip(name, 400)}”"
                done = f":white_check_mark: {of}: the file is in your direct messages."
                submission.finished(_said(done))

    def _handed(self, client: WebClient, name: str, by: str, wanted: Sample) -> int | Refused:
        """Have the daemon write the file, and hand it over; return how many users stand in it.

        It is on disk no longer than this takes.
        """
        try:
            with TemporaryDirectory(prefix="clarion-") as folder:
                path = Path(folder) / FILE_NAME
                request = ExportAudience(
                    name, str(path), by, profile=wanted.profile, sample=wanted.users
                )
                answer = self._line.ask(request, self._line.patience(lambda: None))
                if isinstance(answer, Refused):
                    return answer
                assert isinstance(answer, Exported), "the desk exports or refuses"
                content, said = path.read_bytes(), _beside(name, answer.users)
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else type(error).__name__
            return Refused(f"The file could not be made: {why}.", "Try again later.")
        if answer.users and not hand_over(client, by, said, FILE_NAME, content):
            return NOT_TAKEN
        return answer.users


def _said(text: str) -> Message:
    return Message(text, (section(text),))


def _beside(name: str, users: int) -> Message:
    text = f"*{words.count_of(users, 'user')}* of “{clip(name, 400)}”, drawn at random."
    hint = "The file is in this thread. It names people: delete it when you are done with it."
    return Message(text, (section(text), context(hint)))
