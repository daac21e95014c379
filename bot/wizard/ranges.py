"""The time range of a condition about events: ever, the last so long, some days ago, or dates."""

from collections.abc import Callable
from datetime import date
from typing import Final

from msgspec import Struct, structs

from bot.blocks import Block
from bot.wizard.asking import Asking
from bot.wizard.reading import Reading
from domain.audience import Dates, DaysAgo, Hours, Minutes, Period

RANGES: Final = {
    "ever": "Ever",
    "days": "In the last days",
    "hours": "In the last hours",
    "minutes": "In the last minutes",
    "days_ago": "Between two numbers of days ago",
    "dates": "From one date to another",
}


class RangeValues(Struct, frozen=True):
    """What was entered; what the kind does not use keeps it."""

    kind: str = "ever"
    days: str = ""
    hours: str = ""
    minutes: str = ""
    ago_from: str = ""
    ago_to: str = ""
    first: str = ""
    last: str = ""


NO_RANGE: Final = RangeValues()
FIELDS: Final = tuple(name for name in RangeValues.__struct_fields__ if name != "kind")


def range_blocks(ask: Asking, part: RangeValues, no: int) -> list[Block]:
    """Ask for the range of the row of this number."""
    shown = ask.select(f"range_{no}", "When", RANGES, part.kind, redraws=True)
    match part.kind:
        case "days" | "hours" | "minutes":
            value, unit = getattr(part, part.kind), part.kind.capitalize()
            shown += ask.number(f"{part.kind}_{no}", unit, value, placeholder="30", optional=False)
        case "days_ago":
            hint = "Whole days; 0 is today."
            shown += ask.number(
                f"ago_from_{no}", "From days ago", part.ago_from, placeholder="60", optional=False
            )
            shown += ask.number(
                f"ago_to_{no}",
                "To days ago",
                part.ago_to,
                placeholder="30",
                hint=hint,
                optional=False,
            )
        case "dates":
            shown += ask.date(f"first_{no}", "From", part.first)
            shown += ask.date(f"last_{no}", "To", part.last, hint="Both days count; one is enough.")
    return shown


def say_range(
    part: RangeValues, reading: Reading, block: Callable[[str], str]
) -> tuple[int | None, Period | None]:
    """Return what `days` and `period` of a definition say, and note what cannot be read."""

    def whole(name: str) -> int:
        found = reading.whole(block(name), getattr(part, name), "30")
        if found is None:
            reading.wrong(block(name), "Enter a whole number, such as 30.")
        return 1 if found is None else found

    match part.kind:
        case "days":
            return whole("days"), None
        case "hours":
            return None, Hours(whole("hours"))
        case "minutes":
            return None, Minutes(whole("minutes"))
        case "days_ago":
            return None, DaysAgo((whole("ago_from"), whole("ago_to")))
        case "dates":
            if not (part.first or part.last):
                reading.wrong(block("first"), "Choose at least one of the two days.")
            return None, Dates(part.first or None, part.last or None)
        case _:
            return None, None


def range_of(days: int | None, period: Period | None) -> RangeValues | None:
    """Return the range as it would be entered; None: no input says it."""
    found = _entered(days, period)
    if found is None or any(text.startswith("-") for text in structs.astuple(found)):
        return None
    try:
        [date.fromisoformat(day) for day in (found.first, found.last) if day]
    except ValueError:
        return None
    return found


def _entered(days: int | None, period: Period | None) -> RangeValues | None:
    match days, period:
        case None, None:
            return NO_RANGE
        case int(), None:
            return RangeValues("days", days=str(days))
        case None, Hours(last):
            return RangeValues("hours", hours=str(last))
        case None, Minutes(last):
            return RangeValues("minutes", minutes=str(last))
        case None, DaysAgo((first, second)):
            return RangeValues("days_ago", ago_from=str(first), ago_to=str(second))
        case None, Dates(first, last):
            return RangeValues("dates", first=first or "", last=last or "")
        case _:
            return None
