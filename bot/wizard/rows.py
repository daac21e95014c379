"""A condition of the audience as a row of inputs: what was entered, what it says, and back.

What no input can say is a row too: it is kept as it was pasted, and shown in words.
"""

from collections.abc import Callable
from typing import Final, Protocol, cast

from msgspec import Struct, structs

from actors.mail_names import Type
from bot import conditions
from bot.wizard.kept import read_kept, write_kept
from bot.wizard.operands import Compared, compared_of, read_operand, shape
from bot.wizard.ranges import NO_RANGE, RangeValues, range_of, say_range
from bot.wizard.reading import Reading
from domain.audience import (
    Amount,
    Comparison,
    Count,
    CustomList,
    Did,
    DidAverage,
    DidFirst,
    DidNot,
    DidOnDays,
    DidSum,
    Filter,
    Node,
    Not,
    Operator,
    Property,
    Saved,
)

COMPARED_MAX = 5
"""Comparisons of an event's properties that a row has inputs for."""
KINDS: Final = {
    "property": "A property of the user",
    "did": "Did something",
    "did_not": "Did not do something",
    "did_first": "Did something for the first time",
    "did_on_days": "Did something on several days",
    "did_sum": "Did something: the sum of a property",
    "did_average": "Did something: the average of a property",
    "saved": "Is in a saved audience",
    "not_saved": "Is not in a saved audience",
    "list": "Is in a list",
    "not_list": "Is not in a list",
}
OF_EVENTS: Final = frozenset(kind for kind in KINDS if kind.startswith("did"))
COUNTED: Final = frozenset({"did", "did_on_days"})
SUMMED: Final = frozenset({"did_sum", "did_average"})
NAMED: Final = frozenset({"saved", "not_saved", "list", "not_list"})


class Block(Protocol):
    """Returns the block id of an input of a row by its name, and by the number of a comparison."""

    def __call__(self, name: str, no: int | None = None) -> str:
        """Return it."""
        ...


class Row(Struct, frozen=True):
    """One condition; what its kind does not use keeps what was entered.

    `no` tells it from the others for ever: Slack keeps what stands in an input by its block. `name`
    is that of the event, the audience or the list. `compared` is the property that is compared, of
    the user or, for a sum or an average, of the event. `kept`: what no input can say, as JSON.
    """

    no: int = 0
    kind: str = "kept"
    name: str = ""
    compared: Compared = Compared()
    count_op: str = ">="
    count: str = "1"
    range: RangeValues = NO_RANGE
    where: tuple[Compared, ...] = ()
    kept: str = ""


def say_row(row: Row, reading: Reading, block: Block) -> Node:
    """Return the condition, and note what cannot be read; `block` names the inputs."""
    match row.kind:
        case "kept":
            kept: Node = read_kept(row.kept, Node)
            return kept
        case "property":
            value = read_operand(row.compared, reading, block(shape(row.compared)))
            op = cast("Operator", row.compared.operator)
            return Property(row.compared.property.strip(), op, value)
        case "saved":
            return Saved(row.name)
        case "not_saved":
            return Not(Saved(row.name))
        case "list":
            return CustomList(row.name)
        case "not_list":
            return Not(CustomList(row.name))
        case _:
            return _deed(row, reading, block)


def _deed(row: Row, reading: Reading, block: Block) -> Node:
    event = row.name.strip()
    where = tuple(_filter(each, reading, block) for each in row.where)
    days, period = say_range(row.range, reading, block)
    match row.kind:
        case "did_not":
            return DidNot(event, where, days, period=period)
        case "did_first":
            return DidFirst(event, where, days, period=period)
        case "did_on_days":
            return DidOnDays(event, where, _count(row, reading, block), days, period=period)
        case "did_sum" | "did_average":
            kind = DidSum if row.kind == "did_sum" else DidAverage
            amount, name = _amount(row, reading, block), row.compared.property.strip()
            return kind(event, name, amount, where, days, period=period)
        case _:
            return Did(event, where, _count(row, reading, block), days, period=period)


def _filter(each: Compared, reading: Reading, block: Block) -> Filter:
    value = read_operand(each, reading, block(f"where_{shape(each)}", each.no))
    return Filter(each.property.strip(), cast("Operator", each.operator), value)


def _count(row: Row, reading: Reading, block: Block) -> Count:
    op = cast("Comparison", row.count_op)
    if op == "between":
        two = conditions.read_value("between", row.count)
        if isinstance(two, tuple) and len(two) == 2 and all(type(n) is int for n in two):
            return Count(op, cast("tuple[int, int]", two))
        reading.wrong(block("counts"), "Two numbers, such as 2, 5.")
        return Count(op, (1, 1))
    times = reading.whole(block("count"), row.count, "2")
    if times is None:
        reading.wrong(block("count"), "How often? Enter a number.")
    return Count(op, 1 if times is None else times)


def _amount(row: Row, reading: Reading, block: Block) -> Amount:
    op = cast("Comparison", row.count_op)
    value = conditions.read_value("between" if op == "between" else "equals", row.count)
    several = value if isinstance(value, tuple) else (value,)
    numbers = tuple(
        each for each in several if isinstance(each, int | float) and not isinstance(each, bool)
    )
    if len(numbers) == len(several) == (2 if op == "between" else 1):
        return Amount(op, (numbers[0], numbers[1]) if op == "between" else numbers[0])
    name, example = (
        ("amounts", "Two numbers, such as 10, 99.5.")
        if op == "between"
        else (
            "amount",
            "How much? Enter a number, such as 99.5.",
        )
    )
    reading.wrong(block(name), example)
    return Amount(op, (0, 0) if op == "between" else 0)


def row_of(node: Node, no: int) -> Row:
    """Return the condition as a row that says exactly this; else it is kept as it is."""
    made = _row_of(node, no)
    if made is not None:
        reading = Reading()
        if say_row(made, reading, _nowhere) == node and not reading.errors:
            return made
    return Row(no, kept=write_kept(node))


def _nowhere(name: str, no: int | None = None) -> str:
    return name if no is None else f"{name}_{no}"


def _row_of(node: Node, no: int) -> Row | None:
    match node:
        case Property(name, op, value):
            compared = compared_of(0, name, op, value)
            return None if compared is None else Row(no, "property", compared=compared)
        case Saved(name):
            return Row(no, "saved", name)
        case CustomList(name):
            return Row(no, "list", name)
        case Not(Saved(name)):
            return Row(no, "not_saved", name)
        case Not(CustomList(name)):
            return Row(no, "not_list", name)
        case Did() | DidNot() | DidFirst() | DidOnDays() | DidSum() | DidAverage():
            return _row_of_deed(node, no)
        case _:
            return None


def _row_of_deed(
    node: Did | DidNot | DidFirst | DidOnDays | DidSum | DidAverage, no: int
) -> Row | None:
    where = [compared_of(i, f.property, f.op, f.value) for i, f in enumerate(node.where)]
    known = tuple(each for each in where if each is not None)
    times = range_of(node.days, node.period)
    if len(known) < len(where) or len(where) > COMPARED_MAX or times is None:
        return None
    row = Row(no, str(node.__struct_config__.tag), node.event, range=times, where=known)
    match node:
        case Did(count=asked) | DidOnDays(count=asked):
            return structs.replace(row, count_op=asked.op, count=_written(asked.value))
        case DidSum(property=name, amount=much) | DidAverage(property=name, amount=much):
            compared = Compared(property=name)
            return structs.replace(
                row, compared=compared, count_op=much.op, count=_written(much.value)
            )
        case _:
            return row


def _written(value: float | tuple[float, ...]) -> str:
    return conditions.write_value(value)


def named_properties(row: Row) -> tuple[tuple[str, str], ...]:
    """Return the properties whose types the row's inputs depend on: event ("" for users), name."""
    if row.kind == "property":
        found = [("", row.compared.property)]
    else:
        found = [(row.name.strip(), each.property) for each in row.where]
    return tuple((event, name.strip()) for event, name in found if name.strip())


def typed(row: Row, types: Callable[[str, str], tuple[Type, ...]]) -> Row:
    """Return the row with the types of what it compares: `types(event, name)`."""
    if row.kind == "property":
        mine = types("", row.compared.property.strip())
        return structs.replace(row, compared=structs.replace(row.compared, types=mine))
    event = row.name.strip()
    where = (structs.replace(w, types=types(event, w.property.strip())) for w in row.where)
    return structs.replace(row, where=tuple(where))
