"""Waves: one run in the user's time zone, from UTC+14 to UTC-12, as instants.

Each user is messaged when a wall where the user is shows the slot. Zones whose walls agree then
are one wave. A zone where that time is already past when the run begins is left out, or served
on the next day, as the campaign says (BEHAVIOUR, 6). Zones that nobody is in have no wave, but
somebody may come into one at any moment until the last wall has shown the slot.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, TypeAlias

from msgspec import Struct

from domain.zones import resolve_local

Past: TypeAlias = Literal["drop", "next_day"]

LAST_ZONE = "UTC-12:00"
"""The last wall to show a time."""
QUARTER_MS = 15 * 60_000
"""Every zone of today is whole quarters of an hour from UTC, so a slot is due at one of them, but
for a time that a clock change leaves out."""
DAY_MS = 86_400_000


class Wave(Struct, frozen=True, order=True):
    """The zones, in the order of their names, in which a slot falls due at one instant (ms)."""

    due_ms: int
    zones: tuple[str, ...]


@lru_cache(maxsize=64)
def waves(
    wall: datetime, zones: frozenset[str], *, begins_ms: int, past: Past
) -> tuple[tuple[Wave, ...], tuple[str, ...]]:
    """Return the waves of a slot in order, and the zones that it leaves out.

    `wall` is naive; `begins_ms` is when the run begins: a zone may be due at it or later. It is
    asked again and again while a run waits, mostly of the same zones.
    """
    due: dict[int, list[str]] = {}
    left_out = []
    for zone in sorted(zones):
        at_ms = resolve_local(wall.date(), wall.time(), zone)
        if at_ms < begins_ms and past == "next_day":
            at_ms = next_day_ms(wall, zone, begins_ms)
        if at_ms < begins_ms:
            left_out.append(zone)
        else:
            due.setdefault(at_ms, []).append(zone)
    found = tuple(Wave(due_ms=at_ms, zones=tuple(names)) for at_ms, names in sorted(due.items()))
    return found, tuple(left_out)


def next_day_ms(wall: datetime, zone: str, begins_ms: int) -> int:
    """Return the first instant at or after `begins_ms` at which a later day's wall shows it."""
    at_ms = resolve_local(wall.date(), wall.time(), zone)
    while at_ms < begins_ms:
        wall += timedelta(days=1)
        at_ms = resolve_local(wall.date(), wall.time(), zone)
    return at_ms


def closes_ms(wall: datetime, *, first_ms: int, begins_ms: int, past: Past) -> int:
    """Return until when a zone may turn up in which a run that begins then is still to come.

    `first_ms` is when the first wall shows the slot.
    """
    last_ms = resolve_local(wall.date(), wall.time(), LAST_ZONE)
    if past == "next_day" and begins_ms > first_ms:
        return max(last_ms, begins_ms + DAY_MS)
    return last_ms


def quarter_after(now_ms: int, first_ms: int) -> int:
    """Return the next instant at which some zone's wall may show a slot; the first is given."""
    return now_ms + QUARTER_MS - (now_ms - first_ms) % QUARTER_MS
