"""When a campaign starts and ends, and what its one run is called."""

from datetime import datetime

from domain import zones
from domain.campaign import When

LATE_MS_MAX = 2 * 3_600_000
"""A run whose time passed while the daemon was down still happens within this (BEHAVIOUR, 6)."""

NOW = "now"


def moment(local: str, zone: str) -> int:
    """Return the epoch milliseconds of a local wall time such as `2026-03-29T09:00`.

    In a gap: the first valid instant after it; in a fold: the first of the two. Raises ValueError
    for what is no date and time, and for one with an offset, which would contradict the zone.
    """
    wall = _wall(local)
    return zones.resolve_local(wall.date(), wall.time(), zone)


def starts_ms(when: When, *, published_ms: int, account_zone: str) -> int:
    """Return when the campaign starts; `now` is the moment of publishing."""
    if when.start == NOW:
        return published_ms
    return moment(when.start, when.zone or account_zone)


def ends_ms(when: When, *, account_zone: str) -> int | None:
    """Return when a live campaign ends, or None: never by itself."""
    return None if when.end is None else moment(when.end, when.zone or account_zone)


def slot(when: When, *, published_ms: int, account_zone: str) -> str:
    """Name the run by its local slot: `2026-03-29T09:00[Europe/Kyiv]`."""
    zone = when.zone or account_zone
    wall = zones.local_wall(published_ms, zone) if when.start == NOW else _wall(when.start)
    return f"{wall:%Y-%m-%dT%H:%M}[{zone}]"


def _wall(local: str) -> datetime:
    wall = datetime.fromisoformat(local)
    if wall.tzinfo is not None:
        raise ValueError(f"{local!r} is no local time: it has an offset, and the zone has another")
    return wall
