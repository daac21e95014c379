"""Which events may trigger: neither too old, nor too far ahead, nor after the campaign's end."""

from typing import Literal, TypeAlias

from domain.facts import Event

LATE_MS_MAX = 2 * 3_600_000
AHEAD_MS_MAX = 2 * 60_000
"""Older or more in the future than this, an event is stored but triggers nothing (BEHAVIOUR, 2)."""

Untimely: TypeAlias = Literal["late", "ahead", "ended"]


def untimely(event: Event, ends_ms: int | None) -> Untimely | None:
    """Return why an event came at the wrong time to trigger anything, or None: it is timely.

    What counts is when it came in, not when it is considered: a busy daemon changes nothing.
    """
    age = event.received_ms - event.time_ms
    if age > LATE_MS_MAX:
        return "late"
    if age < -AHEAD_MS_MAX:
        return "ahead"
    if ends_ms is not None and event.received_ms >= ends_ms:
        return "ended"
    return None


def is_timely(event: Event, ends_ms: int | None) -> bool:
    """Whether the event may trigger a campaign that ends at `ends_ms` (None: never)."""
    return untimely(event, ends_ms) is None
