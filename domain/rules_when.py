"""The rules of when: times that can be read, in a zone that exists, that are still to come."""

import re
from collections.abc import Iterator
from datetime import datetime

from domain.campaign import Campaign, DoNotDisturb, When
from domain.place import member
from domain.problem import Problem
from domain.zones import find, local_wall, normalise, resolve_local

NOW = "now"
YEARS = range(2000, 3000)
"""Far enough from the ends of the calendar that every time in every zone is an instant."""

_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_HOW = "Write it as YYYY-MM-DDTHH:MM, such as 2026-03-29T09:00"


def read_local(text: str) -> datetime | None:
    """Read a wall time `YYYY-MM-DDTHH:MM` of the years 2000 to 2999; None if it is none."""
    if not _LOCAL.fullmatch(text):
        return None
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        return None
    return wall if wall.year in YEARS else None


def zone_of(when: When, zone: str) -> str:
    """Return the campaign's zone: its own, or else the account's."""
    return when.zone if when.zone is not None else zone


def when_problems(campaign: Campaign, *, now_ms: int, zone: str) -> Iterator[Problem]:
    """Yield what is wrong with the times of a campaign. `zone` is the account's."""
    when, live = campaign.when, campaign.kind == "live"
    name = zone_of(when, zone)
    start = read_local(when.start)
    if start is None and when.start != NOW:
        yield Problem("when.start", f'"{when.start}" is no local time.', f'{_HOW}, or "{NOW}".')
    end = read_local(when.end or "")
    if when.end is not None:
        yield from _end_problems(when.end, start, end, live=live)
    if not _is_zone(name):
        yield _unknown_zone(name)
    elif live and end:
        fix = "Choose a time to come, or leave it out."
        yield from _past_problems("when.end", end, name, now_ms, fix)
    elif not live and start:
        fix = f'Choose a time to come, or "{NOW}".'
        yield from _past_problems("when.start", start, name, now_ms, fix)


def _end_problems(
    text: str, start: datetime | None, end: datetime | None, *, live: bool
) -> Iterator[Problem]:
    if not live:
        what = "A past behaviour campaign runs once, so it has no end."
        yield Problem("when.end", what, "Remove it, or make the campaign live.")
    elif end is None:
        yield Problem("when.end", f'"{text}" is no local time.', f"{_HOW}, or leave it out.")
    elif start and end <= start:
        yield Problem("when.end", "The end is not after the start.", "Choose a later end.")


def _past_problems(
    where: str, wall: datetime, zone: str, now_ms: int, fix: str
) -> Iterator[Problem]:
    if resolve_local(wall.date(), wall.time(), zone) <= now_ms:
        here = local_wall(now_ms, zone)
        yield Problem(where, f"This time is past: it is {here:%Y-%m-%dT%H:%M} there now.", fix)


def when_notes(campaign: Campaign, *, zone: str) -> Iterator[Problem]:
    """Yield what is allowed but may surprise: a wall time that the clock change leaves out."""
    name = zone_of(campaign.when, zone)
    if not _is_zone(name):
        return
    for where, text in (("when.start", campaign.when.start), ("when.end", campaign.when.end)):
        wall = read_local(text or "")
        if wall is None:
            continue
        real = local_wall(resolve_local(wall.date(), wall.time(), name), name)
        if real.replace(tzinfo=None, fold=0) != wall:
            what = f"{text} does not exist in {name}: clocks are put forward then."
            fix = f"The first moment after it counts: {real:%Y-%m-%dT%H:%M}."
            yield Problem(where, what, fix)


def quiet_problems(quiet: DoNotDisturb, where: str) -> Iterator[Problem]:
    """Yield what is wrong with a do-not-disturb window."""
    bad = False
    for name, text in (("start", quiet.start), ("end", quiet.end)):
        if not is_time(text):
            bad = True
            fix = "Write it as HH:MM, 00:00 to 23:59."
            yield Problem(member(where, name), f'"{text}" is no time of day.', fix)
    if not bad and quiet.start == quiet.end:
        what = "All day every day is refused: nobody could ever be messaged."
        yield Problem(where, what, "Choose two different times.")


def is_time(text: str) -> bool:
    """Tell whether it is a time of day `HH:MM`."""
    return bool(_TIME.fullmatch(text))


def _is_zone(name: str) -> bool:
    try:
        find(name)
    except ValueError:
        return False
    return True


def _unknown_zone(name: str) -> Problem:
    meant = normalise(name)
    fix = f'Did you mean "{meant}"?' if meant else 'Write an IANA name, such as "Europe/Kyiv".'
    return Problem("when.zone", f'"{name}" is no time zone that we know.', fix)
