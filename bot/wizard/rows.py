"""A condition of the audience as a row of inputs: what was entered, what it says, and back.

What no input can say is a row too: it is kept as it was pasted, and shown in words.
"""

from collections.abc import Callable

from msgspec import structs

from actors.mail_names import Type
from bot.wizard.deeds import row_of_deed, say_deed
from bot.wizard.kept import read_kept, write_kept
from bot.wizard.persons import row_of_person, say_person
from bot.wizard.reading import Reading
from bot.wizard.row import DEEDS, NOT, VALUED, BlockOf, Row, boxes_of, ticked
from domain.audience import (
    All,
    AnyOf,
    CustomList,
    Deed,
    Node,
    Not,
    SameValue,
    Saved,
)


def say_row(row: Row, reading: Reading, block: BlockOf) -> Node:
    """Return the condition, and note what cannot be read; `block` names the inputs."""
    match row.kind:
        case "kept":
            kept: Node = read_kept(row.kept, Node)
            return kept
        case "saved":
            return Saved(row.name)
        case "not_saved":
            return Not(Saved(row.name))
        case "list":
            return CustomList(row.name)
        case "not_list":
            return Not(CustomList(row.name))
        case _:
            say = say_deed if row.kind in DEEDS else say_person
            node: Node = say(row, reading, block)
            return Not(node) if ticked(row, NOT) else node


def row_of(node: Node, no: int) -> Row:
    """Return the condition as a row that says exactly this; else it is kept as it is."""
    made = _row_of(node, no)
    if made is not None:
        reading = Reading()
        said = say_row(made, reading, _nowhere)
        if said == node and repr(said) == repr(node) and not reading.errors:  # 1 is no 1.0 here
            return made
    return Row(no, kept=write_kept(node))


def _nowhere(name: str, no: int | None = None) -> str:
    return name if no is None else f"{name}_{no}"


def _row_of(node: Node, no: int) -> Row | None:
    match node:
        case Saved(name):
            return Row(no, "saved", name)
        case CustomList(name):
            return Row(no, "list", name)
        case Not(Saved(name)):
            return Row(no, "not_saved", name)
        case Not(CustomList(name)):
            return Row(no, "not_list", name)
        case Not(inner):
            return _turned(_row_of(inner, no))
        case All() | AnyOf() | SameValue():
            return None
        case Deed():
            return row_of_deed(node, no)
        case _:
            return row_of_person(node, no)


def _turned(row: Row | None) -> Row | None:
    """Return the row that says the opposite; None: it has no box for that, or needs it."""
    if row is None or NOT not in boxes_of(row.kind) or NOT in row.boxes:
        return None
    return structs.replace(row, boxes=(*row.boxes, NOT))


def named_properties(row: Row) -> tuple[tuple[str, str], ...]:
    """Return the properties whose types the row's inputs depend on: event ("" for users), name."""
    event = row.name.strip()
    if row.kind == "property":
        found = [("", row.compared.property)]
    elif row.kind in DEEDS:
        found = [(event, each.property) for each in row.where]
        found += [(event, row.compared.property)] if row.kind in VALUED else []
    else:
        found = []
    return tuple((of, name.strip()) for of, name in found if name.strip())


def typed(row: Row, types: Callable[[str, str], tuple[Type, ...]]) -> Row:
    """Return the row with the types of what it compares: `types(event, name)`."""
    if row.kind not in DEEDS and row.kind != "property":
        return row
    event = "" if row.kind == "property" else row.name.strip()
    fresh = row
    if row.kind == "property" or row.kind in VALUED:
        mine = types(event, row.compared.property.strip())
        fresh = structs.replace(row, compared=structs.replace(row.compared, types=mine))
    where = (structs.replace(w, types=types(event, w.property.strip())) for w in row.where)
    return structs.replace(fresh, where=tuple(where))
