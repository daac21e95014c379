"""The wizard's modal as it stands with what was entered, or the reason why it cannot be shown."""

from typing import Any

from actors.mail import Refused
from bot import modals, words
from bot.blocks import clip
from bot.line import Line
from bot.refs import Memo
from bot.wizard.counted import NOT_YET, Counted
from bot.wizard.frame import wizard_view
from bot.wizard.review import review_blocks
from bot.wizard.step import StepName
from bot.wizard.unseen import unseen
from bot.wizard.values import Values, checked

SAID_CHARS_MAX = 1_500


def shown(
    line: Line, memo: Memo, values: Values, *, counted: Counted = NOT_YET, note: str = ""
) -> dict[str, Any]:
    """Return the modal as it stands with these values."""
    now, zone = line.now_ms(), line.settings.zone
    looked = checked(values, now_ms=now, zone=zone)
    told = unseen(line, looked.campaign) if values.at is StepName.REVIEW else ()
    review = review_blocks(looked, zone=zone, now_ms=now, counted=counted, unseen=told)
    reach = counted.said
    return wizard_view(values, looked, memo, zone=zone, reach=reach, review=review, note=note)


def refused_view(refused: Refused) -> dict[str, Any]:
    """Return a modal that says what is in the way."""
    return modals.said_view(clip(words.in_slack(f"{refused.what} {refused.fix}"), SAID_CHARS_MAX))
