"""`/campaign pause` alone: everything that can be paused, each a click away, and all at once."""

from actors.mail import CampaignLine
from actors.mail_trust import PausedAll
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
NAMED_MAX = 40
NAME_CHARS_MAX = 200


def pause_list(campaigns: tuple[CampaignLine, ...]) -> Message:
    """Return what can be paused, with a button each; pausing needs no approval."""
    able = [line for line in campaigns if Action.PAUSE in TABLE[State(line.state)]]
    if not able:
        text = f"Nothing runs that could be paused. `{COMMAND} list` shows every campaign."
        return Message(text, (section(text),))
    return fitting(lambda chars: _listed(able, chars))


def _listed(able: list[CampaignLine], chars: int) -> Message:
    title = f"{words.count_of(len(able), 'campaign')} can be paused"
    blocks: list[Block] = [header(title)]
    for line in able[:LINES_MAX]:
        name = clip(line.name, min(chars, NAME_CHARS_MAX))
        shown = section(f"*{name}*   {words.state_of(line.state)}")
        shown["accessory"] = button("Pause", ActionId.PAUSE, str(Ref(line.id)))
        blocks.append(shown)
    if (more := len(able) - LINES_MAX) > 0:
        said = words.count_of(more, "campaign")
        blocks.append(context(f"and {said} more: `{COMMAND} pause NAME` pauses one of them."))
    none = "sends nothing until somebody resumes it"
    nones = "send nothing until somebody resumes each"
    asked = confirm(
        "Pause everything?",
        f"{words.count_of(len(able), f'campaign {none}', f'campaigns {nones}')}.",
        "Pause all",
        danger=True,
    )
    everything = button(
        "Pause everything", ActionId.PAUSE_ALL, "all", style="danger", confirm=asked
    )
    return Message(title, (*blocks, actions([everything])))


def paused_all(answer: PausedAll) -> Message:
    """Return what was paused, what was not and why."""
    blocks: list[Block] = [section(f":white_check_mark: {clip(answer.message, 1_000)}")]
    lines = [f"• *{clip(name, NAME_CHARS_MAX)}*" for name in answer.paused[:NAMED_MAX]]
    lines += [
        f"• {clip(each.name, NAME_CHARS_MAX)}: {clip(each.why, 300)}"
        for each in answer.not_paused[: NAMED_MAX - len(lines)]
    ]
    told = ""
    for line in lines:
        if len(told) + len(line) > 2_900:
            break
        told = f"{told}\n{line}" if told else line
    if told:
        blocks.append(section(told))
    blocks.append(context(f"`{COMMAND} resume` lets them go on, one by one or all."))
    return Message(clip(answer.message, 1_000), tuple(blocks))
