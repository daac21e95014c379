"""`/campaign resume` alone: everything that is halted, each a click from going on.

What people paused may go on all at once. What paused itself, or is faulted, is decided one by one:
somebody must have looked at why.
"""

from actors.mail import CampaignLine
from bot import halted, words
from bot.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    clip_lines,
    confirm,
    fitting,
    section,
)
from bot.choices import choices
from bot.ids import COMMAND, ActionId
from bot.refs import Ref
from domain.review import TABLE, Action, State

REASON_CHARS_MAX = 300
ANSWER_CHARS_MAX = 400


def resume_list(campaigns: tuple[CampaignLine, ...]) -> Message:
    """Return what can be resumed, with a button each."""
    able = [line for line in campaigns if Action.RESUME in TABLE[State(line.state)]]
    if not able:
        text = f"Nothing is paused. `{COMMAND} list` shows every campaign."
        return Message(text, (section(text),))
    together = len(paused_by_people(campaigns))
    return fitting(lambda chars: _listed(able, together, chars))


def _listed(able: list[CampaignLine], together: int, chars: int) -> Message:
    title = f"{words.count_of(len(able), 'campaign')} can be resumed"
    blocks = choices(
        able,
        chars,
        title=title,
        beside=lambda line: _stands(line, min(chars, REASON_CHARS_MAX)),
        act=lambda line: button("Resume", ActionId.RESUME, str(Ref(line.id, line.hash))),
        rest=f"`{COMMAND} resume NAME` resumes one of them.",
    )
    if together > 1:
        blocks.append(actions([_all(together)]))
    return Message(title, tuple(blocks))


def paused_by_people(campaigns: tuple[CampaignLine, ...]) -> list[CampaignLine]:
    """Return what people paused: nothing but they keeps it from going on."""
    return [line for line in campaigns if halted.paused_by_people(line)]


def resumed(answers: list[str]) -> Message:
    """Return what came of resuming several, a line for each."""
    text = clip_lines([f"• {clip(answer, ANSWER_CHARS_MAX)}" for answer in answers])
    text = text or f"Nothing is paused any more. `{COMMAND} list` shows every campaign."
    return Message(text, (section(text),))


def _stands(line: CampaignLine, chars: int) -> str:
    if not line.reason or halted.paused_by_people(line):
        return words.state_of(line.state)
    return f"{words.state_of(line.state)}\n{clip(words.reason_of(line.reason), chars)}"


def _all(n: int) -> Block:
    asked = confirm(
        "Resume all of them?",
        f"{words.count_of(n, 'campaign')} that people paused go on where they were, and send.",
        "Resume all",
    )
    text = f"Resume all {words.number(n)} that people paused"
    return button(text, ActionId.RESUME_ALL, "all", confirm=asked)
