"""`/campaign resume` alone: everything that is halted, each a click from going on.

What people paused may go on all at once. What paused itself, or is faulted, is decided one by one:
somebody must have looked at why.
"""

from actors.mail import CampaignLine
from bot import words
from bot.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    confirm,
    context,
    fitting,
    header,
    section,
)
from bot.ids import COMMAND, ActionId
from bot.refs import Ref
from domain.review import TABLE, Action, State

LINES_MAX = 20
NAME_CHARS_MAX = 200
REASON_CHARS_MAX = 300
SAID_CHARS_MAX = 2_900
_BY_PEOPLE = frozenset({"", "all paused"})
"""The reasons of a pause that a person brought about."""


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
    blocks: list[Block] = [header(title)]
    for line in able[:LINES_MAX]:
        name = clip(line.name, min(chars, NAME_CHARS_MAX))
        shown = section(f"*{name}*   {_stands(line, min(chars, REASON_CHARS_MAX))}")
        shown["accessory"] = button("Resume", ActionId.RESUME, str(Ref(line.id, line.hash)))
        blocks.append(shown)
    if (more := len(able) - LINES_MAX) > 0:
        said = words.count_of(more, "campaign")
        blocks.append(context(f"and {said} more: `{COMMAND} resume NAME` resumes one of them."))
    if together > 1:
        blocks.append(actions([_all(together)]))
    return Message(title, tuple(blocks))


def paused_by_people(campaigns: tuple[CampaignLine, ...]) -> list[CampaignLine]:
    """Return what people paused: nothing but they keeps it from going on."""
    return [line for line in campaigns if line.state == State.PAUSED and line.reason in _BY_PEOPLE]


def resumed(answers: list[str]) -> Message:
    """Return what came of resuming several, a line for each."""
    text = ""
    for place, answer in enumerate(answers):
        line = f"• {clip(answer, 400)}"
        if len(text) + len(line) > SAID_CHARS_MAX:
            text += f"\n... and {words.number(len(answers) - place)} more."
            break
        text += f"\n{line}" if text else line
    text = text or f"Nothing is paused any more. `{COMMAND} list` shows every campaign."
    return Message(text, (section(text),))


def _stands(line: CampaignLine, chars: int) -> str:
    if line.reason in _BY_PEOPLE:
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
