"""Every clock change of every zone from 2024 to 2030, found without the product's code."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE_MS = 60_000
_FIRST = datetime(2024, 1, 1, tzinfo=UTC)
_WEEKS = 366


class Change(NamedTuple):
    """One change: `at_ms` is the first instant of the new offset; offsets in minutes."""

    zone: str
    at_ms: int
    before: int
    after: int


def offset_minutes(moment: datetime, rules: ZoneInfo) -> int:
    offset = moment.astimezone(rules).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) // 60


def wall_minutes(at_ms: int, rules: ZoneInfo) -> int:
    """The wall at an instant, as minutes since 1970 on that wall."""
    moment = EPOCH + timedelta(milliseconds=at_ms)
    return at_ms // MINUTE_MS + offset_minutes(moment, rules)


@cache
def clock_changes() -> tuple[Change, ...]:
    """Each different change once: zones that change alike are one zone here."""
    found: dict[tuple[int, int, int], Change] = {}
    for change in every_change():
        found.setdefault(change[1:], change)
    return tuple(found.values())


@cache
def every_change() -> tuple[Change, ...]:
    """Every change of every zone, by each zone's own name."""
    found: list[Change] = []
    weeks = [_FIRST + timedelta(weeks=n) for n in range(_WEEKS)]
    for zone in sorted(available_timezones() - {"Factory", "localtime"}):
        rules = ZoneInfo(zone)
        offsets = [offset_minutes(week, rules) for week in weeks]
        for n in range(_WEEKS - 1):
            if offsets[n] != offsets[n + 1]:
                at_ms = _first_minute(weeks[n], weeks[n + 1], offsets[n], rules)
                found.append(Change(zone, at_ms, offsets[n], offsets[n + 1]))
    return tuple(found)


def _first_minute(low: datetime, high: datetime, before: int, rules: ZoneInfo) -> int:
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        if offset_minutes(middle, rules) == before:
            low = middle
        else:
            high = middle
    return (high - EPOCH) // timedelta(milliseconds=1)
