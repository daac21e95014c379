"""A list of campaigns, each with the button that acts on it."""

from collections.abc import Callable, Sequence

from actors.mail import CampaignLine
from bot import words
from bot.blocks import Block, clip, context, header, section

LINES_MAX = 20
NAME_CHARS_MAX = 200


def choices(
    able: Sequence[CampaignLine],
    chars: int,
    *,
    title: str,
    beside: Callable[[CampaignLine], str],
    act: Callable[[CampaignLine], Block],
    rest: str,
) -> list[Block]:
    """Return a line for each, with its name, what is said beside it, and the button `act` makes.

    Names have at most `chars` characters. `rest` says how those are reached that are not shown.
    """
    blocks: list[Block] = [header(title)]
    for line in able[:LINES_MAX]:
        name = clip(line.name, min(chars, NAME_CHARS_MAX))
        blocks.append({**section(f"*{name}*   {beside(line)}"), "accessory": act(line)})
    if (more := len(able) - LINES_MAX) > 0:
        blocks.append(context(f"and {words.count_of(more, 'campaign')} more: {rest}"))
    return blocks
