"""What is allowed and yet worth a second look before a campaign is published: the gravest first."""

from collections.abc import Iterator

from msgspec import Struct

from domain import lasting
from domain.audience import EVERYONE
from domain.campaign import Campaign, Limits
from domain.schedule import is_now
from domain.telling_night import tell_night
from domain.tight import tight

MANY_PERCENT_MIN = 20
"""From so large a part of all users on, the part itself is worth a second look."""
LONG_MS_MIN = 3_600_000
PERCENT = 100


class Found(Struct, frozen=True):
    """What is known of a campaign beyond its content, once its reach was counted.

    `qualified` of `everybody` there is; `lasts_ms` is how long a run takes, 0 where nothing says;
    `tried` is what came of its content for some users, `noted` what its times do. `begins_ms`: when
    its next run would begin, if it were published now; None: no run begins by itself. `zone` is the
    account's.
    """

    qualified: int = 0
    everybody: int = 0
    lasts_ms: int = 0
    tried: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    begins_ms: int | None = None
    zone: str = "UTC"


NOTHING = Found()


def cautions(campaign: Campaign, found: Found = NOTHING) -> list[str]:
    """Return a sentence for each; most campaigns have some, and mean it."""
    return [
        *found.tried,  # a slip, where all else may be meant
        *_bounds(campaign, found),
        *_moments(campaign, found),
        *tight(campaign),
        *found.noted,
        *_content(campaign),
    ]


def _bounds(campaign: Campaign, found: Found) -> Iterator[str]:
    """Say what lets it reach more people than anybody thought of."""
    limits = campaign.limits
    live = campaign.kind == "live"
    if not live and campaign.who == EVERYONE:
        yield "It is for every user there is: nobody asked for a condition."
    elif found.qualified * PERCENT >= found.everybody * MANY_PERCENT_MIN > 0:
        percent = round(found.qualified * PERCENT / found.everybody)
        of = f"{found.qualified:,} of {found.everybody:,} qualify"
        yield f"It is for {percent} % of all users: {of}."
    if not _is_capped(limits):
        yield "It has no cap: however many fit, they all get it."
    guard = limits.safety_per_hour if live else limits.safety_limit
    if guard is None:
        then = "pause it" if live else "hold it"
        yield f"It has no safety limit that would {then} if far more fit than you expect."
    if live and limits.per_user_max is None and limits.per_user_minutes is None:
        first = campaign.trigger is not None and campaign.trigger.first_time
        if not first:
            yield "A user gets it each time: nothing says how often at most."
    if limits.ignore_global:
        yield "The limits over all campaigns do not hold for it."


def _moments(campaign: Campaign, found: Found) -> Iterator[str]:
    """Say what lets it reach people when nobody wants it to."""
    when = campaign.when
    if campaign.do_not_disturb is None:
        yield "It has no do-not-disturb: it may reach people at night."
    begins_ms = found.begins_ms
    night = "" if begins_ms is None else tell_night(campaign, begins_ms, found.zone)
    if night:
        begins = "If it is published now," if is_now(when) else "When its next run begins,"
        yield f"{begins} {night}."
    endless = when.end is None and campaign.limits.cap_total is None
    if endless and (campaign.kind == "live" or when.repeat is not None):
        yield "It has no end: it goes on until somebody stops it."
    if found.lasts_ms >= LONG_MS_MIN:
        takes = lasting.told(found.lasts_ms)
        yield f"Sending takes {takes} at the pace and the throttles that hold."
    if campaign.kind != "live" and is_now(when):
        yield "It is sent as soon as it is published."


def _content(campaign: Campaign) -> Iterator[str]:
    """Say what makes the message or its report worth less than it could be."""
    what, limits = campaign.what, campaign.limits
    own = campaign.variants is not None
    if not (what.key_values or what.profile or what.event_properties or own):
        yield "The message carries no key-values and nothing of the profile."
    if campaign.goal is not None and not limits.control_percent and not limits.control_groups:
        yield "It has a goal and no control group of its own to compare with."


def _is_capped(limits: Limits) -> bool:
    return any((limits.cap_total, limits.cap_per_day, limits.cap_per_run))
