"""The buttons of cards and alerts: who pressed what, on which content, and what came of it."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from actors.mail import (
    Approve,
    CampaignView,
    Done,
    Pause,
    Publish,
    RaiseLimit,
    Refused,
    Request,
    RequestChanges,
    Resume,
    SendSample,
    SkipRun,
    Stop,
    Submit,
)
from actors.mail_content import Preview
from actors.mail_report import Report, ShowReport
from actors.mail_shelf import Undo
from bot import alerts, answers, modals
from bot.awaited import own_card
from bot.blocks import Message
from bot.click import Click
from bot.ids import ActionId, Field, ViewId
from bot.line import Caller, Line, open_above
from bot.refs import Memo, Ref
from bot.rehearsing import rehearse
from bot.report_card import pictured
from bot.saying import said
from bot.submission import Submission

REACH_MOVED_PERCENT_MAX = 20
"""An approval is for the number of users on its button; if it moved further, it is asked again."""

_BOUND: dict[ActionId, Callable[[str, str, str], Request]] = {
    ActionId.APPROVE: Approve,
    ActionId.PUBLISH: Publish,
    ActionId.SUBMIT: lambda name, by, _hash: Submit(name, by),
    ActionId.RESUME: lambda name, by, _hash: Resume(name, by),
}
"""What is decided about a content: a card of another content decides nothing."""

_FREE: dict[ActionId, Callable[[str, str], Request]] = {
    ActionId.PAUSE: Pause,
    ActionId.STOP: Stop,
    ActionId.UNDO: Undo,
    ActionId.STOP_BLOCKED: Stop,
}
"""What makes a campaign send less is never turned down for an old card."""


class CardListeners:
    """The buttons of campaigns and of held runs."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._zone = line.settings.zone

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        for action in (*_BOUND, *_FREE):
            app.action(action)(self.pressed)
        app.action(ActionId.SHOW)(self.show_pressed)
        app.action(ActionId.REHEARSE)(self.rehearse_pressed)
        app.action(ActionId.SEE_MESSAGE)(self.see_pressed)
        app.action(ActionId.REPORT)(self.report_pressed)
        app.action(ActionId.SEND_SAMPLE)(self.run_pressed)
        app.action(ActionId.SKIP_RUN)(self.run_pressed)
        app.action(ActionId.REQUEST_CHANGES)(self.changes_pressed)
        app.action(ActionId.RAISE_LIMIT)(self.raise_pressed)
        app.view(ViewId.CHANGES)(self.changes_submitted)
        app.view(ViewId.RAISE)(self.raise_submitted)

    def pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Do what a card's button says, if the card shows the content that it would be done to."""
        ack()
        click = Click(self._line, body, client)
        found = click.found
        if isinstance(found, Refused):
            click.tell(answers.refused(found))
            return
        bound = _BOUND.get(click.action)
        if bound is None:
            request = _FREE[click.action](found.name, click.user)
        elif found.hash != click.ref.hash:
            click.tell(answers.stale())
            click.refresh(self._zone)
            return
        elif (moved := _reach_moved(click.ref, found)) is not None:
            click.tell(moved)
            click.refresh(self._zone)
            return
        else:
            request = bound(found.name, click.user, found.hash)
        answer = self._line.ask(request, click.patience)
        if isinstance(answer, Done) and answer.campaign is not None and click.ephemeral:
            card = own_card(answer.campaign, self._line, click.user, answer.message)
            click.replace(card)
            return
        click.tell(said(answer, self._zone))
        if isinstance(answer, Refused) and not click.in_modal:
            click.refresh(self._zone)
        elif isinstance(answer, Done):
            click.place.settle(click.user, answer.message)

    def show_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show what the campaign is now to whoever pressed, in place of their own card."""
        ack()
        click = Click(self._line, body, client)
        match click.found:
            case Refused() as refused:
                click.tell(answers.refused(refused))
            case CampaignView() as view:
                card = own_card(view, self._line, click.user)
                (click.replace if click.ephemeral else click.tell)(card)

    def rehearse_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show whoever pressed what the campaign would have done; it takes a while."""
        ack()
        click = Click(self._line, body, client)
        if isinstance(found := click.found, Refused):
            click.tell(answers.refused(found))
            return
        click.tell(rehearse(self._line, client, Caller.of(body), found.id))

    def see_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show whoever pressed what somebody would get for whom the campaign is."""
        ack()
        self._answered(body, client, lambda found, by: Preview(found.id, by))

    def report_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Show whoever pressed what came of the campaign until now."""
        ack()
        self._answered(body, client, lambda found, _: ShowReport(found.id))

    def _answered(
        self, body: dict[str, Any], client: WebClient, asked: Callable[[CampaignView, str], Request]
    ) -> None:
        click = Click(self._line, body, client)
        if isinstance(found := click.found, Refused):
            click.tell(answers.refused(found))
            return
        answer = self._line.ask(asked(found, click.user), click.patience)
        if isinstance(answer, Report):
            click.tell(pictured(client, answer))
        else:
            click.tell(said(answer, self._zone))

    def run_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Answer a held run. The first answer counts; later ones are told whose that was."""
        ack()
        click = Click(self._line, body, client)
        found = click.found
        if isinstance(found, Refused):
            click.tell(answers.refused(found))
            return
        run = alerts.run_of(found, click.ref.run)
        if run is None or run.state != alerts.BLOCKED:
            click.tell(answers.decided(run.decided_by if run else ""))
            click.refresh(self._zone)
            return
        request: Request = SkipRun(found.name, click.user, run.run)
        if click.action == ActionId.SEND_SAMPLE:
            request = SendSample(found.name, click.user, run.run, run.safety_limit or 0)
        answer = self._line.ask(request, click.patience)
        click.tell(said(answer, self._zone))
        if isinstance(answer, Refused):
            click.refresh(self._zone)

    def changes_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Ask the reviewer what should change."""
        ack()
        if self._line.turned_away(client, Caller.of(body), RequestChanges):
            return
        memo = _memo(body)
        open_above(client, body, modals.changes_view(memo))

    def raise_pressed(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Ask for the new limit."""
        ack()
        if self._line.turned_away(client, Caller.of(body), RaiseLimit):
            return
        memo = _memo(body)
        open_above(client, body, modals.raise_view(memo))

    def changes_submitted(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Send the content that was read back to its author."""
        submission = Submission(self._line, ack, body, client, Field.COMMENT)
        ref, comment = submission.memo.ref, _entered(body, Field.COMMENT).strip()
        assert ref is not None, "the modal was opened from a card"
        if not comment:
            submission.wrong({Field.COMMENT.value: "Say what should change."})
            return
        found = self._line.find(ref.campaign, submission.patience)
        if isinstance(found, Refused):
            submission.refused(found)
            return
        request = RequestChanges(found.name, submission.user, comment, ref.hash)
        _conclude(submission, self._line.ask(request, submission.patience))

    def raise_submitted(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Ask a second person for the higher limit."""
        submission = Submission(self._line, ack, body, client, Field.LIMIT)
        ref, text = submission.memo.ref, _entered(body, Field.LIMIT).strip()
        assert ref is not None, "the modal was opened from an alert"
        if not (text.isascii() and text.isdigit() and int(text[:15]) > 0 and len(text) <= 15):
            submission.wrong({Field.LIMIT.value: "A whole number of at least 1."})
            return
        found = self._line.find(ref.campaign, submission.patience)
        if isinstance(found, Refused):
            submission.refused(found)
            return
        request = RaiseLimit(found.name, submission.user, ref.run, int(text))
        _conclude(submission, self._line.ask(request, submission.patience))


def _memo(body: dict[str, Any]) -> Memo:
    return Memo(Caller.of(body).channel, Ref.read(body["actions"][0]["value"]))


def _entered(body: dict[str, Any], field: Field) -> str:
    return str(body["view"]["state"]["values"][field][ActionId.VALUE]["value"] or "")


def _conclude(submission: Submission, answer: object) -> None:
    if isinstance(answer, Refused):
        submission.refused(answer)
        return
    assert isinstance(answer, Done), "the desk does it or refuses"
    submission.finished(answers.done(answer))


def _reach_moved(ref: Ref, found: CampaignView) -> Message | None:
    """Return what to say if the card was approved for another number of users than there are."""
    if ref.reach is None or found.estimate is None:
        return None
    now = found.estimate.expected
    if abs(now - ref.reach) * 100 <= REACH_MOVED_PERCENT_MAX * ref.reach:
        return None
    return answers.reach_moved(ref.reach, now)
