"""A time of its own for each user: by the wall where the user is, or by the user's profile.

One run, as one slot: its day, and its time of day where that is the same for everybody. Users who
are due at one instant are a wave (BEHAVIOUR, 6).
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from domain import slots
from domain.best_time import BUCKET_HOURS, HISTORY_DAYS, best, histogram
from domain.books import SkipReason
from domain.facts import User
from domain.slots import LATE_MS_MAX
from domain.waves import next_day_ms
from domain.zones import resolve_local

HOUR_MS = 3_600_000
DAY_MINUTES = 24 * 60
FIRST_ZONE = "UTC+14:00"
"""The first wall to show a time, and the one by which a run falls due."""
WAVES_MS = 26 * HOUR_MS
"""So long after the first wall the last one, 12 hours west of UTC, shows the same time."""
NAME = "user"
"""What stands for the zone in the name of such a run: `2026-03-29T09:00[user]`."""


class UserZone(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True,
               tag_field="by", tag="user_zone"):  # fmt: skip
    """When the wall where the user is shows the run's time; the audience is asked for each wave.

    `past`: where that time had passed when the run could begin, nothing is sent (`drop`), or at
    that time on the next day. `unknown_zone`: who has no zone that we know counts in the account's
    zone, or gets nothing (`drop`).
    """

    past: Literal["drop", "next_day"] = "drop"
    unknown_zone: Literal["account", "drop"] = "account"


class UserProperty(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True,
                   tag_field="by", tag="user_property"):  # fmt: skip
    """On the run's day at the minute since the user's midnight that a property of the user gives.

    `otherwise`: the time of day `HH:MM` for who has none there (None: right after that day). The
    rest as in `UserZone`; the audience is asked when the day begins, and each user's filter again.
    """

    property: str
    otherwise: str | None = None
    past: Literal["drop", "next_day"] = "drop"
    unknown_zone: Literal["account", "drop"] = "account"


class BestTime(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True,
               tag_field="by", tag="best_time"):  # fmt: skip
    """On the run's day when the two hours begin in which the user did the event most often.

    Of the 180 days before; of equals the earlier. The rest as in `UserProperty`.
    """

    event: str
    otherwise: str | None = None
    past: Literal["drop", "next_day"] = "drop"
    unknown_zone: Literal["account", "drop"] = "account"


Personal: TypeAlias = UserZone | UserProperty | BestTime


def first_ms(wall: datetime) -> int:
    """Return when a run falls due: as soon as any wall may show its time."""
    return resolve_local(wall.date(), wall.time(), FIRST_ZONE)


def late_ms_max(personal: Personal | None) -> int:
    """Return how late a run may begin: while there may be users whose time is still to come."""
    match personal:
        case None:
            return LATE_MS_MAX
        case UserZone():
            return WAVES_MS + LATE_MS_MAX
        case UserProperty() | BestTime():
            return WAVES_MS + 24 * HOUR_MS + LATE_MS_MAX


def days_max(personal: Personal) -> int:
    """Return how many days of the account a run may have at most, from the first user to the last.

    So many are touched by as many hours.
    """
    span_ms = late_ms_max(personal) - LATE_MS_MAX
    if personal.past == "next_day":
        span_ms += 24 * HOUR_MS
    return span_ms // (24 * HOUR_MS) + 2


def zone_of(personal: Personal, user: User, account_zone: str) -> str | None:
    """Return the zone by whose wall a user is due; None: of an unknown one, nobody is."""
    return user.zone or (account_zone if personal.unknown_zone == "account" else None)


def due_ms(
    personal: Personal,
    wall: datetime,
    user: User,
    *,
    begins_ms: int,
    account_zone: str,
    done_ms: Iterable[int] = (),
) -> int | SkipReason:
    """Return when a user is due in the run of a slot, or why the user gets nothing of it.

    `wall` is the slot, without a zone; nobody is due before `begins_ms`. `done_ms`: when the user
    did the event of a best time.
    """
    zone = zone_of(personal, user, account_zone)
    if zone is None:
        return SkipReason.ZONE_UNKNOWN
    at = _wall(personal, wall, user, done_ms, zone)
    at_ms = resolve_local(at.date(), at.time(), zone)
    if at_ms >= begins_ms:
        return at_ms
    if personal.past == "drop":
        return SkipReason.TIME_PASSED
    return next_day_ms(at, zone, begins_ms)


def cutoff_ms(wall: datetime, cutoff: time, zone: str, *, due_ms: int) -> int:
    """Return when a user is cut off who is due then: by the user's wall, on the day of that.

    `wall` is the slot; who is due on a later day has that day's cut-off.
    """
    while resolve_local(wall.date(), wall.time(), zone) < due_ms:
        wall += timedelta(days=1)
    return slots.cutoff_ms(wall, cutoff, zone)


def _wall(
    personal: Personal, wall: datetime, user: User, done_ms: Iterable[int], zone: str
) -> datetime:
    if isinstance(personal, UserZone):
        return wall
    if isinstance(personal, UserProperty):
        minute = _minute(user.traits.get(personal.property))
    else:
        minute = _best_minute(wall, done_ms, zone)
    if minute is not None:
        return datetime.combine(wall.date(), time(*divmod(minute, 60)))
    if personal.otherwise is not None:
        return datetime.combine(wall.date(), time.fromisoformat(personal.otherwise))
    return datetime.combine(wall.date() + timedelta(days=1), time())


def done_since_ms(wall: datetime) -> int:
    """Return since when it counts for a run of this slot what users did."""
    return first_ms(wall) - HISTORY_DAYS * 24 * HOUR_MS


def _best_minute(wall: datetime, done_ms: Iterable[int], zone: str) -> int | None:
    """Return when the best two hours begin; None: there was nothing in the days before."""
    since_ms, day_ms = done_since_ms(wall), first_ms(wall)
    bucket = best(histogram((at for at in done_ms if since_ms <= at < day_ms), zone))
    return None if bucket is None else bucket * BUCKET_HOURS * 60


def _minute(value: Any) -> int | None:
    """Read minutes since midnight: a whole number, 0 to 1439; anything else is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < DAY_MINUTES and value == int(value) else None
