"""Waves: one run in the user's time zone, from UTC+14 to UTC-12, as instants.

Each user is messaged when a wall where the user is shows the slot. Zones whose walls agree then
are one wave. A zone where that time is already past when the run begins is left out, or served
on the next day, as the campaign says (BEHAVIOUR, 6).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from domain.zones import resolve_local

EARLIEST_MS = 14 * 3_600_000
"""The first wall to show a time is that of Kiribati, 14 hours before UTC."""


class Wave(Struct, frozen=True, order=True):
    """The zones, in the order of their names, in which a slot falls due at one instant (ms)."""

    due_ms: int
    zones: tuple[str, ...]


def waves(
    wall: datetime, zones: Iterable[str], *, begins_ms: int, past: Literal["drop", "next_day"]
) -> tuple[list[Wave], tuple[str, ...]]:
    """Return the waves of a slot in order, and the zones that it leaves out.

    `wall` is naive; `begins_ms` is when the run begins: a zone may be due at it or later.
    """
    due: dict[int, list[str]] = {}
    left_out = []
    for zone in sorted(set(zones)):
        at_ms = resolve_local(wall.date(), wall.time(), zone)
        if at_ms < begins_ms and past == "next_day":
            at_ms = next_day_ms(wall, zone, begins_ms)
        if at_ms < begins_ms:
            left_out.append(zone)
        else:
            due.setdefault(at_ms, []).append(zone)
    found = [Wave(due_ms=at_ms, zones=tuple(names)) for at_ms, names in sorted(due.items())]
    return found, tuple(left_out)


def next_day_ms(wall: datetime, zone: str, begins_ms: int) -> int:
    """Return the first instant at or after `begins_ms` at which a later day's wall shows it."""
    at_ms = resolve_local(wall.date(), wall.time(), zone)
    while at_ms < begins_ms:
        wall += timedelta(days=1)
        at_ms = resolve_local(wall.date(), wall.time(), zone)
    return at_ms
