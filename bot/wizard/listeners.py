"""The wizard as a person fills it in: every input, every step, the review and the draft."""

import re
from typing import Any

from msgspec import Struct, structs
from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import Draft, Refused
from actors.mail_audience import SaveAudience
from bot.audience_form import Wanted, save_form
from bot.ids import ActionId, ViewId
from bot.inputs import Errors
from bot.line import Caller, Line, update_if_open
from bot.refs import Memo, Ref, read_memo
from bot.submission import Submission
from bot.wizard import who
from bot.wizard.frame import placed
from bot.wizard.given import read_given
from bot.wizard.learning import learned
from bot.wizard.opening import Opening
from bot.wizard.reaching import Job, Reaching
from bot.wizard.review import REVIEW, THEN
from bot.wizard.saving import Saving, name_taken
from bot.wizard.showing import refused_view, shown
from bot.wizard.step import StepName, block_id
from bot.wizard.steps import STEPS, after
from bot.wizard.unfinished import Forms, Typed
from bot.wizard.values import Checked, Values, checked, filled

AGAIN_MAX = 5
"""So often at most a view is drawn anew because the form was submitted close by a click."""


class WizardListeners:
    """Everything that happens in the wizard, but for text and opening."""

    def __init__(
        self, line: Line, forms: Forms, reaching: Reaching, opening: Opening, saving: Saving
    ) -> None:
        self._line = line
        self._forms = forms
        self._zone = line.settings.zone
        self._reaching = reaching
        self._opening = opening
        self._saving = saving

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.action(ActionId.KEEP)(self.typed)
        app.action(ActionId.REDRAW)(self.input_changed)
        app.action(ActionId.PICK)(self.input_changed)
        app.action(re.compile(rf"^{ActionId.ROW}_[a-z]+$"))(self.row_chosen)
        app.action(re.compile(rf"^{ActionId.GO}_[a-z]+$"))(self.step_chosen)
        app.action(ActionId.REPLACE)(self.replace_chosen)
        app.action(ActionId.SAVE_WHO)(self.save_pressed)
        app.action(ActionId.START_OVER)(self.anew_chosen)
        app.action(ActionId.EDIT)(self.edit_pressed)
        app.action(ActionId.CLONE)(self.clone_pressed)
        app.view(ViewId.DRAFT)(self.submitted)
        app.view_closed(ViewId.DRAFT)(self.closed)

    def typed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Keep what was entered; of the view only the count of the reach changes."""
        ack()
        values = self._change(body, only_typed=True)
        if isinstance(values, Values):
            self._follow(body, client, values, body["view"].get("hash") or "")

    def closed(self, ack: Ack, body: dict[str, Any]) -> None:
        """Keep what stands in a modal that is closed, as far as Slack says it."""
        ack()
        self._change(body, only_typed=True)

    def input_changed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show the inputs that the answer asks for; what was entered stays."""
        ack()
        self._show(body, client, self._change(body))

    def step_chosen(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Go to another step, whatever state this one is in."""
        ack()
        wanted = str(body["actions"][0].get("value"))
        if wanted not in set(StepName):
            return
        self._show(body, client, self._change(body, to=StepName(wanted)))

    def replace_chosen(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Ask for what was kept as pasted: it is gone, and its questions stand there."""
        ack()
        step, _, name = str(body["actions"][0].get("value")).partition(".")

        def without(values: Values) -> Values:
            part: Struct = getattr(values, step) if step in STEPS else values
            if not name.startswith("kept") or name not in part.__struct_fields__:
                return values
            return structs.replace(values, **{step: structs.replace(part, **{name: ""})})

        self._show(body, client, self._change(body, also=without))

    def row_chosen(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Add a condition, open or close one, take it away, or compare a property in it."""
        ack()
        pressed = body["actions"][0]
        chosen = pressed.get("selected_option") or {}
        deed = str(pressed.get("value") or chosen.get("value") or "")

        def changed(values: Values) -> Values:
            fresh = structs.replace(values, who=who.done(values.who, deed))
            if deed.startswith("add."):
                return fresh.unseen(StepName.WHO)  # nobody is told off before they have answered
            wrong = self._checked(fresh).problems.get(StepName.WHO, {})
            return values.looked_at(StepName.WHO) if who.closes_wrong(deed, wrong) else fresh

        self._show(body, client, self._change(body, also=changed))

    def save_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Ask for the name under which to keep the conditions; with problems, show these."""
        ack()
        if self._line.turned_away(client, Caller.of(body), SaveAudience):
            return
        values = self._change(body)
        if isinstance(values, Values) and StepName.WHO not in self._checked(values).problems:
            memo = structs.replace(read_memo(body["view"]), step="")
            form = save_form(memo, Wanted(""))
            client.views_push(trigger_id=body["trigger_id"], view=form)
            return

        self._show(body, client, self._change(body, also=lambda now: now.looked_at(StepName.WHO)))

    def anew_chosen(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Forget what was entered, and begin anew."""
        ack()
        self._show(body, client, self._change(body, also=lambda _: Values()))

    def edit_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Open what the campaign is now."""
        self._opened(ack, body, client, copy=False)

    def clone_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Open what the campaign is now as a new one, under another name."""
        self._opened(ack, body, client, copy=True)

    def _opened(self, ack: Ack, body: dict[str, Any], client: WebClient, *, copy: bool) -> None:
        ack()
        ref, caller = Ref.read(body["actions"][0]["value"]), Caller.of(body)
        if self._line.turned_away(client, caller, Draft):
            return
        self._opening.edit(client, body["trigger_id"], caller, ref.campaign, copy=copy)

    def submitted(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Go on to the next step, or save the draft: with problems, neither."""
        submission = Submission(self._line, ack, body, client)
        memo, at = submission.memo, _step(submission.memo)
        given = read_given(body["view"], self._forms.long_names)

        def entered(values: Values) -> Values:
            return structs.replace(filled(values, at, given), at=at)

        values = self._forms.change(
            submission.user, memo.form, Typed.of(body), entered, submission.patience
        )
        if isinstance(values, Refused):
            submission.refused(values)
            return
        submission.redraw = lambda said: shown(self._line, memo, values, note=f":warning: {said}")
        found = self._checked(values)
        in_words = who.opened_at(values.who, found.problems.get(at, {}))
        if at is StepName.WHO and in_words is not None:
            self._turn(submission, body, client, structs.replace(values, who=in_words), at)
            return
        errors = placed(found.problems.get(at, {}) | self._taken(submission, values), body["view"])
        if errors and submission.late:
            submission.turned(shown(self._line, memo, values.moved(at)))
        elif errors:
            submission.wrong(errors)
        elif at is not StepName.REVIEW:
            self._turn(submission, body, client, values, after(at))
        elif found.problems:
            self._turn(submission, body, client, values, next(iter(found.problems)))
        else:
            submission.block = block_id(StepName.REVIEW, THEN)  # beside the button, always in sight
            review = REVIEW in given.get(block_id(StepName.REVIEW, THEN), ())
            self._saving.save(submission, found.campaign, review=review)

    def _taken(self, submission: Submission, values: Values) -> Errors:
        """Return that another campaign has the name, when the step that asks for it is left."""
        name = values.start.name.strip()
        if values.at is not StepName.START or not name:
            return {}
        taken = name_taken(self._line, submission, name)
        return (
            {} if taken is None else {block_id(StepName.START, "name"): f"{taken.what} {taken.fix}"}
        )

    def _turn(
        self,
        submission: Submission,
        body: dict[str, Any],
        client: WebClient,
        values: Values,
        to: StepName,
    ) -> None:
        """Show another step in answer to the submit button."""
        moved = learned(self._line, values.moved(to))
        if to in STEPS and values.at is StepName.REVIEW:  # its problems are why it is shown
            moved = structs.replace(moved, seen=(*moved.seen, to))
        memo, typed = submission.memo, Typed.of(body)
        kept = self._forms.change(
            submission.user, memo.form, typed, lambda _: moved, submission.patience
        )
        if isinstance(kept, Refused):
            submission.refused(kept)
            return
        counted = self._reaching.told(submission.user, memo, kept)
        submission.turned(shown(self._line, memo, kept, counted=counted))
        self._follow(body, client, kept, "")

    def _change(
        self,
        body: dict[str, Any],
        *,
        to: StepName | None = None,
        only_typed: bool = False,
        also: Any = None,
    ) -> Values | Refused:
        """Keep what stands in the view's inputs, and what a click says besides."""
        memo = read_memo(body["view"])
        person, typed = Caller.of(body).user, Typed.of(body, only_typed=only_typed)
        at, given = _step(memo), read_given(body["view"], self._forms.long_names)

        def change(values: Values) -> Values:
            # What happened later has said already what stands in the inputs, and where one is: of
            # two requests close by it may have been answered first.
            older = self._forms.is_older(typed)
            mine = {} if older else given
            if only_typed and not older and self._forms.is_left(typed):
                if values.at is not at:
                    return values
                pressed = str((body.get("actions") or [{}])[0].get("block_id") or "")
                mine = {pressed: given[pressed]} if pressed in given else {}
            is_here = to is not None or not older
            fresh = structs.replace(filled(values, at, mine), at=at if is_here else values.at)
            fresh = also(fresh) if also is not None else fresh
            fresh = fresh if to is None else fresh.moved(to)
            return fresh if only_typed else learned(self._line, fresh)

        return self._forms.change(
            person, memo.form, typed, change, self._line.patience(lambda: None)
        )

    def _show(self, body: dict[str, Any], client: WebClient, values: Values | Refused) -> None:
        view, memo, person = body["view"], read_memo(body["view"]), Caller.of(body).user
        if isinstance(values, Refused):
            update_if_open(client, view["id"], refused_view(values))
            return
        before = view.get("hash") or ""
        newest: list[Values] = []

        def drawn(values: Values) -> dict[str, Any]:
            counted = self._reaching.told(person, memo, values)
            return shown(self._line, memo, values, counted=counted)

        def again() -> dict[str, Any]:
            now = self._forms.find(person, memo.form, self._line.patience(lambda: None))
            newest.append(now if isinstance(now, Values) else values)
            return drawn(newest[-1])

        with self._reaching.drawing(person, memo):
            after_it = update_if_open(client, view["id"], drawn(values), before, again=again)
            # What was drawn over may be the answer to the submit button, which Slack draws and no
            # lock holds: without another look one would be led back to the step that one has left.
            while after_it and 0 < len(newest) <= AGAIN_MAX:
                fresh = again()
                if newest[-1] == newest[-2]:
                    break
                after_it = update_if_open(client, view["id"], fresh)
            self._reaching.replaced(person, memo, before, after_it)
        if after_it:
            self._follow(body, client, values, after_it)

    def _follow(
        self, body: dict[str, Any], client: WebClient, values: Values, view_hash: str
    ) -> None:
        """Let the count of the reach follow what has changed."""
        memo, person = read_memo(body["view"]), Caller.of(body).user
        self._reaching.follow(Job(client, person, memo, body["view"]["id"], view_hash, values))

    def _checked(self, values: Values) -> Checked:
        return checked(values, now_ms=self._line.now_ms(), zone=self._zone)


def _step(memo: Memo) -> StepName:
    return StepName(memo.step) if memo.step in set(StepName) else StepName.START
