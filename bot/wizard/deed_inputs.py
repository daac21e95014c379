"""The inputs of a condition about what a user did, and what was given in them."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from bot.blocks import Block
from bot.wizard.alsos import CHOOSE, also_blocks
from bot.wizard.asking import Asking
from bot.wizard.compared_inputs import compared_blocks
from bot.wizard.number_inputs import amount_blocks, count_blocks
from bot.wizard.operands import operand_blocks
from bot.wizard.ranges import range_blocks
from bot.wizard.row import (
    ALSO,
    ALSO_MAX,
    CLOCK,
    COUNTED,
    SUMMED,
    VALUED,
    Row,
    boxes_of,
    ticked,
)
from domain.periods import WEEKDAYS

_DAYS: Final[Mapping[str, str]] = {day: day.capitalize() for day in WEEKDAYS}


def deed_blocks(ask: Asking, row: Row) -> list[Block]:
    """Ask for everything that a condition about events needs, and for what its boxes ask."""
    no, name = row.no, row.compared.property
    shown = ask.menu(f"name_{no}", "Event", row.name, placeholder=CHOOSE)
    if row.kind in SUMMED | VALUED:
        shown += ask.menu(f"property_{no}", "Property of the event", name, placeholder=CHOOSE)
    if row.kind in COUNTED:
        label = "How often" if row.kind == "did" else "On how many days"
        shown += count_blocks(ask, row, label, "Times", "2, 5")
    if row.kind in SUMMED:
        shown += amount_blocks(ask, row)
    if row.kind in VALUED:
        shown += operand_blocks(ask, row.compared, str(no))
    if row.kind == "did_share":
        label = "At least so many per cent of the times"
        shown += ask.number(f"percent_{no}", label, row.percent, optional=False)
    shown += range_blocks(ask, row.range, no)
    for each in row.where:
        shown += compared_blocks(ask, each, f"{no}_{each.no}", of="where_")
    return [*shown, *_boxes(ask, row)]


def _boxes(ask: Asking, row: Row) -> list[Block]:
    no = row.no
    shown = ask.checks(f"boxes_{no}", "Besides", boxes_of(row.kind), row.boxes, redraws=True)
    if ticked(row, ALSO):
        label = f"Or one of these events (at most {ALSO_MAX})"
        shown += also_blocks(ask, label, row.also, partial(also_name, no))
    if ticked(row, CLOCK):
        shown += ask.time(f"time_from_{no}", "From this time of day", row.time_from)
        hint = "Where the user is; to just before it, also over midnight."
        shown += ask.time(f"time_to_{no}", "To this time of day", row.time_to, hint=hint)
        shown += ask.many(f"weekdays_{no}", "On these weekdays", _DAYS, row.weekdays)
    return shown


def also_name(row: int, number: int | None) -> str:
    """Return what the menu of further events of a row is called, or the text of one of them."""
    return f"also_{row}" if number is None else f"also_where_{row}_{number}"


def weekdays_given(weekdays: tuple[str, ...], chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Return the weekdays that were chosen, in the week's order unless they are those of before."""
    if set(chosen) == set(weekdays):
        return weekdays
    return tuple(day for day in WEEKDAYS if day in chosen)
