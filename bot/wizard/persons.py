"""Conditions about who a user is: what was entered in a row, what it says, and back.

What is known of devices is text, versions too: `5.10` is not the number 5.1, so what is entered
there is never read as a number.
"""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, cast

from bot import conditions
from bot.inputs import TEXT_CHARS_MAX
from bot.menus import OPTIONS_MAX
from bot.wizard.amounts import read_age, write_number
from bot.wizard.operands import NO_VALUE, Compared, compared_of, read_operand, shape
from bot.wizard.reading import Reading
from bot.wizard.row import COMPARED_MAX, BlockOf, Row
from domain.audience import (
    Age,
    Device,
    Filter,
    Gender,
    Geography,
    Near,
    Operator,
    Place,
    Property,
    Reachability,
    Scalar,
)
from domain.devices import FIELDS
from domain.people import Channel, Trait

GenderName: TypeAlias = Literal["female", "male", "other"]
GENDERS: Final[Mapping[str, str]] = {"female": "Female", "male": "Male", "other": "Other"}
CHANNELS: Final[Mapping[str, str]] = {
    "email": "Has an email address",
    "phone": "Has a phone number",
    "push": "Has a device that takes push messages",
    "unsubscribed_email": "Has unsubscribed from email",
    "unsubscribed_sms": "Has unsubscribed from SMS",
}
CIRCLE = "59.91, 10.75, 25"
_KM: Final = "km"
_LISTS: Final = frozenset({"in", "between"})
_NONE: Final = frozenset({"exists", "does_not_exist"})
_Value: TypeAlias = Scalar | tuple[Scalar, ...] | None


def say_person(row: Row, reading: Reading, block: BlockOf) -> Trait:
    """Return the condition, and note what cannot be read; `block` names the inputs."""
    match row.kind:
        case "age":
            return read_age(row, reading, block)
        case "gender":
            return Gender(cast("GenderName", row.choice))
        case "reachability":
            return Reachability(cast("Channel", row.choice))
        case "geography":
            return Geography(row.country, row.region, row.city)
        case "near":
            return Near(_places(row, reading, block))
        case "device":
            return Device(tuple(_field(each, reading, block) for each in row.where))
        case _:
            value = read_operand(row.compared, reading, block(shape(row.compared)))
            op = cast("Operator", row.compared.operator)
            return Property(row.compared.property.strip(), op, value)


def _places(row: Row, reading: Reading, block: BlockOf) -> tuple[Place, ...]:
    found = []
    for line in filter(None, (each.strip() for each in row.circles.splitlines())):
        numbers = conditions.read_value("in", line.lower().removesuffix(_KM))
        several = numbers if isinstance(numbers, tuple) else ()
        if len(several) == 3 and all(type(each) in (int, float) for each in several):
            found.append(Place(*cast("tuple[float, float, float]", several)))
        else:
            said = f'"{line[:80]}" is no place. Write latitude, longitude, kilometres: {CIRCLE}'
            reading.wrong(block("circles"), said)
    return tuple(found)


def _field(each: Compared, reading: Reading, block: BlockOf) -> Filter:
    value: _Value = each.operand.strip() or None
    if each.operator in _NONE:
        value = None
    elif value is None:
        reading.wrong(block("where_device", each.no), NO_VALUE)
    elif each.operator in _LISTS:
        value = conditions.read_texts(each.operand)
    return Filter(each.property, cast("Operator", each.operator), value)


def row_of_person(node: Trait, no: int) -> Row | None:
    """Return the condition as it would be entered; None: no input says it."""
    match node:
        case Property(name, op, value):
            compared = compared_of(0, name, op, value)
            return None if compared is None else Row(no, "property", compared=compared)
        case Age(op, value):
            return Row(no, "age", count_op=op, count=write_number(value))
        case Gender(value):
            return Row(no, "gender", choice=value)
        case Reachability(value):
            return Row(no, "reachability", choice=value)
        case Geography(country, region, city):
            if not all(map(_fits_a_menu, (country, region, city))):
                return None
            return Row(no, "geography", country=country, region=region, city=city)
        case Near(places):
            lines = (conditions.write_value((p.latitude, p.longitude, p.km)) for p in places)
            circles = "\n".join(lines)
            return Row(no, "near", circles=circles) if len(circles) <= TEXT_CHARS_MAX else None
        case Device(where):
            return _row_of_device(where, no)


def _row_of_device(where: tuple[Filter, ...], no: int) -> Row | None:
    if not 1 <= len(where) <= COMPARED_MAX or any(each.property not in FIELDS for each in where):
        return None
    fields = tuple(
        Compared(i, each.property, each.op, _written(each.value)) for i, each in enumerate(where)
    )
    if any(len(each.operand) > TEXT_CHARS_MAX for each in fields):
        return None
    return Row(no, "device", where=fields)


def _written(value: _Value) -> str:
    several = tuple(map(str, value)) if isinstance(value, tuple) else ()
    return conditions.write_texts(several) if several else str(value or "")


def _fits_a_menu(names: tuple[str, ...]) -> bool:
    return all(names) and len(set(names)) == len(names) <= OPTIONS_MAX
