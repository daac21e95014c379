"""Where a problem of a condition belongs: the input that is wrong, or the row's sentence."""

from typing import Final

from bot.wizard.alsos import also_with
from bot.wizard.amounts import BETWEEN
from bot.wizard.operands import shape
from bot.wizard.row import DEEDS, NOT, VALUED, BlockOf, Row, ticked
from bot.wizard.row_inputs import row_block
from domain.place import item, within

NOBODY_OPEN: Final = -1
_DEEDS: Final = {
    "event": "name",
    "property": "property",
    "percent": "percent",
    "days": "days",
    "period.first": "first",
    "period.last": "last",
    "period.between": "ago_from",
    "period": "range",
    "also": "also",
    "time_of_day": "time_from",
    "weekdays": "weekdays",
}
_PERSONS: Final = {
    "country": "country",
    "region": "region",
    "city": "city",
    "places": "circles",
}
_NAMELESS: Final = {"geography": "country", "near": "circles", "age": "count"}


def block_of(row: Row, opened: int = NOBODY_OPEN) -> BlockOf:
    """Return how the blocks of a row are called; a closed one has one for all its problems."""

    def block(name: str, no: int | None = None) -> str:
        if row.no != opened:
            return row_block("row", row.no)
        return row_block(name, row.no) if no is None else row_block(f"{name}_{row.no}", no)

    return block


def placed(row: Row, rest: str, block: BlockOf) -> str:
    """Return the block of a problem; `rest`: its place within the condition."""
    if ticked(row, NOT) or row.kind in ("not_saved", "not_list"):
        rest = rest.removeprefix("of").removeprefix(".")
    for index, each in enumerate(row.where):
        place = item("where", index)
        if within(rest, place):
            of = rest[len(place) + 1 :]
            name = {"property": "property", "op": "operator"}.get(of)
            name = name or ("device" if row.kind == "device" else shape(each))
            return block(f"where_{name}", each.no)
    if row.kind in DEEDS:
        return _of_deed(row, rest, block)
    if row.kind == "property":
        return block({"name": "property", "op": "operator"}.get(rest, shape(row.compared)))
    if row.kind == "age":
        return block("counts" if row.count_op == BETWEEN else "count")
    fallback = _NAMELESS.get(row.kind, "name")
    return block(next((name for key, name in _PERSONS.items() if within(rest, key)), fallback))


def _of_deed(row: Row, rest: str, block: BlockOf) -> str:
    if (number := also_with(row.also, "also", rest)) is not None:
        return block("also_where", number)
    if within(rest, "value") and row.kind in VALUED:
        return block(shape(row.compared))
    if within(rest, "count"):
        return block("counts" if row.count_op == BETWEEN else "count")
    if within(rest, "amount"):
        return block("amounts" if row.count_op == BETWEEN else "amount")
    if within(rest, "period.last") and row.range.kind in ("hours", "minutes"):
        return block(row.range.kind)
    return block(next((name for key, name in _DEEDS.items() if within(rest, key)), "name"))
