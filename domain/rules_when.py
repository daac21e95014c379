"""The rules of when: times that can be read, in a zone that exists, that are still to come."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from domain.campaign import Campaign, When
from domain.place import item
from domain.problem import Problem
from domain.rules_personal import personal_problems
from domain.rules_runs import run_problems
from domain.wall import HOW as _HOW
from domain.wall import NOW, is_time, read_local
from domain.zones import find, local_wall, normalise, resolve_local


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
        yield from _end_problems(when.end, start, end, may_end=live or when.repeat is not None)
    here = local_wall(now_ms, name if _is_zone(name) else "UTC").replace(tzinfo=None)
    yield from run_problems(when, live=live, start=start, end=end, here=here)
    yield from _cutoff_problems(when.cutoff, live=live)
    yield from personal_problems(campaign)
    if not _is_zone(name):
        yield _unknown_zone(name)
        return
    ends = end if live or when.repeat else None
    if ends:
        fix = "Choose a time to come, or leave it out."
        yield from _past_problems("when.end", ends, name, now_ms, fix)
    elif not live and not when.repeat and start:
        fix = f'Choose a time to come, or "{NOW}".'
        yield from _past_problems("when.start", start, name, now_ms, fix)
    for i, text in enumerate(when.dates):
        wall = read_local(text)
        if wall is not None and not live:
            fix = "Choose a time to come, or leave it out."
            yield from _past_problems(item("when.dates", i), wall, name, now_ms, fix)


def _end_problems(
    text: str, start: datetime | None, end: datetime | None, *, may_end: bool
) -> Iterator[Problem]:
    if not may_end:
        what = "A past behaviour campaign that does not repeat has no end."
        yield Problem("when.end", what, "Remove it, or add [when.repeat].")
    elif end is None:
        yield Problem("when.end", f'"{text}" is no local time.', f"{_HOW}, or leave it out.")
    elif start and end <= start:
        yield Problem("when.end", "The end is not after the start.", "Choose a later end.")


def _cutoff_problems(cutoff: str | None, *, live: bool) -> Iterator[Problem]:
    if cutoff is None:
        return
    if live:
        what = "A live campaign has no runs that a time of day could cut off."
        yield Problem("when.cutoff", what, "Remove it; end and delivery.expires_minutes bound it.")
    elif not is_time(cutoff):
        fix = "Write it as HH:MM, 00:00 to 23:59."
        yield Problem("when.cutoff", f'"{cutoff}" is no time of day.', fix)


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
    dates = ((item("when.dates", i), text) for i, text in enumerate(campaign.when.dates))
    ends = (("when.start", campaign.when.start), ("when.end", campaign.when.end))
    for where, text in (*ends, *dates):
        wall = read_local(text or "")
        if wall is None:
            continue
        real = local_wall(resolve_local(wall.date(), wall.time(), name), name)
        if real.replace(tzinfo=None, fold=0) != wall:
            what = f"{text} does not exist in {name}: clocks are put forward then."
            fix = f"The first moment after it counts: {real:%Y-%m-%dT%H:%M}."
            yield Problem(where, what, fix)
    if campaign.when.personal is None:
        yield from _same_moments(campaign.when.dates, name)


def _same_moments(dates: Sequence[str], zone: str) -> Iterator[Problem]:
    """Say which dates a gap makes one moment; each is a run nevertheless."""
    read = [(wall, i) for i, text in enumerate(dates) if (wall := read_local(text)) is not None]
    moments = [(resolve_local(wall.date(), wall.time(), zone), wall, i) for wall, i in sorted(read)]
    for (before_ms, before, _), (at_ms, wall, i) in pairwise(moments):
        if at_ms == before_ms and wall != before:
            what = f"{dates[i]} is the same moment as {before:%Y-%m-%dT%H:%M}."
            fix = "One run follows the other at once; leave one out if that is too much."
            yield Problem(item("when.dates", i), what, fix)


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
