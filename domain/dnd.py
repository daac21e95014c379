"""Do not disturb: a weekly table of local windows, and when the user may be messaged again.

The law, which `ends_after` keeps on every night of every zone: a moment is inside if and only if
the wall in the user's zone shows a time inside a window. A window is half-open, [start, end), and
may cross midnight; the clock changes of a zone are followed, not computed with.
"""

import re
from functools import lru_cache

import msgspec

from domain.zones import local_wall, next_change

WINDOWS_MAX = 50
DAYS = (1, 2, 3, 4, 5, 6, 7)
"""Monday is 1, as ISO 8601 counts."""

_MINUTE_MS = 60_000
_DAY_MINUTES = 24 * 60
_WEEK_MINUTES = 7 * _DAY_MINUTES
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
MIDNIGHT = "24:00"
"""How a window may end with its day: `00:00` to `24:00` is a day."""


class Window(msgspec.Struct, frozen=True):
    """One window, from `start` to just before `end`, local wall times `HH:MM`.

    `days` are the days on which it starts. An end before the start is on the next day; `24:00` is
    the end of the day on which it starts.
    """

    start: str
    end: str
    days: tuple[int, ...] = DAYS


def problems(windows: tuple[Window, ...]) -> tuple[str, ...]:
    """Return everything that is wrong with a table, as sentences; empty if it may be used."""
    found: list[str] = []
    if len(windows) > WINDOWS_MAX:
        found.append(
            f"do not disturb has {len(windows)} windows; at most {WINDOWS_MAX} are possible"
        )
    for number, window in enumerate(windows, start=1):
        where = f"do not disturb, window {number}"
        found += [
            f"{where}: {name} is {text!r}; write a time as HH:MM, 00:00 to 23:59"
            for name, text in (("start", window.start), ("end", window.end))
            if not _TIME.fullmatch(text) and (name, text) != ("end", MIDNIGHT)
        ]
        if window.start == window.end:
            found.append(
                f"{where}: start and end are both {window.start}; that would be all day or never, "
                "so say which: choose two different times, or leave the window out"
            )
        if not window.days or not set(window.days) <= set(DAYS):
            found.append(f"{where}: days are numbers from 1 (Monday) to 7 (Sunday), at least one")
    if not found and _quiet(windows) == ((0, _WEEK_MINUTES),):
        found.append("do not disturb covers the whole week, so nothing could ever be sent")
    return tuple(found)


def ends_after(windows: Window | tuple[Window, ...], now_ms: int, zone: str) -> int | None:
    """Return the first instant after now at which messages are allowed again (epoch ms).

    None if now is not inside do-not-disturb. `zone` is the user's, or the account's where the
    user's is unknown; anything but a normalised zone raises ValueError, and so does a table that
    `problems` refuses.
    """
    table = windows if isinstance(windows, tuple) else (windows,)
    if found := _refused(table):
        raise ValueError("; ".join(found))
    at_ms = now_ms
    # Each turn goes on to a stretch's end (Sunday's midnight ends one too) or to a change of the
    # clock, whichever comes first. It gets out because some minute of the week is free.
    while (left_ms := _left_ms(table, at_ms, zone)) is not None:
        end_ms = at_ms + left_ms
        change_ms = next_change(at_ms, end_ms, zone)
        at_ms = end_ms if change_ms is None else change_ms
    return None if at_ms == now_ms else at_ms


def _left_ms(table: tuple[Window, ...], at_ms: int, zone: str) -> int | None:
    """Return how long the wall must run to leave its stretch; None if it is outside."""
    wall = local_wall(at_ms, zone)
    minute = wall.weekday() * _DAY_MINUTES + wall.hour * 60 + wall.minute
    for start, end in _quiet(table):
        if start <= minute < end:
            into_minute_ms = wall.second * 1_000 + wall.microsecond // 1_000
            return (end - minute) * _MINUTE_MS - into_minute_ms
    return None


@lru_cache(maxsize=1_024)
def _refused(table: tuple[Window, ...]) -> tuple[str, ...]:
    return problems(table)


@lru_cache(maxsize=1_024)
def _quiet(table: tuple[Window, ...]) -> tuple[tuple[int, int], ...]:
    """Return the table as disjoint stretches [start, end) of minutes of the week, in order."""
    stretches: list[tuple[int, int]] = []
    for window in table:
        start, end = _minutes(window.start), _minutes(window.end)
        length = end - start if end > start else end - start + _DAY_MINUTES
        for day in set(window.days):
            first = (day - 1) * _DAY_MINUTES + start
            last = first + length
            stretches.append((first, min(last, _WEEK_MINUTES)))
            if last > _WEEK_MINUTES:
                stretches.append((0, last - _WEEK_MINUTES))
    merged: list[tuple[int, int]] = []
    for first, last in sorted(stretches):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])
