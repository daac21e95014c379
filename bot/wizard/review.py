"""The step Review: the campaign in sentences, whom it reaches, when it runs, what is amiss."""

import re
from collections.abc import Mapping, Sequence

from bot import words
from bot.blocks import Block, actions, button, clip, context, fields, section
from bot.ids import ActionId
from bot.views import FULL_WIDTH
from bot.wizard.asking import Asking
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
    reach: str = "",
    unseen: Sequence[str] = (),
    unheld: Mapping[str, str] = {},
) -> list[Block]:
    """Return what the draft will be, or what must be put right before it can be one.

    `unseen`: events that it names and that never came in. `unheld`: properties that it names and
    no user has, each with a like one.
    """
    if checked.problems:
        return _problems(checked)
    campaign = checked.campaign
    parts = [
        (label, f"*{label}*\n{clip(_INDENT.sub(_wide, text), PART_CHARS_MAX)}")
        for label, text in summary(campaign, zone)
    ]
    shown = [section(f"*{clip(campaign.name, PART_CHARS_MAX)}*   {words.kind_of(campaign.kind)}")]
    shown += [section(text) for label, text in parts if label in FULL_WIDTH]
    shown.append(fields([text for label, text in parts if label not in FULL_WIDTH]))
    if runs := schedule.if_published(campaign, now_ms=now_ms, account_zone=zone):
        lines = "\n".join(f"• {words.run_moment(run, zone)}" for run in runs)
        shown.append(section(f"*Next runs*\n{lines}"))
    if reach:
        shown.append(section(reach))
    slips = [_unheld(name, like) for name, like in list(unheld.items())[:UNSEEN_MAX]]
    slips += [
        f"No event “{clip(name, NAME_CHARS_MAX)}” has come in yet: is its name right?"
        for name in unseen[:UNSEEN_MAX]
    ]
    if told := [*slips, *cautions(campaign)]:
        shown.append(section("\n".join(["*Worth a second look*", *(f"• {one}" for one in told)])))
    notes = definition.notes(campaign, zone=zone)
    shown += [context(f":memo: {clip(f'{n.what} {n.fix}', 400)}") for n in notes[:NOTES_MAX]]
    shown.append(actions([button("See it for a real user", ActionId.SEE, "any")]))
    return [*shown, *Asking(StepName.REVIEW, Page(zone)).checks(THEN, "Then", _THEN, ())]


def _unheld(name: str, like: str) -> str:
    meant = f"did you mean “{clip(like, NAME_CHARS_MAX)}”?" if like else "is its name right?"
    return f"No user has a property “{clip(name, NAME_CHARS_MAX)}”: {meant}"


def _problems(checked: Checked) -> list[Block]:
    lines = [
        f"• *{TITLES[name]}*: {clip(said, PROBLEM_CHARS_MAX)}"
        for name, errors in checked.problems.items()
        for said in errors.values()
    ]
    told = "\n".join(lines)
    return [section(clip_lines(f":warning: *To put right first*\n{told}"))]


def clip_lines(text: str, chars_max: int = 2_900) -> str:
    """Return as many whole lines of markup as fit, and say how many are missing."""
    lines: list[str] = []
    used = 0
    every = text.splitlines()
    for line in every:
        used += len(line) + 1
        if used > chars_max:
            return "\n".join([*lines, f"... and {len(every) - len(lines)} more."])
        lines.append(line)
    return "\n".join(lines)


def _wide(spaces: re.Match[str]) -> str:
    return "\N{EM SPACE}" * (len(spaces[0]) // len(INDENT))
