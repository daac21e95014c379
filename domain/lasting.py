"""How long it takes to send so many messages at the pace and through the throttles that hold."""

from collections.abc import Sequence
from math import ceil

from domain.campaign import Campaign
from domain.throttle import Throttle

SECOND_MS = 1_000
MINUTE_SECONDS = 60
HOUR_SECONDS = 3_600
DAY_SECONDS = 86_400


def events_each(campaign: Campaign) -> int:
    """Return how many events of the pace each message of a campaign is: see `What.identify`."""
    return 2 if campaign.what.identify else 1


def lasts_ms(
    messages: int, *, messages_per_second: int, throttles: Sequence[int], events: int | None = None
) -> int:
    """Return how many milliseconds they take at least; 0 is no pace, and takes no time.

    `throttles` are the messages that leave in 5 minutes by each that holds. `events`: how many all
    of them are for the pace, where some are more than one.
    """
    if not messages:
        return 0
    paced = messages if events is None else events
    paced = ceil(paced * SECOND_MS / messages_per_second) if messages_per_second else 0
    return max([paced, *(_throttled_ms(messages, most) for most in throttles)])


def _throttled_ms(messages: int, most: int) -> int:
    throttle = Throttle.after_start(most, 0)
    return ceil(messages / throttle.size) * throttle.length_ms


def told(lasts: int) -> str:
    """Say so many milliseconds as people do, in two units at most: `9 h 40 min`."""
    seconds = max(ceil(lasts / SECOND_MS), 1)
    if seconds < MINUTE_SECONDS:
        return f"{seconds} s"
    if seconds < HOUR_SECONDS:
        return _two(seconds, MINUTE_SECONDS, "min", 1, "s")
    if seconds < DAY_SECONDS:
        return _two(seconds, HOUR_SECONDS, "h", MINUTE_SECONDS, "min")
    return _two(seconds, DAY_SECONDS, "d", HOUR_SECONDS, "h")


def _two(seconds: int, large: int, name: str, small: int, small_name: str) -> str:
    """Round up to the smaller unit, and leave out what is none."""
    wholes, rest = divmod(ceil(seconds / small) * small, large)
    return f"{wholes} {name} {rest // small} {small_name}" if rest else f"{wholes} {name}"
