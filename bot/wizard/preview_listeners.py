"""The message of a real user, out of the review: of a draft that nobody has saved yet."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import Answer, Refused
from actors.mail_content import Preview, Previewed
from bot import answers, message_card, modals
from bot.blocks import Block, context
from bot.ids import ActionId, Field, ViewId
from bot.inputs import input_block, modal, text_input
from bot.line import Caller, Line, Patience, update_if_open
from bot.refs import Memo, read_memo, write_memo
from bot.submission import Submission
from bot.tables import untabled
from bot.wizard.unfinished import GONE, Forms
from bot.wizard.values import Values, assemble

USER_CHARS_MAX = 256
AS_SENT = context(message_card.AS_SENT)


class PreviewListeners:
    """The button of the review, and the modal above it."""

    def __init__(self, line: Line, forms: Forms) -> None:
        self._line = line
        self._forms = forms

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.SEE)(self.see_pressed)
        app.view(ViewId.SEEN)(self.another_asked)

    def see_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show what somebody would get for whom the campaign is."""
        ack()
        memo, person = read_memo(body["view"]), Caller.of(body).user
        pushed = client.views_push(trigger_id=body["trigger_id"], view=modals.waiting_view(memo))
        answer = self._ask(person, memo, "", self._line.patience(lambda: None))
        update_if_open(client, pushed["view"]["id"], seen_view(memo, answer))

    def another_asked(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show what the user who was named would get."""
        submission = Submission(self._line, ack, body, client, Field.USER)
        user = body["view"]["state"]["values"][Field.USER][ActionId.VALUE]["value"] or ""
        answer = self._ask(submission.user, submission.memo, user.strip(), submission.patience)
        submission.turned(seen_view(submission.memo, answer, user))

    def _ask(self, person: str, memo: Memo, user: str, patience: Patience) -> Answer:
        found = self._forms.find(person, memo.form, patience)
        if not isinstance(found, Values):
            return found or GONE
        campaign, _ = assemble(found)
        edited = memo.ref.campaign if memo.ref else ""
        asked = Preview(edited, person, user, definition=campaign)
        return self._line.ask(asked, patience)


def seen_view(memo: Memo, answer: Answer, user: str = "") -> dict[str, Any]:
    """Return the modal with a user's message, and the question for another user."""
    if isinstance(answer, Previewed):
        said = message_card.previewed(answer)
    else:
        assert isinstance(answer, Refused), "the desk shows a message or refuses"
        said = answers.refused(answer)
    asked = text_input(user, placeholder="u_42", chars_max=USER_CHARS_MAX)
    hint = "The id of a user. Empty: somebody whom the campaign is for."
    told = list(untabled(block for block in said.blocks if block["type"] != "actions"))
    end = next((n for n, block in enumerate(told) if block == AS_SENT), len(told))
    another = input_block(Field.USER, "Another user", asked, hint=hint, optional=True)
    blocks: list[Block] = [*told[:end], another, *told[end:]]  # in sight: the JSON is long
    return modal(
        ViewId.SEEN,
        "A real user's message",
        blocks,
        submit="Show this user",
        close="Back",
        memo=write_memo(memo),
    )
