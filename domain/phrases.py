"""Parts of sentences about conditions: comparisons, values, how often, how much and when."""

from typing import assert_never

from domain.audience import (
    Amount,
    Asked,
    Comparison,
    Count,
    Dates,
    DaysAgo,
    Filter,
    Hours,
    Minutes,
    Operator,
    Scalar,
)

INDENT = "  "
VALUES_SHOWN_MAX = 10
TEXT_SHOWN_CHARS_MAX = 200

_PHRASES: dict[Operator, str] = {
    "equals": "is {}",
    "not_equals": "is not {}",
    "in": "is one of {}",
    "contains": "contains {}",
    "does_not_contain": "does not contain {}",
    "starts_with": "starts with {}",
    "exists": "is known",
    "does_not_exist": "is not known",
    "<": "under {}",
    "<=": "at most {}",
    ">": "over {}",
    ">=": "at least {}",
    "between": "from {}",
    "before": "before {}",
    "after": "after {}",
    "in_last_days": "in the last {} days",
    "before_last_days": "more than {} days ago",
    "in_next_days": "in the next {} days",
    "after_next_days": "more than {} days from now",
}


_COMPARISONS: dict[Comparison, str] = {
    "<": "under {}",
    "<=": "at most {}",
    "=": "of exactly {}",
    "!=": "other than {}",
    ">=": "of at least {}",
    ">": "over {}",
    "between": "from {}",
}


def describe_filters(filters: tuple[Filter, ...]) -> str:
    """Return comparisons as the end of a sentence: `, with price over 50 and currency is "EUR"`."""
    if not filters:
        return ""
    return ", with " + " and ".join(
        f"{each.property} {phrase(each.op, each.value)}" for each in filters
    )


def phrase(op: Operator, value: Scalar | tuple[Scalar, ...] | None) -> str:
    """Say how a property compares: `over 50`, `is one of "NO", "SE"`."""
    if isinstance(value, tuple):
        shown = [scalar(each) for each in value[:VALUES_SHOWN_MAX]]
        if len(value) > VALUES_SHOWN_MAX:
            shown.append(f"{len(value) - VALUES_SHOWN_MAX} more")
        return _PHRASES[op].format((" to " if op == "between" else ", ").join(shown))
    return _PHRASES[op].format("nothing" if value is None else scalar(value))


def scalar(value: Scalar) -> str:
    """Show a value within a sentence."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else str(value)


def quoted(text: str) -> str:
    """Show a text within a sentence."""
    return f'"{shortened(text)}"'


def shortened(text: str) -> str:
    """Return the text, or its beginning where it is long."""
    cut = TEXT_SHOWN_CHARS_MAX
    return text if len(text) <= cut else f"{text[: cut - 3]}..."


def times(count: Count, noun: str = "time") -> str:
    """Say how often, `at least 2 times`, or on how many days."""
    value, low = (count.value, 0) if not isinstance(count.value, tuple) else count.value[::-1]
    said = {1: "once", 2: "twice"}.get(value) if noun == "time" else None
    several = f"{value} {noun}" if value == 1 else f"{value} {noun}s"
    plain = "once" if value == 1 and noun == "time" else several
    found = {
        "<": f"fewer than {several}" if value != 1 or noun != "time" else "less than once",
        "<=": f"at most {plain}",
        "=": f"exactly {said or several}",
        "!=": f"a number of {noun}s other than {value}",
        ">=": f"at least {plain}",
        ">": f"more than {plain}",
        "between": f"from {low} to {several}",
    }[count.op]
    return f"{found}, or never," if count.include_zero else found


def amounts(amount: Amount) -> str:
    """Say how much: `of at least 99.5`."""
    return ranged(amount.op, amount.value) + (", or never," if amount.include_zero else "")


def ranged(op: Comparison, value: float | tuple[float, float]) -> str:
    """Say how a number compares: `under 18`, `from 18 to 30`."""
    shown = " to ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return _COMPARISONS[op].format(shown)


def range_of(deed: Asked) -> str:
    """Say when a deed must have happened, as it stands behind it; nothing for ever."""
    return _period(deed) + _clock(deed)


def _period(deed: Asked) -> str:
    match deed.period:
        case None:
            return "" if deed.days is None else f" in the last {_several(deed.days, 'day')}"
        case Hours(last):
            return f" in the last {_several(last, 'hour')}"
        case Minutes(last):
            return f" in the last {_several(last, 'minute')}"
        case DaysAgo(between):
            return f" between {min(between)} and {max(between)} days ago"
        case Dates(first, last_day):
            since = "" if first is None else f" from {first}"
            return since if last_day is None else f"{since} until {last_day}"
        case _:
            assert_never(deed.period)


def _several(number: int, noun: str) -> str:
    return noun if number == 1 else f"{number} {noun}s"


def _clock(deed: Asked) -> str:
    days = ", ".join(day.capitalize() for day in deed.weekdays)
    at = "" if deed.time_of_day is None else f" between {' and '.join(deed.time_of_day)}"
    on = f" on {days}" if days else ""
    return f"{on}{at} (where the user is)" if on or at else ""


def duration(minutes: int) -> str:
    """Return so many minutes in words: in hours where they are whole, in days beyond three."""
    if minutes % 1_440 == 0 and minutes > 4_320:
        return f"{minutes // 1_440} days"
    hours, rest = divmod(minutes, 60)
    if not rest:
        return "an hour" if hours == 1 else f"{hours:,} hours"
    if hours and minutes > 120:
        return f"{counted(hours, 'hour')} and {counted(rest, 'minute')}"
    return "a minute" if minutes == 1 else f"{minutes} minutes"


def counted(number: int, noun: str) -> str:
    """Return `1 message` or `1,204 messages`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
