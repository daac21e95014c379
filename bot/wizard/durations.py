"""Lengths of time as people enter them: a number, and what it counts."""

from collections.abc import Mapping
from typing import Final

from bot.wizard.reading import Reading

UNITS: Final[Mapping[str, int]] = {"minutes": 1, "hours": 60, "days": 24 * 60}
"""What is counted, in minutes."""
CHOICES: Final = {unit: unit for unit in UNITS}


def write_minutes(minutes: int | None) -> tuple[str, str]:
    """Return the number and the largest unit that says it whole; None is nothing."""
    if minutes is None:
        return "", "minutes"
    unit = next(
        (unit for unit in ("days", "hours") if minutes and minutes % UNITS[unit] == 0),
        "minutes",
    )
    return str(minutes // UNITS[unit]), unit


def read_minutes(reading: Reading, block: str, text: str, unit: str) -> int | None:
    """Return a length of time in minutes; nothing entered is None."""
    number = reading.whole(block, text, "30")
    return None if number is None else number * UNITS.get(unit, 1)
