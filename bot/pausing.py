"""`/campaign pause` alone: everything that can be paused, each a click away, and all at once."""

from actors.mail import CampaignLine
from actors.mail_trust import PausedAll
from bot import words
from bot.blocks import (
    Message,
    actions,
    button,
    clip,
    clip_lines,
    confirm,
    context,
    fitting,
    section,
)
from bot.choices import NAME_CHARS_MAX, choices
from bot.ids import COMMAND, ActionId
from bot.refs import Ref
from domain.review import TABLE, Action, State

WHY_CHARS_MAX = 300


def pause_list(campaigns: tuple[CampaignLine, ...]) -> Message:
    """Return what can be paused, with a button each; pausing needs no approval."""
    able = [line for line in campaigns if Action.PAUSE in TABLE[State(line.state)]]
    if not able:
        text = f"Nothing runs that could be paused. `{COMMAND} list` shows every campaign."
        return Message(text, (section(text),))
    return fitting(lambda chars: _listed(able, chars))


def _listed(able: list[CampaignLine], chars: int) -> Message:
    title = f"{words.count_of(len(able), 'campaign')} can be paused"
    blocks = choices(
        able,
        chars,
        title=title,
        beside=lambda line: words.state_of(line.state),
        act=lambda line: button("Pause", ActionId.PAUSE, str(Ref(line.id))),
        rest=f"`{COMMAND} pause NAME` pauses one of them.",
    )
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
    blocks = [section(f":white_check_mark: {clip(answer.message, 1_000)}")]
    lines = [f"• *{clip(name, NAME_CHARS_MAX)}*" for name in answer.paused]
    lines += [
        f"• {clip(each.name, NAME_CHARS_MAX)}: {clip(each.why, WHY_CHARS_MAX)}"
        for each in answer.not_paused
    ]
    if lines:
        blocks.append(section(clip_lines(lines)))
    blocks.append(context(f"`{COMMAND} resume` lets them go on, one by one or all."))
    return Message(clip(answer.message, 1_000), tuple(blocks))
