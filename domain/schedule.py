"""When a campaign starts and ends, and which runs it has."""

from collections.abc import Iterator
from datetime import datetime, time
from itertools import islice

from msgspec import structs

from domain import personal, slots, zones
from domain.campaign import Campaign, When
from domain.slots import LATE_MS_MAX, SHOWN, Slot

__all__ = ["LATE_MS_MAX", "NOW", "Slot", "ends_ms", "following", "moment", "runs", "starts_ms"]

NOW = "now"


def moment(local: str, zone: str) -> int:
    """Return the epoch milliseconds of a local wall time such as `2026-03-29T09:00`.

    In a gap: the first valid instant after it; in a fold: the first of the two. Raises ValueError
    for what is no date and time, and for one with an offset, which would contradict the zone.
    """
    wall = _wall(local)
    return zones.resolve_local(wall.date(), wall.time(), zone)


def starts_ms(when: When, *, published_ms: int, account_zone: str) -> int:
    """Return when a live campaign starts; `now` is the moment of publishing."""
    if when.start == NOW:
        return published_ms
    return moment(when.start, when.zone or account_zone)


def ends_ms(when: When, *, account_zone: str) -> int | None:
    """Return when a campaign ends, live or repeating, or None: never by itself."""
    return None if when.end is None else moment(when.end, when.zone or account_zone)


def is_now(when: When) -> bool:
    """Whether the one run of a past-behaviour campaign is as soon as it is published."""
    return when.start == NOW and not when.dates and when.repeat is None


def comes_again(when: When) -> bool:
    """Whether a past-behaviour campaign may have more than one run."""
    return when.repeat is not None or len(when.dates) > 1


def runs(
    when: When, *, published_ms: int, account_zone: str, after_ms: int | None = None
) -> Iterator[Slot]:
    """Yield the runs of a past-behaviour campaign, in order; there may be no end of them.

    What fell due before the campaign was published is no run: nothing is sent in arrears.
    `after_ms`: only those that fall due later than that.
    """
    zone = when.zone or account_zone
    since_ms = published_ms - 1 if after_ms is None else max(after_ms, published_ms - 1)
    if when.repeat is not None:
        end = None if when.end is None else _wall(when.end)
        found = slots.recurring(when.repeat, _wall(when.start), end, zone, after_ms=since_ms)
    elif when.dates:
        found = slots.dated(map(_wall, when.dates), zone)
    elif is_now(when):
        wall = zones.local_wall(published_ms, zone)
        found = iter([Slot(due_ms=published_ms, name=f"{wall:%Y-%m-%dT%H:%M}[{zone}]")])
    else:
        found = iter([slots.named(_wall(when.start), zone)])
    found = (slot for slot in found if slot.due_ms > since_ms)
    if when.personal is None:
        yield from found
    else:
        yield from (
            one for one in map(_personal, found) if after_ms is None or one.due_ms > after_ms
        )


def _personal(slot: Slot) -> Slot:
    """Return the run of a slot in which each user has a time of their own: it begins earlier."""
    wall = wall_of(slot.name)
    return Slot(personal.first_ms(wall), f"{wall:%Y-%m-%dT%H:%M}[{personal.NAME}]")


def wall_of(run: str) -> datetime:
    """Return the wall time that the name of a run begins with, without a zone."""
    return _wall(run.partition("[")[0])


def following(
    when: When, *, published_ms: int, account_zone: str, after_ms: int, count: int = SHOWN
) -> list[Slot]:
    """Return the next runs that fall due later than an instant; fewer if there are no more."""
    found = runs(when, published_ms=published_ms, account_zone=account_zone, after_ms=after_ms)
    return list(islice(found, count))


def if_published(campaign: Campaign, *, now_ms: int, account_zone: str) -> list[Slot]:
    """Return the next runs that a campaign would have, were it published now.

    None of a live campaign, nor the one that is as soon as it is published.
    """
    if campaign.kind == "live" or is_now(campaign.when):
        return []
    return list(islice(runs(campaign.when, published_ms=now_ms, account_zone=account_zone), SHOWN))


def passes_ms(when: When, *, account_zone: str) -> int | None:
    """Return when a past-behaviour campaign is over at the latest: no run falls due after it.

    None: it is never over, or its one run is `now`. What repeats is over at its end, on whatever
    day its last run is.
    """
    if when.repeat is not None:
        return ends_ms(when, account_zone=account_zone)
    if is_now(when):
        return None
    by_account = structs.replace(when, personal=None)
    *_, last = runs(by_account, published_ms=0, account_zone=account_zone)
    return last.due_ms


def cutoff_ms(when: When, run: str, *, account_zone: str) -> int | None:
    """Return when a run of this name is cut off: nothing of it begins later; None: never.

    Not of one in which users have times of their own: each has a cut-off too (`domain.personal`).
    """
    if when.cutoff is None or when.personal is not None:
        return None
    zone = when.zone or account_zone
    return slots.cutoff_ms(wall_of(run), time.fromisoformat(when.cutoff), zone)


def cut_off_after_ms(campaign: Campaign, *, now_ms: int, account_zone: str) -> int | None:
    """Return how long the next runs have until their cut-off, at the least; None: it has none.

    Nor where users have times of their own: the audience is spread over them.
    """
    when = campaign.when
    if when.cutoff is None or when.personal is not None:
        return None
    coming = islice(runs(when, published_ms=now_ms, account_zone=account_zone), SHOWN)
    ends = ((slot, cutoff_ms(when, slot.name, account_zone=account_zone)) for slot in coming)
    return min((at - slot.due_ms for slot, at in ends if at is not None), default=None)


def _wall(local: str) -> datetime:
    wall = datetime.fromisoformat(local)
    if wall.tzinfo is not None:
        raise ValueError(f"{local!r} is no local time: it has an offset, and the zone has another")
    return wall
