"""Time zones: understand their names, and turn local walls into instants and back.

An instant is epoch milliseconds; a wall is what a clock on a local wall shows. A zone is the name
that `normalise` returned: an IANA name, or `UTC+05:30` where only an offset was known.
"""

import re
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache

from domain.zone_names import ABBREVIATIONS, WINDOWS

ZONE_NAME_CHARS_MAX = 64
OFFSET_MINUTES_MAX = 14 * 60
"""Kiribati, the farthest east; nobody lives more than 12 hours west."""

CHANGES_FROM_MS = 946_684_800_000
"""2000-01-01T00:00:00Z: what a clock showed before does not matter to a campaign."""
CHANGES_UNTIL_MS = 2_524_608_000_000
"""2050-01-01T00:00:00Z."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_WALLS_FROM = datetime(1, 1, 2, tzinfo=UTC)
_WALLS_UNTIL = datetime(9999, 12, 30, 23, 59, 59, 999_000, tzinfo=UTC)
"""A day within the calendar's ends, so that every zone has a wall there."""
WALLS_FROM_MS = (_WALLS_FROM - _EPOCH) // _MILLISECOND
WALLS_UNTIL_MS = (_WALLS_UNTIL - _EPOCH) // _MILLISECOND
_FIXED = re.compile(r"(?:GMT|UTC)?\s*([+\-\N{MINUS SIGN}])\s*(\d{1,2})(?::?(\d{2}))?", re.ASCII)
_SHOWN = re.compile(r"\(\s*((?:GMT|UTC)[^()]*)\)\s*(.*)", re.ASCII | re.IGNORECASE)
"""As lists of zones show them to people: `(GMT+05:30) Asia/Kolkata`."""
_PRINTED = re.compile(r"((?:GMT|UTC)[^()]*)\(([^()]*)\)", re.ASCII | re.IGNORECASE)
"""As JavaScript prints a date: `GMT+0530 (India Standard Time)`."""
_NOT_PLACES = frozenset({"Factory", "localtime", "posixrules"})


def normalise(text: str) -> str | None:
    """Return the zone that a text means, or None: then the caller takes the account's zone.

    Reads IANA names in any case, also deprecated ones (`US/Pacific`), offsets (`GMT+5:30`,
    `UTC-03:00`, `+0200`), common abbreviations, Windows names, and `(GMT+05:30) NAME` as well as
    `GMT+0530 (NAME)`, where a name that is known says more than the offset. An abbreviation means
    its region with its clock changes: users whose device says `EST` are in New York in summer too.
    `Etc/GMT+5` is IANA's own name for UTC-05:00.
    """
    text = text.strip()
    if not text or len(text) > ZONE_NAME_CHARS_MAX:
        return None
    if shown := _SHOWN.fullmatch(text) or _PRINTED.fullmatch(text):
        offset, name = shown.groups()
        return _named(name.strip()) or _named(offset.strip())
    return _named(text)


def _named(text: str) -> str | None:
    if fixed := _FIXED.fullmatch(text.upper()):
        return _fixed_name(*fixed.groups())
    folded = text.casefold()
    return ABBREVIATIONS.get(text.upper()) or _windows().get(folded) or _iana().get(folded)


def find(zone: str) -> tzinfo:
    """Return the rules of a zone that `normalise` returned.

    Raises ValueError for any other text: an unknown zone must never quietly mean another one.
    """
    rules = _rules(zone)
    if rules is None:
        raise ValueError(f"not a normalised time zone: {zone!r}")
    return rules


def is_known(zone: str) -> bool:
    """Whether it is a zone that `normalise` returned, and that we still have the rules of."""
    return _rules(zone) is not None


def local_wall(now_ms: int, zone: str) -> datetime:
    """Return the wall at an instant, with its offset (and `fold` in the hour that comes twice).

    A sender may give an event, or a date in it, any time at all: what no calendar has is shown as
    the calendar's first day, or its last.
    """
    at_ms = min(max(now_ms, WALLS_FROM_MS), WALLS_UNTIL_MS)
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(find(zone))


def day_key(now_ms: int, zone: str) -> str:
    """Return the local day of an instant, e.g. `2026-03-29`; caps per day are counted by it."""
    return local_wall(now_ms, zone).date().isoformat()


def resolve_local(day: date, at: time, zone: str) -> int:
    """Return the first instant at which the wall shows this time of this day, or later.

    So a time that the spring change leaves out is the first instant after the gap, and one that
    the autumn change repeats is its first occurrence.
    """
    rules = find(zone)
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    before = _to_ms(wall.replace(tzinfo=rules))
    after = _to_ms(wall.replace(tzinfo=rules, fold=1))
    if before <= after:  # an ordinary time (equal), or a repeated one
        return before
    change = next_change(after, before, zone)
    assert change is not None, "fold exchanges the offsets of a time in a gap"
    return change


def next_change(after_ms: int, until_ms: int, zone: str) -> int | None:
    """Return the first instant in (after, until] with another offset than at `after`, or None.

    Looks every 12 hours; no zone changes its clock and back in less.
    """
    rules = find(zone)
    if not isinstance(rules, zoneinfo.ZoneInfo):
        return None
    offset = _offset(after_ms, rules)
    low = after_ms
    while low < until_ms:
        high = min(low + 12 * 3_600_000, until_ms)
        if _offset(high, rules) != offset:
            while high - low > 1:
                middle = (low + high) // 2
                if _offset(middle, rules) == offset:
                    low = middle
                else:
                    high = middle
            return high
        low = high
    return None


def offset_ms(at_ms: int, zone: str) -> int:
    """Return what the zone's wall is ahead of UTC at an instant, in milliseconds.

    Before 2000 and from 2050 on it is what it was, or will be, at these ends: so that a table of
    every change (`offsets`) is short and agrees.
    """
    at_ms = min(max(at_ms, CHANGES_FROM_MS), CHANGES_UNTIL_MS)
    offset = local_wall(at_ms, zone).utcoffset()
    assert offset is not None, "a wall of a zone has an offset"
    return offset // _MILLISECOND


@lru_cache(maxsize=1_024)
def offsets(zone: str) -> tuple[tuple[int, int], ...]:
    """Return `(from_ms, offset_ms)` of every offset from 2000 to 2050, in their order."""
    found = [(CHANGES_FROM_MS, offset_ms(CHANGES_FROM_MS, zone))]
    while (change := next_change(found[-1][0], CHANGES_UNTIL_MS, zone)) is not None:
        found.append((change, offset_ms(change, zone)))
    return tuple(found)


def _offset(at_ms: int, rules: tzinfo) -> timedelta | None:
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(rules).utcoffset()


def _to_ms(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _EPOCH) // _MILLISECOND


def _fixed_name(sign: str, hours: str, minutes: str | None) -> str | None:
    total = int(hours) * 60 + int(minutes or 0)
    if total > OFFSET_MINUTES_MAX or int(minutes or 0) > 59:
        return None
    if total == 0:
        return "UTC"
    return f"UTC{'+' if sign == '+' else '-'}{total // 60:02}:{total % 60:02}"


@lru_cache(maxsize=1_024)
def _rules(zone: str) -> tzinfo | None:
    if (fixed := _FIXED.fullmatch(zone)) and _fixed_name(*fixed.groups()) == zone:
        sign, hours, minutes = fixed.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(offset if sign == "+" else -offset, zone)
    if _iana().get(zone.casefold()) == zone:
        return zoneinfo.ZoneInfo(zone)
    return None


@lru_cache(maxsize=1)
def _iana() -> dict[str, str]:
    """Return every name of the installed time zone data by its lower case."""
    return {name.casefold(): name for name in zoneinfo.available_timezones() - _NOT_PLACES}


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    return {name.casefold(): zone for name, zone in WINDOWS.items()}
