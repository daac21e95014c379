"""A user's devices: what a profile says about them, and how a comparison of them is read.

They stand in the trait `devices` as a list of tables, one a device, the newest last. So they
travel, merge and are erased with the profile; a list of traits has a limit already.
"""

from collections.abc import Mapping
from typing import Any

from domain.behaviour import Filter, Operator
from domain.conditions import Condition, Never, Version
from domain.operators import Value, condition

DEVICES = "devices"
DEVICES_MAX = 20
"""How many of a user's devices count, the newest."""
VERSION_FIELDS = ("app_version", "os_version", "sdk_version")
FIELDS = ("app_version", "make", "model", "os", "os_version", "sdk_version", "push_token")
TEXT_OPERATORS: tuple[Operator, ...] = (
    "equals",
    "not_equals",
    "in",
    "contains",
    "does_not_contain",
    "starts_with",
    "exists",
    "does_not_exist",
)
VERSION_OPERATORS: tuple[Operator, ...] = ("<", "<=", ">", ">=", "between")


def devices(traits: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the user's newest devices, each with the fields that it has. All are texts."""
    found = traits.get(DEVICES)
    if not isinstance(found, list):
        return []
    tables = [each for each in found if isinstance(each, dict)]
    return [
        {name: text for name in FIELDS if isinstance(text := table.get(name), str)}
        for table in tables[-DEVICES_MAX:]
    ]


def device_condition(asked: Filter) -> Condition:
    """Return what a comparison asks of one field; Never if operator and value do not fit."""
    if asked.op in TEXT_OPERATORS:
        return condition(asked.op, asked.value)
    if asked.property not in VERSION_FIELDS:
        return Never()
    return _version(asked.op, asked.value) or Never()


def _version(op: Operator, value: Value) -> Version | None:
    match op, value:
        case "<", str():
            return Version(high=value, ends_included=False)
        case "<=", str():
            return Version(high=value)
        case ">", str():
            return Version(low=value, ends_included=False)
        case ">=", str():
            return Version(low=value)
        case "between", (str() as low, str() as high):
            return Version(low, high)
        case _:
            return None
