"""A definition as text: taken instead of the wizard's answers, and put back into them."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import Refused
from actors.mail_text import CheckText
from bot import modals, paste
from bot.fetching import fetch_text
from bot.handing import NOT_TAKEN, hand_over
from bot.ids import ActionId, Field, ViewId
from bot.line import Caller, Line, update_if_open
from bot.refs import read_memo
from bot.submission import Submission
from bot.wizard.given import read_given
from bot.wizard.saving import Saving
from bot.wizard.showing import refused_view, shown
from bot.wizard.step import StepName
from bot.wizard.unfinished import Forms, Typed
from bot.wizard.values import Values, assemble, filled, to_values
from domain import toml_source
from domain.campaign import Campaign
from domain.toml_source import TEXT_BYTES_MAX

UNREAD = ":warning: The text has problems, so the answers here are as they were before."


class TextListeners:
    """The way from the wizard to the text and back, and a text that is submitted."""

    def __init__(self, line: Line, forms: Forms, saving: Saving) -> None:
        self._line = line
        self._forms = forms
        self._saving = saving

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.PASTE_INSTEAD)(self.text_chosen)
        app.action(ActionId.FORM_INSTEAD)(self.form_chosen)
        app.view(ViewId.PASTE)(self.submitted)

    def text_chosen(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show the definition as text, with what the answers say so far."""
        ack()
        view = body["view"]
        memo, given = read_memo(view), read_given(view, self._forms.long_names)
        at = StepName(memo.step) if memo.step in set(StepName) else StepName.START
        values = self._change(body, lambda values: filled(values, at, given))
        if isinstance(values, Refused):
            update_if_open(client, view["id"], refused_view(values))
            return
        campaign, unread = assemble(values)
        text = paste.write_text(campaign) if campaign.name and not unread else ""
        if paste.fits(text):
            fresh = modals.paste_view(memo, text)
        else:
            user, said = Caller.of(body).user, paste.beside(campaign)
            handed = hand_over(client, user, said, paste.FILE_NAME, text.encode())
            fresh = modals.paste_view(memo, None) if handed else refused_view(NOT_TAKEN)
        update_if_open(client, view["id"], fresh, view.get("hash") or "")

    def form_chosen(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Go back to the wizard with what the text says; a text with problems changes nothing."""
        ack()
        view, text = body["view"], _text(body)
        if file := _file(body):
            got = fetch_text(client, file, TEXT_BYTES_MAX)
            text = "" if isinstance(got, Refused) else got
        read = paste.read_text(text, now_ms=self._line.now_ms(), zone=self._line.settings.zone)
        note = "" if isinstance(read, Campaign) or text == modals.EXAMPLE else UNREAD

        def changed(values: Values) -> Values:
            if not isinstance(read, Campaign) or text == modals.EXAMPLE:
                return values
            return to_values(read, base=values.base)

        values = self._change(body, changed)
        if isinstance(values, Refused):
            fresh = refused_view(values)
        else:
            fresh = shown(self._line, read_memo(view), values, note=note)
        update_if_open(client, view["id"], fresh, view.get("hash") or "")

    def submitted(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Save what the text says, or show all its problems with their lines."""
        file = _file(body)
        submission = Submission(self._line, ack, body, client, Field.FILE if file else Field.TEXT)
        text: str | Refused = _text(body)
        if file:
            get = partial(fetch_text, client, file, TEXT_BYTES_MAX)
            text = self._line.during(get, submission.patience)
        if isinstance(text, Refused):
            submission.refused(text)
            return
        now, zone = self._line.now_ms(), self._line.settings.zone
        read = paste.read_text(text, now_ms=now, zone=zone)
        campaign = read if isinstance(read, Campaign) else self._looked_at(submission, text)
        if campaign is not None:
            self._saving.save(submission, campaign)

    def _looked_at(self, submission: Submission, text: str) -> Campaign | None:
        """Show all problems of a text, also names that are not there, which only the desk knows.

        Returns the campaign if there are none: the times of one that has run may be past.
        """
        ref = submission.memo.ref
        asked = CheckText(text, edits=ref.campaign if ref else "")
        answer = self._line.ask(asked, submission.patience)
        if isinstance(answer, Refused):
            if answer.problems and not submission.late:
                submission.wrong({submission.block: paste.problems_text(list(answer.problems))})
            else:
                submission.refused(answer)
            return None
        campaign = toml_source.shape(text)
        assert isinstance(campaign, Campaign), "the desk has read it too"
        return campaign

    def _change(self, body: dict[str, Any], change: Any) -> Values | Refused:
        person, form = Caller.of(body).user, read_memo(body["view"]).form
        patience = self._line.patience(lambda: None)
        return self._forms.change(person, form, Typed.of(body), change, patience)


def _text(body: dict[str, Any]) -> str:
    return body["view"]["state"]["values"][Field.TEXT][ActionId.VALUE]["value"] or ""


def _file(body: dict[str, Any]) -> str:
    """Return the id of the file that was chosen; empty where none was."""
    entered = body["view"]["state"]["values"].get(Field.FILE, {}).get(ActionId.VALUE, {})
    files = entered.get("files") or []
    return str(files[0].get("id") or "") if files else ""
