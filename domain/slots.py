"""Slots: the local wall times at which a campaign's runs fall due, as instants.

A slot is what a run is called, for ever: `2026-03-29T09:00[Europe/Kyiv]`. A slot that the spring
change leaves out falls due at the first instant after the gap; one that the autumn change repeats
falls due once, the first time (BEHAVIOUR, 6).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import takewhile

from msgspec import Struct, structs

from domain import recurrence
from domain.recurrence import Repeat
from domain.zones import local_wall, resolve_local

LATE_MS_MAX = 2 * 3_600_000
"""A run whose time passed while the daemon was down still happens within this (BEHAVIOUR, 6)."""
SHOWN = 5
"""So many of the next runs are shown before publishing."""


class Slot(Struct, frozen=True, order=True):
    """One run: the instant at which it falls due (epoch ms), and its name for ever."""

    due_ms: int
    name: str


def named(wall: datetime, zone: str) -> Slot:
    """Return the slot of a naive local wall time."""
    due_ms = resolve_local(wall.date(), wall.time(), zone)
    return Slot(due_ms=due_ms, name=f"{wall:%Y-%m-%dT%H:%M}[{zone}]")


def recurring(
    repeat: Repeat, start: datetime, end: datetime | None, zone: str, *, after_ms: int | None = None
) -> Iterator[Slot]:
    """Yield every slot of a recurring campaign, from its start to its end (included), in order.

    `start` and `end` are naive wall times of the zone; each run is at the start's time of day.
    `after_ms`: only those that fall due later than this instant, without a look at the others.
    """
    since = None
    if after_ms is not None:  # a slot in a gap is due on the day after its own at the latest
        since = (local_wall(after_ms, zone) - timedelta(days=2)).date()
    each = recurrence.days(repeat, start.date(), since=since)
    walls = (datetime.combine(day, start.time()) for day in each)
    for wall in takewhile(lambda wall: end is None or wall <= end, walls):
        slot = named(wall, zone)
        if after_ms is None or slot.due_ms > after_ms:
            yield slot


def dated(walls: Iterable[datetime], zone: str) -> Iterator[Slot]:
    """Yield the slots of several dates, in order, each once and later than the one before.

    Two walls of one gap are the same instant, and yet two runs: the later one follows the other,
    as a run that falls due while another is sent does. A millisecond keeps them in order.
    """
    last_ms: int | None = None
    for wall in sorted(set(walls)):
        slot = named(wall, zone)
        if last_ms is not None and slot.due_ms <= last_ms:
            slot = structs.replace(slot, due_ms=last_ms + 1)
        yield slot
        last_ms = slot.due_ms


def cutoff_ms(slot_wall: datetime, cutoff: time, zone: str) -> int:
    """Return the first instant after the slot at which the wall shows the cut-off, or later.

    A cut-off at or before the slot's time of day is the next day's.
    """
    day = slot_wall.date()
    if cutoff <= slot_wall.time():
        day += timedelta(days=1)
    return resolve_local(day, cutoff, zone)


def is_missed(due_ms: int, now_ms: int, cut_off_ms: int | None) -> bool:
    """Tell whether it is too late to begin a run: over two hours late, or at its cut-off."""
    return now_ms - due_ms > LATE_MS_MAX or (cut_off_ms is not None and now_ms >= cut_off_ms)
