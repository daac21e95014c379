"""Who must be reminded two hours before a departure, by brute force over the table and the news.

It walks every minute of a zone's clock, looks at all news of a trip for each of them, and imports
nothing of the product.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.flights.table import AIRPORTS_ZONE, News

BEFORE = timedelta(hours=2)
LATE_MAX = timedelta(hours=2)
"""A reminder that comes later than this comes not at all, and news that old reminds of nothing."""
_MINUTE = timedelta(minutes=1)


class Reminder(NamedTuple):
    """A message that a passenger must get, and when."""

    passenger: str
    flight: int
    at: datetime


class Walls:
    """When a zone's wall shows a time: at the first minute that shows it or a later one."""

    def __init__(self, zone: str, since: datetime, until: datetime) -> None:
        self._first: dict[datetime, datetime] = {}
        self._odd: set[datetime] = set()
        rules = ZoneInfo(zone)
        at, latest = since, (since.astimezone(rules) - _MINUTE).replace(tzinfo=None)
        while at < until:
            wall = at.astimezone(rules).replace(tzinfo=None)
            if wall in self._first:
                self._odd.add(wall)  # it comes twice
            while latest < wall:
                latest += _MINUTE
                self._first[latest] = at
                if latest != wall:
                    self._odd.add(latest)  # it never comes
            at += _MINUTE

    def first(self, wall: datetime) -> datetime:
        return self._first[wall]

    def odd(self, wall: datetime) -> bool:
        """Whether the wall shows the time twice or never."""
        return wall in self._odd


class Judged(NamedTuple):
    """All reminders, how many came too late, and how many walls a clock change touched."""

    reminders: list[Reminder]
    too_late: int
    odd: int


def judge(told: Iterable[News], zones: Mapping[str, str]) -> Judged:
    """Judge from what was told, in the order of arrival."""
    told = list(told)
    walls = _walls(told, zones)
    trips: dict[tuple[str, int], list[News]] = defaultdict(list)
    known = set()
    for one in told:
        if one.source not in known:
            known.add(one.source)
            trips[one.passenger, one.flight.number].append(one)
    reminders, too_late = [], 0
    for (passenger, number), of_trip in trips.items():
        for due, at in _of_trip(of_trip, walls[zones[passenger]]):
            if at - due > LATE_MAX:
                too_late += 1
            else:
                reminders.append(Reminder(passenger, number, at))
    odd = sum(
        one.told == "wall"
        and one.delay_minutes is not None
        and walls[zones[one.passenger]].odd(_wall(one))
        for one in told
    )
    return Judged(sorted(reminders), too_late, odd)


def _of_trip(of_trip: list[News], walls: Walls) -> Iterator[tuple[datetime, datetime]]:
    """Yield when each of a trip's reminders is due, and when it can be sent."""
    dated = [
        (n, one)
        for n, one in enumerate(of_trip)
        if one.delay_minutes is not None and one.arrives - one.time <= LATE_MAX
    ]
    for n, one in dated:
        if one.told == "wall":
            leaves = walls.first(_wall(one))
        else:
            assert one.delay_minutes is not None, "only cancellations have none"
            leaves = one.flight.leaves + timedelta(minutes=one.delay_minutes)
        due = leaves - BEFORE
        at = max(due, one.arrives)
        later = any((other.time, m) > (one.time, n) for m, other in dated if other.arrives <= at)
        cancelled = any(
            other.delay_minutes is None and other.arrives <= at and other.time >= one.time
            for other in of_trip
        )
        if not later and not cancelled:
            yield due, at


def _wall(one: News) -> datetime:
    assert one.delay_minutes is not None, "only cancellations have none"
    return one.flight.wall + timedelta(minutes=one.delay_minutes)


def _walls(told: list[News], zones: Mapping[str, str]) -> dict[str, Walls]:
    leaves = [one.flight.leaves for one in told]
    since, until = min(leaves) - timedelta(days=1), max(leaves) + timedelta(days=3)
    return {
        zone: Walls(zone or AIRPORTS_ZONE, since, until)
        for zone in {zones[one.passenger] for one in told}
    }
