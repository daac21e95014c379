"""When a message may go, by the limits on what one user gets; or why it never will.

The order is the rule (BEHAVIOUR, 8): how often this campaign may reach the user, then what the
operator allows over all campaigns, and do-not-disturb after both. So a user who has had enough is
told no at once, also at night. What waits is asked the same again at the moment at which it would
go: another message may have taken its place.
"""

from collections.abc import Sequence

from msgspec import Struct

from domain import quiet
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.frequency import MINUTE_MS, GlobalLimits, free_ms

BEGINS_MS_MAX = 5_000
"""A message begins to be sent within so long of its claim, which is the instant that is kept."""


class Had(Struct, frozen=True):
    """What a user has had, and was promised: the instants of messages that are sent or may be.

    `counted` are those over all campaigns that count; `mine` those of the campaign, within its
    interval at least, and `ever` how many it has sent or promised.
    """

    counted: Sequence[int] = ()
    mine: Sequence[int] = ()
    ever: int = 0


NOTHING = Had()


class Release(Struct, frozen=True):
    """Not before this instant; `queued`: the operator's limits moved it."""

    due_ms: int
    queued: bool = False


def asks(campaign: Campaign, house: GlobalLimits) -> bool:
    """Whether there is any limit for which one must know what a user has had."""
    limits = campaign.limits
    mine = limits.per_user_max is not None or limits.per_user_minutes is not None
    return mine or (house.bind_users and not limits.ignore_global)


def release(
    campaign: Campaign,
    house: GlobalLimits,
    had: Had,
    *,
    now_ms: int,
    zone: str,
    latest_ms: int,
    rests_until_ms: int | None = None,
    awake: bool = False,
) -> Release | SkipReason:
    """Return when a message may go that would go now, or at the end of do-not-disturb.

    `zone` is the user's, or the account's if it is unknown. No queue is longer than `latest_ms`.
    `awake`: that it is no do-not-disturb time is known already.
    """
    most = campaign.limits.per_user_max
    if most is not None and had.ever >= most:
        return SkipReason.PER_USER_LIMIT
    at_ms, queued = now_ms, False
    while True:
        if _too_soon(campaign, had, at_ms):
            return SkipReason.PER_USER_LIMIT
        free = _free_ms(campaign, house, had, at_ms, zone)
        if free > at_ms:
            if campaign.limits.over_global == "drop" or free > latest_ms:
                return _why(house, had, at_ms, zone)
            at_ms, queued = free, True
            continue
        ends = None if awake else _rests_until(campaign, at_ms, zone, rests_until_ms)
        if ends is None:
            return Release(at_ms, queued)
        at_ms = ends  # moved on only, and not for ever: the week has a free minute


def _rests_until(
    campaign: Campaign, at_ms: int, zone: str, rests_until_ms: int | None
) -> int | None:
    """Return the end of do-not-disturb after `at_ms`; of a campaign that discards, none."""
    if rests_until_ms is not None and at_ms < rests_until_ms:
        return rests_until_ms
    table = campaign.do_not_disturb
    if table is None or table.mode == "discard":
        return None
    return quiet.ends_after(table, at_ms, zone)


def _too_soon(campaign: Campaign, had: Had, at_ms: int) -> bool:
    minutes = campaign.limits.per_user_minutes
    if minutes is None:
        return False
    least_ms = minutes * MINUTE_MS + BEGINS_MS_MAX
    return any(abs(at_ms - other) < least_ms for other in had.mine)


def _free_ms(campaign: Campaign, house: GlobalLimits, had: Had, at_ms: int, zone: str) -> int:
    if campaign.limits.ignore_global:
        return at_ms
    return _house_ms(house, house.dwell_minutes, had, at_ms, zone)


def _house_ms(house: GlobalLimits, dwell_minutes: int, had: Had, at_ms: int, zone: str) -> int:
    return free_ms(house.rules, dwell_minutes, had.counted, at_ms, zone, spread_ms=BEGINS_MS_MAX)


def _why(house: GlobalLimits, had: Had, at_ms: int, zone: str) -> SkipReason:
    """Name the limit: the dwell time where it alone stands in the way."""
    alone = _house_ms(house, 0, had, at_ms, zone) == at_ms
    return SkipReason.DWELL_TIME if alone else SkipReason.FREQUENCY_LIMIT
