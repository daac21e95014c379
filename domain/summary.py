"""A definition in plain English, for cards and the command line: text without any markup."""

from domain import lasting
from domain.audience import EVERYONE, Node
from domain.campaign import Campaign, Delivery, Limits, What
from domain.expiry import expires_minutes
from domain.goal import Goal
from domain.phrases import INDENT as INDENT
from domain.phrases import counted, duration, quoted, shortened
from domain.phrases import describe_filters as describe_filters
from domain.telling import describe_node as describe_node
from domain.telling_limits import tell_limits, tell_quiet
from domain.telling_trigger import tell_trigger
from domain.telling_variants import tell_variants
from domain.telling_when import tell_when

MANY = 10_000
"""Messages: of so many is told how long they take, where no cap says how many there may be."""


def summary(
    campaign: Campaign, zone: str, caps: Limits | None = None, *, reach: int | None = None
) -> list[tuple[str, str]]:
    """Return (label, text) for each side of a campaign; a text may have several lines.

    `zone` is the account's time zone. `caps`: its limits as they are now, if a cap was lowered.
    `reach`: so many get a message now, where that was counted.
    """
    rows = [
        ("Who", _who(campaign)),
        ("What", tell_what(campaign.what)),
        ("When", tell_when(campaign, zone)),
        ("How many", tell_limits(campaign.limits, caps)),
        ("Do not disturb", tell_quiet(campaign.do_not_disturb)),
        ("Control group", _control(campaign.limits)),
    ]
    if campaign.goal is not None:
        rows.append(("Goal", tell_goal(campaign.goal)))
    if campaign.variants is not None:
        rows.insert(2, ("Variants", tell_variants(campaign.variants)))
    if campaign.delivery != Delivery():
        rows.append(("Delivery", tell_delivery(campaign, reach)))
    if campaign.labels:
        rows.append(("Labels", ", ".join(campaign.labels)))
    return rows


def _who(campaign: Campaign) -> str:
    if campaign.trigger is None:
        return "Everyone" if campaign.who == EVERYONE else _fitting("Users who fit", campaign.who)
    who, *rest = tell_trigger(campaign.trigger)
    fits = who
    if campaign.who != EVERYONE:
        fits = _fitting(f"{who}, if the user also fits", campaign.who)
    return "\n".join([fits, *rest])


def _fitting(start: str, who: Node) -> str:
    """Return a sentence that ends in an audience: `... fits all of these:` and its lines below."""
    first, *rest = describe_node(who)
    if rest and not first.startswith("not"):
        return "\n".join([f"{start} {first}", *rest])
    return "\n".join([f"{start}:", INDENT + first, *(INDENT + line for line in rest)])


def tell_what(what: What) -> str:
    """Return what Segment receives, the event and its parts, one a line."""
    sent = [
        name
        for name, included in (
            ("email", what.email),
            ("identity", what.identity),
            ("object id", what.object_id),
            ("push tokens", what.push_tokens),
        )
        if included
    ]
    lines = [quoted(what.event) + (f" with {' and '.join(sent)}" if sent else "")]
    for label, keys in (
        ("profile", what.profile),
        ("event properties", what.event_properties),
        ("identify call with", what.identify),
    ):
        if keys:
            lines.append(f"{label}: {'all' if keys == ('*',) else ', '.join(keys)}")
    for key, template in what.key_values.items():
        needed = " (required)" if key in what.required else ""
        lines.append(f"{key}{needed}: {' '.join(shortened(template).split())}")
    return "\n".join(lines)


def _control(limits: Limits) -> str:
    lines = []
    if limits.control_percent:
        lines.append(f"{limits.control_percent} % of those who qualify get nothing, to compare")
    if limits.control_groups:
        named = ", ".join(map(quoted, limits.control_groups))
        lines.append(f"Nor do those in the control groups {named}")
    if not limits.system_control:
        lines.append("Those in the system control group are messaged like everybody else")
    return "\n".join(lines) or "None of its own; the system control group gets nothing"


def tell_goal(goal: Goal) -> str:
    """Return what users should do afterwards, and until when it counts."""
    first = f"{quoted(goal.event)}{describe_filters(goal.where)}"
    lines = [f"{first}, within {_window(goal.window_minutes)} of the message"]
    if goal.revenue:
        lines.append(f"Revenue: the sum of its {quoted(goal.revenue)}")
    return "\n".join(lines)


def _window(minutes: int) -> str:
    for size, word in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0:
            return f"{minutes // size} {word}{'s' if minutes > size else ''}"
    raise AssertionError("a minute is a whole minute")


def _takes(campaign: Campaign, most: int, reach: int | None) -> str:
    """Say how long a throttle takes for those it reaches, or for a full cap, or for very many."""
    if reach:
        lasts_ms = lasting.lasts_ms(reach, messages_per_second=0, throttles=[most])
        takes = "takes" if reach == 1 else "take"
        return f"the {reach:,} that it reaches now {takes} {lasting.told(lasts_ms)}"
    limits = campaign.limits
    caps = [n for n in (limits.cap_per_run, limits.cap_per_day, limits.cap_total) if n is not None]
    lasts_ms = lasting.lasts_ms(min(caps, default=MANY), messages_per_second=0, throttles=[most])
    what = f"a full cap of {min(caps):,} takes" if caps else f"{MANY:,} take"
    return f"{what} {lasting.told(lasts_ms)}"


def tell_delivery(campaign: Campaign, reach: int | None = None) -> str:
    """Return how long a message is tried, and how fast they leave; `reach`: see `summary`."""
    delivery = campaign.delivery
    lines = [f"Not sent later than {duration(expires_minutes(campaign))} after it fell due"]
    if delivery.on_ambiguous == "hold":
        lines.append("What may or may not have arrived waits for a person")
    else:
        lines.append("What may or may not have arrived is sent again under the same id")
    if (most := delivery.messages_per_5_minutes) is not None:
        takes = _takes(campaign, most, reach)
        lines.append(f"No faster than {counted(most, 'message')} in 5 minutes: {takes}")
    if delivery.anonymous:
        lines.append("Also to anonymous users, of whom only a device is known: to its anonymousId")
    return "\n".join(lines)
