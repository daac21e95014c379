"""What is set aside for a person: the list in pages, and one of it with its trail."""

from typing import Any

from actors.mail_trust import Aside, AsideLine, Told
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
    section,
)
from bot.ids import COMMAND, ActionId, ViewId
from bot.inputs import modal
from bot.inquiry import whole

PAGE_LINES_MAX = 8
WHY_CHARS_MAX = 300
IS = {
    "dead": "will not be sent again by itself",
    "unknown": "may have arrived, or not",
    "poison": "an event that could not be considered",
}


def asked_for(page: int) -> int:
    """Return how many lines must be asked for, so that this page can be shown."""
    return (page + 1) * PAGE_LINES_MAX


def listed(found: Aside, zone: str, *, campaign: str, name: str, page: int) -> Message:
    """Return one page, the latest first; of one campaign, by its id and name, or of all."""
    lines = found.lines[page * PAGE_LINES_MAX :]
    if not lines:
        of = f" of “{clip(name, 200)}”" if name else ""
        text = f":white_check_mark: Nothing{of} waits for a person."
        return Message(text, (section(text),))
    return fitting(lambda chars: _listed(found, lines, zone, campaign, name, page, chars))


def _listed(
    found: Aside,
    lines: tuple[AsideLine, ...],
    zone: str,
    campaign: str,
    name: str,
    page: int,
    chars: int,
) -> Message:
    of = f" of {clip(name, min(chars, 200))}" if name else ""
    title = f"What waits for a person{of}"
    blocks: list[Block] = [section(f"*{title}*")]
    blocks += [_line(each, zone, chars) for each in lines]
    turns = []
    if page > 0:
        turns.append(button("Back", ActionId.NEWER_ASIDE, f"{page - 1}:{campaign}"))
    if found.more:
        turns.append(button("More", ActionId.OLDER_ASIDE, f"{page + 1}:{campaign}"))
    end = f"Page {page + 1}. " if turns else ""
    hint = "" if name else f"`{COMMAND} aside NAME` shows those of one campaign. "
    blocks.append(
        context(f"{end}{hint}Admins send again or drop, one at a time under *Look at it*.")
    )
    if turns:
        blocks.append(actions(turns))
    return Message(f"{title}: {words.count_of(len(lines), 'line')}", tuple(blocks))


def _line(line: AsideLine, zone: str, chars: int) -> Block:
    kind = clip(IS.get(line.state, line.state), 80)
    user, campaign = clip(line.user, min(chars, 120)), clip(line.campaign, min(chars, 120))
    text = (
        f"*{campaign}*, user {user}: {kind}\n{clip(line.why, min(chars, WHY_CHARS_MAX))}\n"
        f"since {words.moment(line.since_ms, zone)}"
    )
    look = button("Look at it", ActionId.SHOW_ASIDE, f"{line.state}:{line.id}")
    return section(text) | {"accessory": look}


def shown(found: Told, state: str, aside_id: str) -> dict[str, Any]:
    """Return the modal with the trail of one, and what can be decided about it."""
    blocks = [*whole(found), actions(_deeds(state, aside_id))]
    return modal(ViewId.CARD, "Set aside", blocks, close="Close")


def _deeds(state: str, aside_id: str) -> list[Block]:
    if state == "poison":
        again = confirm("Consider it anew?", "By the campaign as it runs now.", "Consider it")
        drop = "It is never considered."
    else:
        doubt = "It goes again under its own id."
        if state == "unknown":
            doubt += (
                " Segment may have it already; it drops an id that it saw within about a day, but"
                " not for certain."
            )
        again = confirm("Send it again?", doubt, "Send it again")
        drop = "It is never sent, and keeps its place in the books."
    return [
        button("Try again", ActionId.RETRY_ONE, aside_id, style="primary", confirm=again),
        button(
            "Drop",
            ActionId.DROP_ONE,
            aside_id,
            style="danger",
            confirm=confirm("Drop it for good?", drop, "Drop it", danger=True),
        ),
    ]
