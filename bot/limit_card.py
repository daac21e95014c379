"""The limits in force as a table, and how long what waits takes."""

from actors.mail_limits import LimitLine, LimitsShown
from bot import words
from bot.blocks import Block, Message, clip, context, escaped, fitting, header, section
from bot.ids import COMMAND
from bot.tables import moment_cell, table, text_cell

LINES_MAX = 40
CAP = "Cap"
"""How a line of a cap begins."""


def limit_card(found: LimitsShown) -> Message:
    """Return what each limit allows, how full it is and when it frees."""
    return fitting(lambda chars: _card(found, chars))


def _card(found: LimitsShown, chars: int) -> Message:
    of = f"*{clip(found.name, min(chars, 400))}*" if found.name else "all campaigns together"
    state = f"   {words.state_of(found.state)}" if found.state else ""
    rows = [_row(line, found.zone, min(chars, 300)) for line in found.lines[:LINES_MAX]]
    shown = table(("Limit", "Allows", "Used", "Frees"), rows, numbers=("Used",))
    blocks = [header("Limits in force"), section(f"{of}{state}"), shown]
    hidden = len(found.lines) - LINES_MAX
    if hidden > 0:
        blocks.append(context(f"and {words.count_of(hidden, 'limit')} more"))
    waiting = _waiting(found)
    blocks.append(section(waiting))
    if not found.name:
        blocks.append(context(f"`{COMMAND} limits NAME` shows those of one campaign."))
    elif any(line.what.startswith(CAP) for line in found.lines if line.most is not None):
        lowers = f"`{COMMAND} lower NAME to N` lowers a cap, at once and without a review."
        blocks.append(context(lowers))
    return Message(f"Limits of {of}. {waiting}", tuple(blocks))


def _waiting(found: LimitsShown) -> str:
    if not found.waiting:
        return "No message waits to be sent."
    waits = words.count_of(found.waiting, "message waits", "messages wait")
    takes = f" Once nothing holds them back it takes {escaped(found.takes)}." if found.takes else ""
    return f":hourglass_flowing_sand: {waits} to be sent.{takes}"


def _row(line: LimitLine, zone: str, chars: int) -> list[Block]:
    used = ""
    if line.used is not None and line.most is not None:
        used = f"{words.number(line.used)} of {words.number(line.most)}"
    frees = text_cell(line.frees, chars)
    if line.frees_ms is not None:
        frees = moment_cell(line.frees_ms, words.plain_moment(line.frees_ms, zone))
    return [text_cell(line.what, chars), text_cell(line.allows, chars), text_cell(used), frees]
