"""Operations on a trait: an object with one `$` key changes what is known, as in CleverTap."""

from collections.abc import Mapping
from typing import Any

from domain.values import number

UNLESS_KNOWN = "$unless_known"
"""Our own, for what a call tells by the way: it fills what is not known, and replaces nothing."""
COUNTS = frozenset({"$incr", "$decr"})
OPERATIONS = frozenset({"$add", "$remove", "$set", "$delete"}) | COUNTS


def operation_of(change: Any) -> tuple[str, Any] | None:
    """Return the operation and its operand; None: the change is a value that replaces."""
    if not isinstance(change, Mapping) or len(change) != 1:
        return None
    ((operation, operand),) = change.items()
    return (operation, operand) if operation in OPERATIONS else None


def can_count(operation: str, operand: Any) -> bool:
    """Whether an operation has what it needs: counting needs a number."""
    return operation not in COUNTS or number(operand) is not None
