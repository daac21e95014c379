"""The inputs of the row that is open: what each kind of condition is asked, and what was given."""

from typing import Final

from msgspec import structs

from bot.blocks import Block, actions, button
from bot.ids import ActionId
from bot.wizard.asking import Asking
from bot.wizard.operands import (
    Compared,
    operand_blocks,
    operand_given,
    operators,
    renamed,
    shape,
)
from bot.wizard.ranges import FIELDS, range_blocks
from bot.wizard.rows import COMPARED_MAX, COUNTED, NAMED, OF_EVENTS, SUMMED, Row
from bot.wizard.step import Given, Menu, StepName, block_id

_COUNTS: Final = {
    ">=": "at least",
    "=": "exactly",
    "<=": "at most",
    ">": "more than",
    "<": "fewer than",
    "!=": "any number but",
    "between": "between",
}
_CHOOSE: Final = "Choose or type"


def row_block(name: str, no: int) -> str:
    """Return the block id of an input of a row."""
    return block_id(StepName.WHO, f"{name}_{no}")


def row_inputs(ask: Asking, row: Row) -> list[Block]:
    """Ask for everything that the row's kind needs."""
    if row.kind == "property":
        return [*_compared(ask, row.compared, f"{row.no}"), _deeds(row)]
    if row.kind in NAMED:
        label = "Saved audience" if row.kind.endswith("saved") else "List"
        return [*ask.menu(f"name_{row.no}", label, row.name, placeholder="Choose"), _deeds(row)]
    return [*_deed(ask, row), _deeds(row)]


def _deed(ask: Asking, row: Row) -> list[Block]:
    no = row.no
    shown = ask.menu(f"name_{no}", "Event", row.name, placeholder=_CHOOSE)
    if row.kind in COUNTED:
        label = "How often" if row.kind == "did" else "On how many days"
        shown += ask.select(f"count_op_{no}", label, _COUNTS, row.count_op, redraws=True)
        if row.count_op == "between":
            shown += ask.text(
                f"counts_{no}", "Times", row.count, placeholder="2, 5", optional=False
            )
        else:
            shown += ask.number(f"count_{no}", "Times", row.count, optional=False)
    if row.kind in SUMMED:
        name = row.compared.property
        shown += ask.menu(f"property_{no}", "Property of the event", name, placeholder=_CHOOSE)
        shown += ask.select(f"count_op_{no}", "Is", _COUNTS, row.count_op, redraws=True)
        if row.count_op == "between":
            shown += ask.text(
                f"amounts_{no}", "Amounts", row.count, placeholder="10, 99.5", optional=False
            )
        else:
            shown += ask.number(f"amount_{no}", "Amount", row.count, decimal=True, optional=False)
    shown += range_blocks(ask, row.range, no)
    for each in row.where:
        shown += _compared(ask, each, f"{no}_{each.no}", of="where_")
    return shown


def _compared(ask: Asking, compared: Compared, suffix: str, of: str = "") -> list[Block]:
    label = "Only events whose" if of else "Property"
    name, op = compared.property, compared.operator
    return [
        *ask.menu(f"{of}property_{suffix}", label, name, placeholder=_CHOOSE),
        *ask.select(
            f"{of}operator_{suffix}", "Compare", operators(compared.types, op), op, redraws=True
        ),
        *operand_blocks(ask, compared, suffix, of),
    ]


def _deeds(row: Row) -> Block:
    """Return the buttons of an open row."""
    made = [_deed_button("Done", "close", row)]
    if row.kind in OF_EVENTS:
        if len(row.where) < COMPARED_MAX:
            made.append(_deed_button("Compare a property", "compare", row))
        if row.where:
            made.append(_deed_button("Without the last comparison", "uncompare", row))
    made.append(_deed_button("Remove", "remove", row))
    return actions(made) | {"block_id": row_block("deeds", row.no)}


def _deed_button(text: str, deed: str, row: Row) -> Block:
    made = button(text, ActionId.ROW, f"{deed}.{row.no}")
    return made | {"action_id": f"{ActionId.ROW}_{deed}"}


def row_given(row: Row, given: Given) -> Row:
    """Return the row after what stands in its inputs, those that are shown."""

    def text(name: str, before: str) -> str:
        entered = given.get(row_block(name, row.no), before)
        return entered if isinstance(entered, str) else before

    times = structs.replace(
        row.range,
        kind=text("range", row.range.kind),
        **{name: text(name, getattr(row.range, name)) for name in FIELDS},
    )
    count = row.count
    for name in ("count", "counts", "amount", "amounts"):
        count = text(name, count)
    return structs.replace(
        row,
        name=text("name", row.name),
        count_op=text("count_op", row.count_op),
        count=count,
        range=times,
        compared=_compared_given(row.compared, given, f"{row.no}"),
        where=tuple(_compared_given(w, given, f"{row.no}_{w.no}", "where_") for w in row.where),
    )


def _compared_given(compared: Compared, given: Given, suffix: str, of: str = "") -> Compared:
    def text(name: str, before: str) -> str:
        entered = given.get(block_id(StepName.WHO, f"{of}{name}_{suffix}"), before)
        return entered if isinstance(entered, str) else before

    block = block_id(StepName.WHO, f"{of}{shape(compared)}_{suffix}")
    operand = operand_given(compared, given, block)  # by the operator that it was entered for
    fresh = structs.replace(compared, operator=text("operator", compared.operator), operand=operand)
    return renamed(fresh, text("property", compared.property))


def row_menu(row: Row, block: str) -> Menu | None:
    """Return what a menu among the row's inputs offers."""
    event = row.name.strip()
    if block == row_block("name", row.no):
        if row.kind in NAMED:
            return Menu("audience" if row.kind.endswith("saved") else "list")
        return Menu("event")
    if block == row_block("property", row.no):
        return Menu("trait") if row.kind == "property" else Menu("property", event)
    if block in (row_block("menu", row.no), row_block("menus", row.no)):
        return Menu("value", "", row.compared.property.strip())
    for each in row.where:
        suffix = f"{row.no}_{each.no}"
        if block == block_id(StepName.WHO, f"where_property_{suffix}"):
            return Menu("property", event)
        values = (block_id(StepName.WHO, f"where_{of}_{suffix}") for of in ("menu", "menus"))
        if block in values:
            return Menu("value", event, each.property.strip())
    return None
