"""The estimated reach of a campaign, step by step, in the order in which a run would decide.

Each step takes its users from what the step before it left.
"""

from collections.abc import Iterator

from msgspec import Struct

from actors.mail_audience import Estimate
from actors.over_limits import NOBODY, Over
from domain import lasting
from domain.campaign import Campaign
from domain.expiry import MINUTE_MS, expires_minutes
from domain.nevers import never_lines
from domain.personal import days_max
from domain.phrases import duration
from store.audience import Reach

EVERYBODY = 100
"""Per cent."""


class Speed(Struct, frozen=True):
    """How fast all campaigns together may send; 0 is no limit."""

    messages_per_second: int = 0
    messages_per_5_minutes: int = 0


def estimate(
    campaign: Campaign,
    reach: Reach,
    over: Over = NOBODY,
    *,
    is_kept: bool,
    took_ms: int,
    speed: Speed = Speed(),  # noqa: B008 - it is frozen
    cut_off_after_ms: int | None = None,
) -> Estimate:
    """Return the steps. `is_kept`: the campaign has an id, by which its own control group falls.

    `cut_off_after_ms`: so long a run has until its cut-off.
    """
    limits = campaign.limits
    caps = [n for n in (limits.cap_total, limits.cap_per_run) if n is not None]
    if (by_day := _by_day(campaign)) is not None:
        caps.append(by_day)
    limited = over.share(over.refused, reach.reachable)
    free = reach.reachable - limited
    expected = min([free, *caps])
    return Estimate(
        qualified=reach.qualified,
        control=sum(reach.control.values()),
        control_of={group: n for group, n in reach.control.items() if n},
        outside=reach.outside,
        unreachable=reach.unreachable,
        limited=limited,
        capped=free - expected,
        expected=expected,
        took_ms=took_ms,
        rate=_rate(campaign, expected, speed),
        lasts_ms=_lasts_ms(campaign, expected, speed),
        everybody=reach.everybody,
        notes=(
            *_notes(campaign, reach, over, expected, speed, is_kept=is_kept),
            *_cut_off(_lasts_ms(campaign, expected, speed), cut_off_after_ms),
        ),
    )


def _by_day(campaign: Campaign) -> int | None:
    """Return how many a cap of each day lets through in a run at most; None: there is none."""
    a_day, personal = campaign.limits.cap_per_day, campaign.when.personal
    return None if a_day is None or personal is None else a_day * days_max(personal)


def _lasts_ms(campaign: Campaign, messages: int, speed: Speed) -> int:
    house = 0 if campaign.limits.ignore_global else speed.messages_per_5_minutes
    own = campaign.delivery.messages_per_5_minutes or 0
    return lasting.lasts_ms(
        messages,
        messages_per_second=speed.messages_per_second,
        throttles=[most for most in (house, own) if most],
        events=messages * lasting.events_each(campaign),
    )


def _rate(campaign: Campaign, messages: int, speed: Speed) -> str:
    """Say how long a run takes; empty where nothing says how fast it is, or there is no message."""
    lasts_ms = _lasts_ms(campaign, messages, speed)
    return f"At this rate it takes {lasting.told(lasts_ms)}" if lasts_ms else ""


def _notes(
    campaign: Campaign, reach: Reach, over: Over, expected: int, speed: Speed, *, is_kept: bool
) -> Iterator[str]:
    """Yield what the steps do not show, each without its full stop."""
    limits = campaign.limits
    if limits.safety_limit is not None and reach.qualified > limits.safety_limit:
        yield (
            f"A run now would be held by the safety check: {reach.qualified:,} qualify, control"
            f" included, and the limit is {limits.safety_limit:,}. Nobody would get a message until"
            " somebody decides"
        )
    if _by_day(campaign) is not None:
        yield (
            f"At most {limits.cap_per_day:,} of them are due on each day of the account: who comes"
            " too late on a day gets nothing, so there may be fewer"
        )
    if over.asked < reach.reachable and over != NOBODY:
        yield (
            f"Who is over a limit was counted of a random {over.asked:,} users, and the number is"
            " what that comes to for all of them"
        )
    if waiting := over.share(over.waiting, reach.reachable):
        yield (
            f"{waiting:,} of those who get a message have had as many as the limits over all"
            " campaigns allow: theirs waits until they allow it"
        )
    if _lasts_ms(campaign, expected, speed) > (minutes := expires_minutes(campaign)) * MINUTE_MS:
        yield (
            f"That is longer than {duration(minutes)}, after which a message expires: what is not"
            " sent by then is not sent at all"
        )
    if limits.portion_percent != EVERYBODY and not is_kept:
        yield (
            f"Who is in the portion of {limits.portion_percent} % is drawn anew for each campaign,"
            " so the steps of a campaign made of this differ a little"
        )
    if limits.control_percent and not is_kept:
        yield (
            f"Who is in the campaign's own control group ({limits.control_percent} %) is drawn anew"
            " for each campaign, so the steps of a campaign made of this differ a little"
        )
    yield from never_lines(campaign.who)


def _cut_off(lasts_ms: int, after_ms: int | None) -> Iterator[str]:
    """Say that a run is cut off before all of it is sent."""
    if after_ms is not None and lasts_ms > after_ms:
        yield (
            f"A run is cut off after {lasting.told(after_ms)}: what is not sent by then is not sent"
            " at all"
        )
