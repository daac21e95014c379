"""Moments that the engine wrote by the account's wall, for readers who live elsewhere.

A trail comes in sentences; a moment in them is `2026-03-20 10:46:40 CET` or, to the minute,
`2026-03-20 10:46 (Europe/Oslo)`. What names another place, `... in America/New_York`, is told by
that place's wall on purpose, and stays so.
"""

import re
from datetime import UTC, datetime

from domain.zones import find

_WRITTEN = re.compile(
    r"\b(?P<wall>\d{4}-\d\d-\d\d \d\d:\d\d)(?P<second>:\d\d)?"
    r" (?:\((?P<zone>[\w/+-]+)\)|(?P<short>[A-Z]{2,5}|[+-]\d\d(?:\d\d)?)(?![\w/]))"
)
_MINUTE, _SECOND = "{date_short_pretty} at {time}", "{date_short_pretty} at {time_secs}"


def readable(text: str, zone: str) -> str:
    """Return escaped text in which each reader sees the moments of this zone in their own."""
    return _WRITTEN.sub(lambda found: _told(found, zone), text)


def date(at_ms: int, fallback: str, shown: str = _MINUTE) -> str:
    """Return a moment that each reader sees in their own zone; `fallback` is escaped."""
    return f"<!date^{at_ms // 1_000}^{shown}|{fallback}>"


def _told(found: re.Match[str], zone: str) -> str:
    second = found["second"]
    wall = datetime.fromisoformat(found["wall"] + (second or ":00"))
    at_ms = (
        _named(wall, found["zone"], zone) if found["zone"] else _short(wall, found["short"], zone)
    )
    if at_ms is None:
        return found[0]
    return date(at_ms, found[0], _SECOND if second else _MINUTE)


def _named(wall: datetime, named: str, zone: str) -> int | None:
    return _ms(wall.replace(tzinfo=find(zone))) if named == zone else None


def _short(wall: datetime, short: str, zone: str) -> int | None:
    """Return which instant it is: an hour that autumn repeats is told apart by the short name."""
    if short == "UTC":
        return _ms(wall.replace(tzinfo=UTC))
    for fold in (0, 1):
        there = wall.replace(tzinfo=find(zone), fold=fold)
        if there.tzname() == short:
            return _ms(there)
    return None


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1_000)
