"""The draft form and the pasted definition, as a person fills, checks and submits them."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from actors.mail import Done, Draft, Reach, Reached, Refused
from bot import answers, forms, modals, paste, views, words
from bot.blocks import clip
from bot.editing import open_edit, update_if_open
from bot.form_reading import Errors, assemble, placed, to_campaign
from bot.form_state import Values, read_values
from bot.form_writing import to_values
from bot.ids import ActionId, Field, ViewId
from bot.line import Caller, Line, answered
from bot.refs import Ref, read_memo
from bot.submission import Submission
from domain.campaign import Campaign

COUNTING = "*Estimated reach*: counting..."
ERRORS_CHARS_MAX = 1_500


class FormListeners:
    """Everything that happens in the modals that make a draft."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._zone = line.settings.zone

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.REDRAW)(self.input_changed)
        app.action(ActionId.CHECK_REACH)(self.reach_asked)
        app.action(ActionId.PASTE_INSTEAD)(self.paste_chosen)
        app.action(ActionId.FORM_INSTEAD)(self.form_chosen)
        app.action(ActionId.EDIT)(self.edit_pressed)
        app.view(ViewId.DRAFT)(self.form_submitted)
        app.view(ViewId.PASTE)(self.text_submitted)

    def input_changed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show the inputs that the answer asks for; what was entered stays."""
        ack()
        view = body["view"]
        fresh = forms.draft_view(_values(view), read_memo(view), zone=self._zone)
        try:
            client.views_update(view_id=view["id"], hash=view["hash"], view=fresh)
        except SlackApiError as error:
            match answered(error):
                case "hash_conflict":  # a second change came close by
                    update_if_open(client, view["id"], fresh)
                case "not_found":
                    return  # it was closed or submitted meanwhile: nobody looks at it
                case _:
                    raise

    def reach_asked(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Count whom the form would reach, and show it in the form."""
        ack()
        form = _OpenForm(client, body["view"], self._zone)
        campaign = to_campaign(form.values, now_ms=self._line.now_ms(), zone=self._zone)
        if not isinstance(campaign, Campaign):
            form.show_reach(
                f"*Estimated reach*: first put right\n{_listed(campaign, body['view'])}"
            )
            return
        if campaign.kind == "live":
            form.show_reach(forms.REACH_LIVE)
            return
        patience = self._line.patience(lambda: form.show_reach(COUNTING))
        answer = self._line.ask(Reach(campaign), patience)
        match answer:
            case Reached(estimate):
                form.show_reach(f"*Estimated reach*\n{words.waterfall(estimate)}")
            case Refused(what, fix):
                form.show_reach(f"*Estimated reach*: {clip(what, 500)} {clip(fix, 500)}")
            case _:
                raise AssertionError("the desk counts or refuses")

    def paste_chosen(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Take the definition as text instead, with what the form says so far."""
        ack()
        view = body["view"]
        campaign, unread = assemble(_values(view))
        text = paste.write_text(campaign) if campaign.name and not unread else None
        fresh = modals.paste_view(read_memo(view), text or "")
        client.views_update(view_id=view["id"], hash=view["hash"], view=fresh)

    def form_chosen(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Go back to the form, with what the text says as far as the form can say it."""
        ack()
        view = body["view"]
        text = view["state"]["values"][Field.TEXT][ActionId.VALUE]["value"] or ""
        read = paste.read_text(text, now_ms=self._line.now_ms(), zone=self._zone)
        values = to_values(read) if isinstance(read, Campaign) and text != modals.EXAMPLE else None
        fresh = forms.draft_view(values or Values(), read_memo(view), zone=self._zone)
        client.views_update(view_id=view["id"], hash=view["hash"], view=fresh)

    def edit_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Open what the campaign is now: in the form if it can say all of it, else as text."""
        ack()
        ref, caller = Ref.read(body["actions"][0]["value"]), Caller.of(body)
        if self._line.turned_away(client, caller, Draft):
            return
        open_edit(self._line, client, body["trigger_id"], caller, ref.campaign)

    def form_submitted(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Save what the form says, or show all its problems at their inputs."""
        submission = Submission(self._line, ack, body, client, Field.NAME)
        values = _values(body["view"])
        campaign = to_campaign(values, now_ms=self._line.now_ms(), zone=self._zone)
        if not isinstance(campaign, Campaign):
            submission.wrong(placed(campaign, forms.shown_blocks(body["view"])))
            return
        self._save(submission, campaign)

    def text_submitted(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Save what the text says, or show all its problems with their lines."""
        submission = Submission(self._line, ack, body, client, Field.TEXT)
        text = body["view"]["state"]["values"][Field.TEXT][ActionId.VALUE]["value"] or ""
        campaign = paste.read_text(text, now_ms=self._line.now_ms(), zone=self._zone)
        if not isinstance(campaign, Campaign):
            submission.wrong(campaign)
            return
        self._save(submission, campaign)

    def _save(self, submission: Submission, campaign: Campaign) -> None:
        """Draft it, unless that would overwrite what its author did not see."""
        refusal = self._overwrites(submission, campaign)
        if refusal is not None:
            submission.refused(refusal)
            return
        memo = submission.memo
        edits = memo.ref.campaign if memo.ref else ""
        request = Draft(campaign, submission.user, memo.channel, edits)
        answer = self._line.ask(request, submission.patience)
        if isinstance(answer, Refused):
            submission.refused(answer)
            return
        assert isinstance(answer, Done), "the desk keeps a draft or refuses it"
        message = answers.done(answer)
        if answer.campaign is not None:
            card, said = answer.campaign, answer.message
            message = views.drafted_card(card, self._zone, said, submission.user)
        submission.finished(message)

    def _overwrites(self, submission: Submission, campaign: Campaign) -> Refused | None:
        """Return why saving would replace a campaign that this modal does not show."""
        ref = submission.memo.ref
        there = self._line.find(campaign.name, submission.patience)
        if not isinstance(there, Refused) and (ref is None or there.id != ref.campaign):
            return Refused(
                f'A campaign named "{there.name}" exists already.',
                "Choose another name, or close this and press Edit on its card.",
            )
        if ref is None:
            return None
        now = self._line.find(ref.campaign, submission.patience)
        if isinstance(now, Refused):
            return now
        if now.hash != ref.hash:
            return Refused(
                "Somebody edited this campaign since you opened the form.",
                "Close it and press Edit again, to see what it is now.",
            )
        return None


class _OpenForm:
    """A form that is open, as long as nobody changes it meanwhile."""

    def __init__(self, client: WebClient, view: dict[str, Any], zone: str) -> None:
        self.values = _values(view)
        self._client = client
        self._id: str = view["id"]
        self._hash: str = view["hash"]
        self._memo = read_memo(view)
        self._zone = zone

    def show_reach(self, text: str) -> None:
        """Write it into the form; an answer to what has changed since is not shown."""
        fresh = forms.draft_view(self.values, self._memo, zone=self._zone, reach=text)
        try:
            updated = self._client.views_update(view_id=self._id, hash=self._hash, view=fresh)
        except SlackApiError as error:
            if answered(error) not in ("hash_conflict", "not_found"):
                raise
            return
        self._hash = str(updated["view"]["hash"])


def _values(view: dict[str, Any]) -> Values:
    return read_values(view["state"]["values"])


def _listed(errors: Errors, view: dict[str, Any]) -> str:
    """Return what is wrong, each with the label of its input."""
    labels = {
        block["block_id"]: block["label"]["text"]
        for block in view.get("blocks", ())
        if block["type"] == "input"
    }
    lines = (f"• {labels.get(block, 'Campaign')}: {said}" for block, said in errors.items())
    return clip("\n".join(lines), ERRORS_CHARS_MAX)
