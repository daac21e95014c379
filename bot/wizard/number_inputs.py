"""The inputs of how often, how much and how old."""

from typing import Final

from bot.blocks import Block
from bot.wizard.amounts import BETWEEN
from bot.wizard.asking import Asking
from bot.wizard.row import Row

COUNTS: Final = {
    ">=": "at least",
    "=": "exactly",
    "<=": "at most",
    ">": "more than",
    "<": "fewer than",
    "!=": "any number but",
    BETWEEN: "between",
}
AMOUNT_FIELDS: Final = ("count", "counts", "amount", "amounts")
"""The inputs of a number, one of which is shown; all hold a row's `count`."""


def count_blocks(ask: Asking, row: Row, label: str, unit: str, two: str) -> list[Block]:
    """Ask for a whole number, or for two: `unit` says of what, `two` is an example."""
    no = row.no
    shown = ask.select(f"count_op_{no}", label, COUNTS, row.count_op, redraws=True)
    if row.count_op == BETWEEN:
        asked = ask.text(f"counts_{no}", unit, row.count, placeholder=two, optional=False)
    else:
        asked = ask.number(f"count_{no}", unit, row.count, optional=False)
    return [*shown, *asked]


def amount_blocks(ask: Asking, row: Row) -> list[Block]:
    """Ask for any number, or for two."""
    no = row.no
    shown = ask.select(f"count_op_{no}", "Is", COUNTS, row.count_op, redraws=True)
    if row.count_op == BETWEEN:
        label, two = "Amounts", "10, 99.5"
        asked = ask.text(f"amounts_{no}", label, row.count, placeholder=two, optional=False)
    else:
        asked = ask.number(f"amount_{no}", "Amount", row.count, decimal=True, optional=False)
    return [*shown, *asked]
