"""The inputs of the row that is open: what each kind of condition is asked, and what was given."""

from collections.abc import Container

from msgspec import structs

from bot.blocks import Block, actions, button
from bot.ids import ActionId
from bot.wizard.alsos import also_given
from bot.wizard.asking import Asking
from bot.wizard.compared_inputs import compared_given
from bot.wizard.deed_inputs import also_name, deed_blocks, weekdays_given
from bot.wizard.number_inputs import AMOUNT_FIELDS, COUNTS
from bot.wizard.operands import Compared, renamed
from bot.wizard.person_inputs import HOMES, person_blocks
from bot.wizard.persons import CHANNELS, GENDERS
from bot.wizard.ranges import FIELDS, RANGES
from bot.wizard.row import COMPARED_MAX, DEEDS, SHARED, VALUED, WITH_COMPARISONS, Row
from bot.wizard.step import Given, Menu, StepName, block_id

_TEXTS = ("name", "percent", "circles", "time_from", "time_to")
_CHOICES = {"gender": GENDERS, "reachability": CHANNELS}


def row_block(name: str, no: int) -> str:
    """Return the block id of an input of a row."""
    return block_id(StepName.WHO, f"{name}_{no}")


def row_inputs(ask: Asking, row: Row) -> list[Block]:
    """Ask for everything that the row's kind needs."""
    if row.kind in SHARED:
        label = "Saved audience" if row.kind.endswith("saved") else "List"
        shown = ask.menu(f"name_{row.no}", label, row.name, placeholder="Choose")
    else:
        shown = deed_blocks(ask, row) if row.kind in DEEDS else person_blocks(ask, row)
    return [*shown, _deeds(row)]


def _deeds(row: Row) -> Block:
    """Return the buttons of an open row."""
    made = [_deed_button("Done", "close", row)]
    if row.kind in WITH_COMPARISONS:
        if len(row.where) < COMPARED_MAX:
            made.append(_deed_button("Compare a property", "compare", row))
        if len(row.where) > (row.kind == "device"):
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

    def several(name: str, before: tuple[str, ...]) -> tuple[str, ...]:
        entered = given.get(row_block(name, row.no), before)
        return entered if isinstance(entered, tuple) else before

    def chosen(name: str, choices: Container[str], before: str) -> str:
        entered = text(name, before)
        return entered if entered in choices else before

    times = structs.replace(
        row.range,
        kind=chosen("range", RANGES, row.range.kind),
        **{name: text(name, getattr(row.range, name)) for name in FIELDS},
    )
    count = row.count
    for name in AMOUNT_FIELDS:
        count = text(name, count)
    chosen_events = given.get(row_block("also", row.no))
    also = also_given(
        row.also,
        chosen_events if isinstance(chosen_events, tuple) else None,
        lambda no: given.get(block_id(StepName.WHO, also_name(row.no, no))),
    )
    return structs.replace(
        row,
        **{name: text(name, getattr(row, name)) for name in _TEXTS},
        **{name: several(name, getattr(row, name)) for name in ("boxes", *HOMES)},
        count_op=chosen("count_op", COUNTS, row.count_op),
        choice=chosen("choice", _CHOICES.get(row.kind, ()), row.choice),
        count=count,
        range=times,
        also=also,
        weekdays=weekdays_given(row.weekdays, several("weekdays", row.weekdays)),
        compared=_compared(row, given),
        where=tuple(compared_given(w, given, f"{row.no}_{w.no}", "where_") for w in row.where),
    )


def _compared(row: Row, given: Given) -> Compared:
    if row.kind == "property":
        return compared_given(row.compared, given, f"{row.no}")
    if row.kind in VALUED:  # it is the value itself, so nobody is asked how to compare
        fresh = compared_given(row.compared, given, f"{row.no}")
        return structs.replace(fresh, operator=row.compared.operator)
    name = given.get(row_block("property", row.no), row.compared.property)
    return renamed(row.compared, name if isinstance(name, str) else row.compared.property)


def row_menu(row: Row, block: str) -> Menu | None:
    """Return what a menu among the row's inputs offers."""
    event, name = row.name.strip(), row.compared.property.strip()
    if block == row_block("name", row.no):
        if row.kind in SHARED:
            return Menu("audience" if row.kind.endswith("saved") else "list")
        return Menu("event")
    if block == row_block("also", row.no):
        return Menu("event")
    for home in HOMES:
        if block == row_block(home, row.no):
            return Menu("value", "", home)
    if block == row_block("property", row.no):
        return Menu("trait") if row.kind == "property" else Menu("property", event)
    if block in (row_block("menu", row.no), row_block("menus", row.no)):
        return Menu("value", "" if row.kind == "property" else event, name)
    for each in row.where:
        suffix = f"{row.no}_{each.no}"
        if block == block_id(StepName.WHO, f"where_property_{suffix}"):
            return Menu("property", event)
        values = (block_id(StepName.WHO, f"where_{of}_{suffix}") for of in ("menu", "menus"))
        if block in values:
            return Menu("value", event, each.property.strip())
    return None
