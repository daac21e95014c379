"""From a form to a draft: it is saved, unless that would overwrite what its author did not see."""

from actors.mail import Done, Draft, Refused
from bot import answers, views
from bot.line import Line
from bot.submission import Submission
from bot.wizard.unfinished import Forms
from domain.campaign import Campaign


def save(line: Line, forms: Forms, submission: Submission, campaign: Campaign) -> None:
    """Draft it, show the card, and forget the form."""
    refusal = _overwrites(line, submission, campaign)
    if refusal is not None:
        submission.refused(refusal)
        return
    memo = submission.memo
    edits = memo.ref.campaign if memo.ref else ""
    request = Draft(campaign, submission.user, memo.channel, edits)
    answer = line.ask(request, submission.patience)
    if isinstance(answer, Refused):
        submission.refused(answer)
        return
    assert isinstance(answer, Done), "the desk keeps a draft or refuses it"
    forms.drop(submission.user, memo.form, submission.patience)
    message = answers.done(answer)
    if answer.campaign is not None:
        card, said = answer.campaign, answer.message
        message = views.drafted_card(card, line.settings.zone, said, submission.user)
    submission.finished(message)


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
