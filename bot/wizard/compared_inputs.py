"""The inputs of one comparison of a property: which one, how, and with what."""

from typing import Final

from msgspec import structs

from bot.blocks import Block
from bot.conditions import OPERATORS
from bot.wizard.asking import Asking
from bot.wizard.operands import Compared, operand_blocks, operand_given, operators, renamed
from bot.wizard.step import Given, StepName, block_id
from domain.devices import FIELDS, TEXT_OPERATORS, VERSION_FIELDS, VERSION_OPERATORS

_CHOOSE: Final = "Choose or type"
_NAMES: Final = {"os": "OS", "os_version": "OS version", "sdk_version": "SDK version"}
_FIELDS: Final = {
    field: _NAMES.get(field, field.replace("_", " ").capitalize()) for field in FIELDS
}
_NONE: Final = frozenset({"exists", "does_not_exist"})


def compared_blocks(ask: Asking, compared: Compared, suffix: str, of: str = "") -> list[Block]:
    """Ask for a property of the user, or, `of` an event, of the event."""
    label = "Only events whose" if of else "Property"
    name, op = compared.property, compared.operator
    return [
        *ask.menu(f"{of}property_{suffix}", label, name, placeholder=_CHOOSE),
        *ask.select(
            f"{of}operator_{suffix}", "Compare", operators(compared.types, op), op, redraws=True
        ),
        *operand_blocks(ask, compared, suffix, of),
    ]


def device_blocks(ask: Asking, compared: Compared, suffix: str) -> list[Block]:
    """Ask for one of the few things that are known of devices, all of which are text."""
    name, op = compared.property, compared.operator
    fitting = {*TEXT_OPERATORS, *(VERSION_OPERATORS if name in VERSION_FIELDS else ()), op}
    choices = {str(each): words for each, words in OPERATORS.items() if each in fitting}
    shown = [
        *ask.select(f"where_property_{suffix}", "A device whose", _FIELDS, name, redraws=True),
        *ask.select(f"where_operator_{suffix}", "Compare", choices, op, redraws=True),
    ]
    if op in _NONE:
        return shown
    hint = "Several values: a, b, c." if op in ("in", "between") else ""
    example = "5.10" if name in VERSION_FIELDS else "iOS"
    return [
        *shown,
        *ask.text(
            f"where_device_{suffix}",
            "Value",
            compared.operand,
            placeholder=example,
            hint=hint,
            optional=False,
        ),
    ]


def compared_given(compared: Compared, given: Given, suffix: str, of: str = "") -> Compared:
    """Return the comparison after what stands in its inputs, those that are shown."""

    def text(name: str, before: str) -> str:
        entered = given.get(block_id(StepName.WHO, f"{of}{name}_{suffix}"), before)
        return entered if isinstance(entered, str) else before

    operand = operand_given(
        compared, given, lambda kind: block_id(StepName.WHO, f"{of}{kind}_{suffix}")
    )
    operator = text("operator", compared.operator)
    fresh = structs.replace(
        compared,
        operator=operator if operator in OPERATORS else compared.operator,
        operand=text("device", operand),
    )
    return renamed(fresh, text("property", compared.property))
