"""Keeping an audience under a name from Slack: the form, and what comes of it."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import CampaignLine, Done, ListAll, Listed, Refused
from actors.mail_audience import AudienceShown, SaveAudience, ShowAudience
from actors.mail_text import CheckAudienceText
from bot import answers, words
from bot.audience_form import Wanted, read_save_form, replaces, save_form
from bot.blocks import clip
from bot.ids import ActionId, Field, ViewId
from bot.line import Caller, Line, Patience
from bot.modals import said_view
from bot.paste import problems_text
from bot.refs import Memo
from bot.submission import Submission
from bot.wizard.reading import Reading
from bot.wizard.step import StepName
from bot.wizard.steps import STEPS
from bot.wizard.unfinished import GONE, Forms
from bot.wizard.values import Values, checked
from domain.audience import Node
from domain.audience_source import AudienceText, read_audience

ASKED_FOR = "Any campaign can ask for it at its step Who: *Is in a saved audience*."


class AudienceSaving:
    """The form that saves an audience, from the list and from the wizard's step Who."""

    def __init__(self, line: Line, forms: Forms) -> None:
        self._line = line
        self._forms = forms

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.SAVE_AUDIENCE)(self.pressed)
        app.view(ViewId.SAVE_AUDIENCE)(self.submitted)

    def open(self, client: WebClient, trigger: str, caller: Caller, name: str = "") -> None:
        """Open the form, for whoever may save an audience."""
        if self._line.turned_away(client, caller, SaveAudience):
            return
        campaigns = self._campaigns(self._line.patience(lambda: None))
        form = save_form(Memo(caller.channel), Wanted(name), campaigns=campaigns)
        client.views_open(trigger_id=trigger, view=form)

    def pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Open the form from the list of audiences."""
        ack()
        self.open(client, body["trigger_id"], Caller.of(body))

    def submitted(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Save it; what has the name already is replaced only by who has seen what that is."""
        submission = Submission(self._line, ack, body, client, Field.NAME)
        wanted = read_save_form(body["view"])
        if not isinstance(wanted, Wanted):
            submission.wrong(wanted)
            return
        who = self._who(submission, wanted)
        if who is None:
            return
        there = self._line.ask(ShowAudience(wanted.name), submission.patience)
        if isinstance(there, AudienceShown) and not _seen(there, who, submission.memo):
            memo = Memo(submission.memo.channel, form=submission.memo.form, about=replaces(there))
            campaigns = () if memo.form else self._campaigns(submission.patience)
            submission.turned(save_form(memo, wanted, campaigns=campaigns, there=there))
            return
        answer = self._line.ask(
            SaveAudience(wanted.name, who, submission.user), submission.patience
        )
        if isinstance(answer, Refused):
            submission.refused(answer)
            return
        assert isinstance(answer, Done), "the desk saves it or refuses"
        if submission.memo.form:  # below it the wizard is still open
            said = f":white_check_mark: {words.mentioned(clip(answer.message, 2_500))}"
            submission.turned(said_view(said, ASKED_FOR))
        else:
            submission.finished(answers.done(answer))

    def _who(self, submission: Submission, wanted: Wanted) -> Node | None:
        """Return the audience that is meant; None: there is none, and the person has been told."""
        if submission.memo.form:
            return self._of_wizard(submission)
        if wanted.text:
            return self._of_text(submission, wanted)
        found = self._line.find(wanted.campaign, submission.patience)
        if isinstance(found, Refused):
            submission.refused(found)
            return None
        return found.definition.who

    def _of_wizard(self, submission: Submission) -> Node | None:
        values = self._forms.find(submission.user, submission.memo.form, submission.patience)
        if not isinstance(values, Values):
            submission.refused(values or GONE)
            return None
        now, zone = self._line.now_ms(), self._line.settings.zone
        if wrong := checked(values, now_ms=now, zone=zone).problems.get(StepName.WHO):
            said = " ".join(wrong.values())
            submission.refused(Refused("The conditions are not complete:", said))
            return None
        who: Node = STEPS[StepName.WHO].say(values.who, values.live, Reading())["who"]
        return who

    def _of_text(self, submission: Submission, wanted: Wanted) -> Node | None:
        read = read_audience(wanted.text)
        if isinstance(read, AudienceText):
            return read.who
        asked = CheckAudienceText(text=wanted.text, name=wanted.name)
        answer = self._line.ask(asked, submission.patience)
        problems = list(answer.problems) if isinstance(answer, Refused) else []
        if submission.late:
            submission.refused(Refused("The text has problems.", "", tuple(problems or read)))
        else:
            submission.wrong({Field.TEXT.value: problems_text(problems or read)})
        return None

    def _campaigns(self, patience: Patience) -> tuple[CampaignLine, ...]:
        """Return the campaigns whose conditions can be taken, the latest first."""
        answer = self._line.ask(ListAll(), patience)
        return answer.campaigns if isinstance(answer, Listed) else ()


def _seen(there: AudienceShown, who: Node, memo: Memo) -> bool:
    """Whether nothing is replaced, or the person was shown what is."""
    return there.who == who or memo.about == replaces(there)
