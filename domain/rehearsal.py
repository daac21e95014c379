"""When a draft is rehearsed: its schedule, moved into the stretch of the past that is played."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from msgspec import structs

from domain.campaign import Campaign, When, plain
from domain.frequency import GlobalLimits
from domain.lasting import events_each
from domain.periods import HOUR_MS
from domain.personal import FIRST_ZONE, Personal, first_ms, late_ms_max
from domain.schedule import NOW
from domain.slots import LATE_MS_MAX
from domain.spans import Span
from domain.zones import local_wall

DAY = timedelta(days=1)
GROUPS_MAX = 20_000
"""More moments are not played one by one: those of a grain come together."""
GRAINS_MS = (1, 1_000, 10_000, 60_000, 600_000, 3_600_000)


def rehearsed(campaign: Campaign, *, from_ms: int, until_ms: int, account_zone: str) -> Campaign:
    """Return the campaign as it is played: a live one listens all the time, a schedule has begun.

    A campaign that runs once runs at the end, at its time of day; one that repeats begins with the
    stretch and ends with it. Of several dates those are played that fall into it, moved back by
    whole weeks, or by days where the stretch is shorter.
    """
    when, zone = campaign.when, campaign.when.zone or account_zone
    if campaign.kind == "live":
        return structs.replace(campaign, when=structs.replace(when, start=NOW, end=None))
    first, last = local_wall(from_ms, zone), local_wall(until_ms, zone)
    if when.dates:
        moved = _moved(when.dates, first, last)
        return structs.replace(campaign, when=_replaced(when, dates=moved))
    if when.repeat is not None:
        start = _at_time_of(when, first)
        if start < first:
            start += DAY
        # A run that each user has at another wall falls due as soon as the first one shows it.
        end = last if when.personal is None else local_wall(until_ms, FIRST_ZONE)
        moved_when = _replaced(when, start=_minute(start), end=_minute(end))
        return structs.replace(campaign, when=moved_when)
    start = _at_time_of(when, last)
    if start > last:
        start -= DAY
    if when.personal is not None:
        start = _over_in_time(start, when.personal, from_ms, until_ms)
    return structs.replace(campaign, when=_replaced(when, start=_minute(start), end=None))


def _over_in_time(start: datetime, how: Personal, from_ms: int, until_ms: int) -> datetime:
    """Return the latest day on which everybody's time is over by the end, if there is one."""
    lasts_ms = late_ms_max(how) - LATE_MS_MAX
    found = start
    while first_ms(found) + lasts_ms > until_ms:
        found -= DAY
        if first_ms(found) < from_ms:
            return start
    return found


def _replaced(when: When, **changes: Any) -> When:
    return structs.replace(when, **changes)


def _at_time_of(when: When, day: datetime) -> datetime:
    if when.start == NOW:
        return day.replace(second=0, microsecond=0)
    wall = datetime.fromisoformat(when.start)
    return day.replace(hour=wall.hour, minute=wall.minute, second=0, microsecond=0)


def _moved(dates: tuple[str, ...], first: datetime, last: datetime) -> tuple[str, ...]:
    """Return the dates, moved back by as few weeks as brings the last of them into the stretch."""
    walls = [datetime.fromisoformat(each) for each in dates]
    end = last.replace(tzinfo=None)
    weeks = max(0, -((end - max(walls)) // timedelta(weeks=1)))
    moved = [wall - timedelta(weeks=weeks) for wall in walls]
    begin = first.replace(tzinfo=None)
    if max(moved) < begin:
        days = -((end - max(walls)) // DAY)
        moved = [wall - timedelta(days=days) for wall in walls]
    return tuple(_minute(wall) for wall in moved if begin <= wall <= end)


def _minute(wall: datetime) -> str:
    return f"{wall:%Y-%m-%dT%H:%M}"


def texts(value: object) -> Iterator[str]:
    """Yield every text in a definition: the names of events are among them."""
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from texts(inner)
        case list() | tuple():
            for inner in value:
                yield from texts(inner)
        case _:
            return


def event_names(campaign: Campaign) -> frozenset[str]:
    """Return the texts that may be names of events on which the campaign depends."""
    asked = plain(campaign)
    parts = ("trigger", "who", "when", "goal")
    return frozenset(texts([asked.get(part) for part in parts]))


def trigger_names(campaign: Campaign) -> frozenset[str]:
    """Return the texts that may be names of the events that a live campaign waits for."""
    return frozenset(texts(plain(campaign).get("trigger")))


def hour_max(campaign: Campaign, house: GlobalLimits, *, messages_per_second: int) -> int:
    """Return how many messages of a campaign may go in an hour, by the pace and the throttles."""
    own = campaign.delivery.messages_per_5_minutes
    shared = shared_max(campaign, house, messages_per_second=messages_per_second)
    paced = messages_per_second * 3_600 // events_each(campaign)
    return min(shared, paced, 12 * own) if own else min(shared, paced)


def shared_max(campaign: Campaign, house: GlobalLimits, *, messages_per_second: int) -> int:
    """Return how many messages of it and of all other campaigns may go in an hour."""
    throttle = 0 if campaign.limits.ignore_global else house.messages_per_5_minutes
    pace = messages_per_second * 3_600
    return min(pace, 12 * throttle) if throttle else pace


def fullest(by_hour: Iterable[Span], others: Iterable[tuple[int, int]]) -> tuple[Span, int] | None:
    """Return the hour with the most messages of all campaigns, and how many are the others'.

    `by_hour` are a campaign's own; `others` (moment, count) pairs. None: no hour has both.
    """
    mine = [span for span in by_hour if span.n]
    starts = [span.from_ms for span in mine]
    theirs: Counter[int] = Counter()
    for at_ms, n in others:
        place = bisect_right(starts, at_ms) - 1
        if place >= 0 and at_ms < starts[place] + HOUR_MS:
            theirs[place] += n
    both = [(mine[place], n) for place, n in theirs.items()]
    return max(both, key=lambda each: each[0].n + each[1], default=None)


def grain_ms(moments: int, *, stretch_ms: int) -> int:
    """Return how many milliseconds of the past are played at once, so that it takes minutes."""
    if moments <= GROUPS_MAX:
        return GRAINS_MS[0]
    fits = [grain for grain in GRAINS_MS[1:] if stretch_ms // grain <= GROUPS_MAX]
    return min(fits, default=GRAINS_MS[-1])
