"""Counts over time, laid out for the eye: hours of a few days, else local days."""

from collections.abc import Iterable
from datetime import timedelta

from msgspec import Struct

from domain.periods import DAY_MS, HOUR_MS, day_starts_ms
from domain.zones import local_wall

HOURS_SPAN_MS_MAX = 3 * DAY_MS
"""What happened within this long is shown by the hour, what took longer by the day."""
SPANS_MAX = 2_400
"""More are not shown: the earliest are added up in the first."""


class Span(Struct, frozen=True):
    """How many from `from_ms` until the next span; `days`: it is a local day, else an hour."""

    from_ms: int
    n: int
    days: bool = False


def spans(counts: Iterable[tuple[int, int]], zone: str) -> tuple[Span, ...]:
    """Add up (moment, count) pairs by the hour or by the local day, with the empty ones between."""
    given = sorted(counts)
    days = bool(given) and given[-1][0] - given[0][0] >= HOURS_SPAN_MS_MAX
    return _spans(given, zone, days=days)


def by_hours(counts: Iterable[tuple[int, int]], zone: str) -> tuple[Span, ...]:
    """Add up (moment, count) pairs by the hour, as far back as is shown."""
    return _spans(sorted(counts), zone, days=False)


def by_days(counts: Iterable[tuple[int, int]], zone: str) -> tuple[Span, ...]:
    """Add up (moment, count) pairs by the local day."""
    return _spans(sorted(counts), zone, days=True)


def _spans(given: list[tuple[int, int]], zone: str, *, days: bool) -> tuple[Span, ...]:
    if not given:
        return ()
    sums: dict[int, int] = {}
    for at_ms, n in given:
        start = _day(at_ms, zone) if days else _hour(at_ms, zone)
        sums[start] = sums.get(start, 0) + n
    at, last = min(sums), max(sums)
    while at < last:
        at = _next(at, zone, days=days)
        sums.setdefault(at, 0)
    every = [Span(start, sums[start], days) for start in sorted(sums)]
    cut = max(len(every) - SPANS_MAX, 0)
    if cut:
        early = sum(one.n for one in every[: cut + 1])
        every = [Span(every[cut].from_ms, early, days), *every[cut + 1 :]]
    return tuple(every)


def _day(at_ms: int, zone: str) -> int:
    return day_starts_ms(local_wall(at_ms, zone).date(), zone)


def _hour(at_ms: int, zone: str) -> int:
    """Return when the hour of the wall began; where clocks change, hours go on by themselves."""
    wall = local_wall(at_ms, zone)
    return at_ms - (wall.minute * 60 + wall.second) * 1_000 - at_ms % 1_000


def _next(start_ms: int, zone: str, *, days: bool) -> int:
    if not days:
        return start_ms + HOUR_MS
    return day_starts_ms(local_wall(start_ms, zone).date() + timedelta(days=1), zone)
