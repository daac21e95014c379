"""The step Review: the campaign in sentences, whom it reaches, when it runs, what is amiss."""

import re
from collections.abc import Sequence

from bot import weighing, words
from bot.blocks import Block, actions, button, clip, clip_lines, context, fields, section
from bot.ids import ActionId
from bot.views import FULL_WIDTH
from bot.wizard.asking import Asking
from bot.wizard.counted import NOT_YET, Counted
from bot.wizard.step import Page, StepName
from bot.wizard.steps import TITLES
from bot.wizard.values import Checked
from domain import definition, schedule
from domain.cautions import cautions
from domain.summary import INDENT, summary

PART_CHARS_MAX = 1_800
PROBLEM_CHARS_MAX = 300
NOTES_MAX = 10
UNSEEN_MAX = 5
NAME_CHARS_MAX = 100
THEN = "then"
REVIEW = "review"
_THEN = {REVIEW: "Ask for a review at once"}
_INDENT = re.compile(rf"^(?:{INDENT})+", re.MULTILINE)


def review_blocks(
    checked: Checked,
    *,
    zone: str,
    now_ms: int,
    counted: Counted = NOT_YET,
    unseen: Sequence[str] = (),
    asks: bool = False,
) -> list[Block]:
    """Return what the draft will be, or what must be put right before it can be one.

    `unseen`: events that it names and that never came in. `asks`: saving asks for a review anyway.
    """
    if checked.problems:
        return _problems(checked)
    campaign = checked.campaign
    parts = [
        (label, f"*{label}*\n{clip(_INDENT.sub(_wide, text), PART_CHARS_MAX)}")
        for label, text in summary(campaign, zone, reach=counted.messages)
    ]
    shown = [section(f"*{clip(campaign.name, PART_CHARS_MAX)}*   {words.kind_of(campaign.kind)}")]
    shown += [section(text) for label, text in parts if label in FULL_WIDTH]
    shown.append(fields([text for label, text in parts if label not in FULL_WIDTH]))
    if runs := schedule.if_published(campaign, now_ms=now_ms, account_zone=zone):
        lines = "\n".join(f"• {words.run_moment(run, zone)}" for run in runs)
        shown.append(section(f"*Next runs*\n{lines}"))
    if counted.said:
        shown.append(section(counted.said))
    slips = [
        f"No event “{name[:NAME_CHARS_MAX]}” has come in yet: is its name right?"
        for name in unseen[:UNSEEN_MAX]
    ]
    weighed = cautions(campaign) if counted.cautions is None else counted.cautions
    shown += weighing.cautions([*slips, *weighed])
    notes = (f"{note.what} {note.fix}" for note in definition.notes(campaign, zone=zone))
    fresh = [note for note in notes if note not in weighed]
    shown += [context(f":memo: {clip(note, 400)}") for note in fresh[:NOTES_MAX]]
    shown.append(actions([button("See it for a real user", ActionId.SEE, "any")]))
    if asks:
        return shown
    return [*shown, *Asking(StepName.REVIEW, Page(zone)).checks(THEN, "Then", _THEN, ())]


def _problems(checked: Checked) -> list[Block]:
    lines = [
        f"• *{TITLES[name]}*: {clip(said, PROBLEM_CHARS_MAX)}"
        for name, errors in checked.problems.items()
        for said in errors.values()
    ]
    return [section(clip_lines([":warning: *To put right first*", *lines]))]


def _wide(spaces: re.Match[str]) -> str:
    return "\N{EM SPACE}" * (len(spaces[0]) // len(INDENT))
