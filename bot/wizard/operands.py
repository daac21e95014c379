"""What a property is compared with: operators that fit its type, and an input that fits both.

The operand is kept as it would be typed (`bot.conditions`), whatever input it was entered in: so
`"42"` in quotes is a text and `42` a number, and a menu of texts never makes a number of one.
"""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias, cast, get_args

from msgspec import Struct, structs

from actors.mail_names import Type
from bot import conditions
from bot.blocks import Block
from bot.conditions import OPERATORS
from bot.inputs import TEXT_CHARS_MAX, is_date
from bot.menus import OPTIONS_MAX
from bot.wizard.asking import Asking
from bot.wizard.reading import Reading
from bot.wizard.step import Given
from domain.behaviour import Operator, Scalar

Shape: TypeAlias = Literal[
    "nothing", "any", "text", "menu", "menus", "number", "days", "date", "flag"
]
"""The input of an operand. `any`: as it would be typed; the others say its type."""

SHAPES: Final[tuple[Shape, ...]] = get_args(Shape)
NO_VALUE = "Enter what to compare with, such as NO or 50."
_NONE: Final = frozenset({"exists", "does_not_exist"})
_LISTS: Final = frozenset({"in", "between"})
_DAYS: Final = frozenset({"in_last_days", "before_last_days", "in_next_days", "after_next_days"})
_ORDER: Final[tuple[Operator, ...]] = ("<", "<=", ">", ">=", "between")
_KNOWN: Final[tuple[Operator, ...]] = ("exists", "does_not_exist")
_FITTING: Final[dict[Type, tuple[Operator, ...]]] = {
    "text": (
        *("equals", "not_equals", "in", "contains", "does_not_contain", "starts_with"),
        *_KNOWN,
    ),
    "number": ("equals", "not_equals", "in", *_ORDER, *_KNOWN),
    "flag": ("equals", "not_equals", *_KNOWN),
    "time": ("before", "after", *cast("tuple[Operator, ...]", tuple(sorted(_DAYS))), *_KNOWN),
}
_FLAGS: Final = {"true": "true", "false": "false"}


class Compared(Struct, frozen=True):
    """One comparison as it was entered. `no` tells it from the others of its row.

    `types`: those that the property's values have, as far as anybody knows.
    """

    no: int = 0
    property: str = ""
    operator: str = "equals"
    operand: str = ""
    types: tuple[Type, ...] = ()


def operators(types: tuple[Type, ...], chosen: str) -> dict[str, str]:
    """Return the operators that fit the types, and whichever is chosen: value -> words."""
    fitting = _FITTING.get(types[0]) if len(types) == 1 else None
    shown = fitting or tuple(OPERATORS)
    return {str(op): words for op, words in OPERATORS.items() if op in shown or op == chosen}


def value_in(compared: Compared) -> Scalar | tuple[Scalar, ...] | None:
    """Return the operand as a value of a definition; None: there is none."""
    return conditions.read_value(cast("Operator", compared.operator), compared.operand)


def shape(compared: Compared) -> Shape:
    """Return the input that the operand is entered in."""
    op, value = compared.operator, value_in(compared)
    if op in _NONE:
        return "any" if compared.operand else "nothing"
    wanted: Shape = "any"
    if op in _DAYS:
        wanted = "days"
    elif len(compared.types) == 1:
        wanted = _of_type(compared.types[0], op)
    whole = wanted != "days" or compared.operand.strip().isdecimal() or value is None
    return wanted if whole and _fits(wanted, value) else "any"


def _of_type(kind: Type, op: str) -> Shape:
    match kind, op:
        case "text", "equals" | "not_equals":
            return "menu"
        case "text", "in":
            return "menus"
        case "text", "contains" | "does_not_contain" | "starts_with":
            return "text"
        case "number", "equals" | "not_equals" | "<" | "<=" | ">" | ">=":
            return "number"
        case "flag", "equals" | "not_equals":
            return "flag"
        case "time", "before" | "after":
            return "date"
        case _:
            return "any"


def _fits(wanted: Shape, value: Scalar | tuple[Scalar, ...] | None) -> bool:
    """Tell whether the input can hold the operand that there is, exactly as it is."""
    match wanted:
        case "text" | "menu":
            return value is None or (isinstance(value, str) and value.strip() == value != "")
        case "menus":
            if value is None:
                return True
            texts = [each for each in cast("tuple[Scalar, ...]", value) if isinstance(each, str)]
            same = len(set(texts)) == len(cast("tuple[Scalar, ...]", value)) <= OPTIONS_MAX
            return same and all(text.strip() == text != "" for text in texts)
        case "number" | "days":
            return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
        case "date":
            return value is None or (isinstance(value, str) and is_date(value))
        case "flag":
            return value is None or isinstance(value, bool)
        case _:
            return True


def operand_blocks(ask: Asking, compared: Compared, suffix: str, of: str = "") -> list[Block]:
    """Ask for the operand; `of` begins the block's name, and `suffix` ends it."""
    kind, value = shape(compared), value_in(compared)
    name, text = f"{of}{kind}_{suffix}", value if isinstance(value, str) else ""
    match kind:
        case "nothing":
            return []
        case "menu":
            return ask.menu(name, "Value", text, placeholder="Choose or type")
        case "menus":
            many = tuple(map(str, value)) if isinstance(value, tuple) else ()
            return ask.menu_of_many(name, "Values", many, placeholder="Choose or type")
        case "text":
            return ask.text(name, "Value", text, placeholder="NO", optional=False)
        case "number":
            return ask.number(name, "Value", compared.operand.strip(), decimal=True, optional=False)
        case "days":
            return ask.number(
                name, "Days", compared.operand.strip(), placeholder="30", optional=False
            )
        case "date":
            return ask.date(name, "Day", compared.operand)
        case "flag":
            return ask.select(name, "Value", _FLAGS, str(value).lower())
        case "any":
            several = "Several values: a, b, c. " if compared.operator in _LISTS else ""
            hint = f"{several}Quotes make a text of a number."
            return ask.text(
                name, "Value", compared.operand, placeholder="NO", hint=hint, optional=False
            )


def operand_given(compared: Compared, given: Given, block: Callable[[Shape], str]) -> str:
    """Return the operand after what stands in its input, whichever was shown to the person."""
    for kind in SHAPES:
        if (entered := given.get(block(kind))) is not None:
            return _written(compared, kind, entered)
    return compared.operand


def _written(compared: Compared, kind: Shape, entered: str | tuple[str, ...]) -> str:
    match kind:
        case "menus":
            several = entered if isinstance(entered, tuple) else ()
            return conditions.write_value(several) if several else ""
        case "menu" | "text":
            return conditions.write_value(entered) if entered else ""
        case _:
            return entered if isinstance(entered, str) else compared.operand


def read_operand(
    compared: Compared, reading: Reading, block: str
) -> Scalar | tuple[Scalar, ...] | None:
    """Return the operand as a value, or note at its block that there is none."""
    value = value_in(compared)
    if value is None and compared.operator not in _NONE:
        reading.wrong(block, NO_VALUE)
    return value


def compared_of(
    no: int, name: str, op: Operator, value: Scalar | tuple[Scalar, ...] | None
) -> Compared | None:
    """Return a comparison as it would be entered; None: no input says it exactly."""
    made = Compared(no, name, op, conditions.write_value(value))
    exact = value_in(made) == value and repr(value_in(made)) == repr(value)
    return made if exact and len(made.operand) <= TEXT_CHARS_MAX else None


def renamed(compared: Compared, name: str) -> Compared:
    """Return the comparison about another property, whose types nobody has asked for yet."""
    return (
        compared
        if name == compared.property
        else structs.replace(compared, property=name, types=())
    )
