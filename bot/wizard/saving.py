"""From a form to a draft: it is saved, unless that would overwrite what its author did not see."""

from actors.mail import CampaignView, Done, Draft, Refused, Submit
from bot import answers
from bot.awaited import own_card
from bot.blocks import Message
from bot.line import Line
from bot.submission import Submission
from bot.wizard.unfinished import Forms
from domain.campaign import Campaign
from domain.review import UNPUBLISHED


class Saving:
    """Saves what a form says, whichever way it was said."""

    def __init__(self, line: Line, forms: Forms) -> None:
        self._line = line
        self._forms = forms

    def save(self, submission: Submission, campaign: Campaign, *, review: bool = False) -> None:
        """Draft it, show the card, and forget the form; with `review`, ask for one at once."""
        refusal = _overwrites(self._line, submission, campaign)
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
        self._forms.drop(submission.user, memo.form, submission.patience)
        submission.finished(self._said(submission, answer, review=review))

    def _said(self, submission: Submission, drafted: Done, *, review: bool) -> Message:
        if drafted.campaign is None:
            return answers.done(drafted)
        card, said = drafted.campaign, drafted.message
        if review and card.state in UNPUBLISHED:  # of what runs it is asked already
            card, said = _submitted(self._line, submission, card, said)
        return own_card(card, self._line, submission.user, said)


def _submitted(
    line: Line, submission: Submission, card: CampaignView, drafted: str
) -> tuple[CampaignView, str]:
    """Ask for a review of the draft; return it as it stands then, and what came of it.

    `drafted` asks to submit it, so it is said only if nobody could.
    """
    answer = line.ask(Submit(card.id, submission.user), submission.patience)
    if isinstance(answer, Refused):
        return card, f"{drafted} No review was asked for: {answer.what} {answer.fix}"
    assert isinstance(answer, Done), "the desk asks for a review or refuses"
    return answer.campaign or card, answer.message


def name_taken(line: Line, submission: Submission, name: str) -> Refused | None:
    """Return that another campaign than the one that is edited has this name."""
    ref = submission.memo.ref
    there = line.find(name, submission.patience)
    if isinstance(there, Refused) or (ref is not None and there.id == ref.campaign):
        return None
    return Refused(
        f'A campaign named "{there.name}" exists already.',
        "Choose another name, or close this and press Edit on its card.",
    )


def _overwrites(line: Line, submission: Submission, campaign: Campaign) -> Refused | None:
    """Return why saving would replace a campaign that this modal does not show."""
    ref = submission.memo.ref
    taken = name_taken(line, submission, campaign.name)
    if taken is not None or ref is None:
        return taken
    now = line.find(ref.campaign, submission.patience)
    if isinstance(now, Refused):
        return now
    if now.hash != ref.hash:
        return Refused(
            "Somebody edited this campaign since you opened the form.",
            "Close it and press Edit again, to see what it is now.",
        )
    return None
