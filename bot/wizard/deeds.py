"""Conditions about what a user did: what was entered in a row, what it says, and back."""

from functools import partial
from typing import Any, TypeAlias, TypedDict, cast

from msgspec import structs

from bot.inputs import is_time
from bot.wizard.alsos import also_of, say_also
from bot.wizard.amounts import read_amount, read_count, write_number
from bot.wizard.operands import Compared, compared_of, read_operand, shape
from bot.wizard.ranges import range_of, say_range
from bot.wizard.reading import Reading
from bot.wizard.row import ALSO, ALSO_MAX, CLOCK, COMPARED_MAX, ZERO, BlockOf, Row, ticked
from domain.audience import (
    Amount,
    Count,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Doing,
    Filter,
    Operator,
    Period,
    Weekday,
)

Deed: TypeAlias = Did | DidNot | DidFirst | DidOnDays | DidSum | DidAverage | DidMostly | DidShare


class _Common(TypedDict):
    """What every condition about events says besides the event."""

    where: tuple[Filter, ...]
    days: int | None
    period: Period | None
    also: tuple[Doing, ...]
    time_of_day: tuple[str, str] | None
    weekdays: tuple[Weekday, ...]


def say_deed(row: Row, reading: Reading, block: BlockOf) -> Deed:
    """Return the condition, and note what cannot be read; `block` names the inputs."""
    event, name = row.name.strip(), row.compared.property.strip()
    common = _common(row, reading, block)
    zero = ticked(row, ZERO)
    match row.kind:
        case "did_not":
            return DidNot(event, **common)
        case "did_first":
            return DidFirst(event, **common)
        case "did_on_days":
            count = structs.replace(read_count(row, reading, block), include_zero=zero)
            return DidOnDays(event, count=count, **common)
        case "did_sum" | "did_average":
            kind = DidSum if row.kind == "did_sum" else DidAverage
            amount = structs.replace(read_amount(row, reading, block), include_zero=zero)
            return kind(event, name, amount, **common)
        case "did_mostly":
            return DidMostly(event, name, _value(row, reading, block), **common)
        case "did_share":
            percent = reading.whole(block("percent"), row.percent, "50")
            if percent is None:
                reading.wrong(block("percent"), "How many per cent? Enter 1 to 100.")
            value = _value(row, reading, block)
            return DidShare(event, name, value, percent or 0, **common)
        case _:
            count = structs.replace(read_count(row, reading, block), include_zero=zero)
            return Did(event, count=count, **common)


def _common(row: Row, reading: Reading, block: BlockOf) -> _Common:
    days, period = say_range(row.range, reading, block)
    return {
        "where": tuple(_filter(each, reading, block) for each in row.where),
        "days": days,
        "period": period,
        "also": say_also(row.also, reading, partial(block, "also_where"))
        if ticked(row, ALSO)
        else (),
        "time_of_day": _time_of_day(row, reading, block) if ticked(row, CLOCK) else None,
        "weekdays": cast("tuple[Weekday, ...]", row.weekdays) if ticked(row, CLOCK) else (),
    }


def _filter(each: Compared, reading: Reading, block: BlockOf) -> Filter:
    value = read_operand(each, reading, block(f"where_{shape(each)}", each.no))
    return Filter(each.property.strip(), cast("Operator", each.operator), value)


def _time_of_day(row: Row, reading: Reading, block: BlockOf) -> tuple[str, str] | None:
    if not (row.time_from or row.time_to):
        return None
    for name in ("time_from", "time_to"):
        if not getattr(row, name):
            reading.wrong(block(name), "Choose the time of day.")
    return row.time_from, row.time_to


def _value(row: Row, reading: Reading, block: BlockOf) -> Any:
    value = read_operand(row.compared, reading, block(shape(row.compared)))
    return "" if value is None else value


def row_of_deed(node: Deed, no: int) -> Row | None:
    """Return the condition as it would be entered; None: no input says it."""
    where = [compared_of(i, f.property, f.op, f.value) for i, f in enumerate(node.where)]
    known = tuple(each for each in where if each is not None)
    also = also_of(node.also, at_most=ALSO_MAX)
    times = range_of(node.days, node.period)
    if len(known) < len(where) or len(where) > COMPARED_MAX or times is None:
        return None
    if also is None or not _fit_pickers(node):
        return None
    first, last = node.time_of_day or ("", "")
    row = Row(
        no,
        str(node.__struct_config__.tag),
        node.event,
        range=times,
        where=known,
        boxes=_ticked(node),
        also=also,
        time_from=first,
        time_to=last,
        weekdays=node.weekdays,
    )
    return _with_its_own(row, node)


def _with_its_own(row: Row, node: Deed) -> Row | None:
    """Return the row with what only some kinds ask."""
    match node:
        case Did(count=asked) | DidOnDays(count=asked):
            return structs.replace(row, count_op=asked.op, count=write_number(asked.value))
        case DidSum(property=name, amount=much) | DidAverage(property=name, amount=much):
            compared, count = Compared(property=name), write_number(much.value)
            return structs.replace(row, compared=compared, count_op=much.op, count=count)
        case DidMostly(property=name, value=value) | DidShare(property=name, value=value):
            asked_for = compared_of(0, name, "equals", value)
            percent = str(node.percent) if isinstance(node, DidShare) else row.percent
            if asked_for is None:
                return None
            return structs.replace(row, compared=asked_for, percent=percent)
        case _:
            return row


def _ticked(node: Deed) -> tuple[str, ...]:
    counted: Count | Amount | None = getattr(node, "count", None) or getattr(node, "amount", None)
    said = {
        ALSO: bool(node.also),
        CLOCK: bool(node.time_of_day or node.weekdays),
        ZERO: counted is not None and counted.include_zero,
    }
    return tuple(box for box, is_ticked in said.items() if is_ticked)


def _fit_pickers(node: Deed) -> bool:
    once = len(set(node.weekdays)) == len(node.weekdays)
    return once and all(map(is_time, node.time_of_day or ()))
