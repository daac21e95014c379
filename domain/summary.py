"""A definition in plain English, for cards and the command line: text without any markup."""

from domain.audience import EVERYONE, Node
from domain.campaign import Campaign, Delivery, DoNotDisturb, Limits, What
from domain.expiry import expires_minutes
from domain.phrases import INDENT as INDENT
from domain.phrases import describe_filters as describe_filters
from domain.phrases import quoted, shortened
from domain.rules_when import NOW, read_local, zone_of
from domain.telling import describe_node as describe_node
from domain.telling_variants import tell_variants

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def summary(campaign: Campaign, zone: str) -> list[tuple[str, str]]:
    """Return (label, text) for each side of a campaign; a text may have several lines.

    `zone` is the account's time zone.
    """
    rows = [
        ("Who", _who(campaign)),
        ("What", _what(campaign.what)),
        ("When", _when(campaign, zone)),
        ("How many", _how_many(campaign.limits)),
        ("Do not disturb", _quiet(campaign.do_not_disturb)),
        ("Control group", _control(campaign.limits)),
    ]
    if campaign.variants is not None:
        rows.insert(2, ("Variants", tell_variants(campaign.variants)))
    if campaign.delivery != Delivery():
        rows.append(("Delivery", _delivery(campaign)))
    if campaign.labels:
        rows.append(("Labels", ", ".join(campaign.labels)))
    return rows


def _who(campaign: Campaign) -> str:
    if campaign.trigger is None:
        return "Everyone" if campaign.who == EVERYONE else _fitting("Users who fit", campaign.who)
    trigger = campaign.trigger
    first = f"Whoever does {quoted(trigger.event)}{describe_filters(trigger.where)}"
    if campaign.who == EVERYONE:
        return first
    return _fitting(f"{first}, if the user also fits", campaign.who)


def _fitting(start: str, who: Node) -> str:
    """Return a sentence that ends in an audience: `... fits all of these:` and its lines below."""
    first, *rest = describe_node(who)
    if rest and not first.startswith("not"):
        return "\n".join([f"{start} {first}", *rest])
    return "\n".join([f"{start}:", INDENT + first, *(INDENT + line for line in rest)])


def _what(what: What) -> str:
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


def _when(campaign: Campaign, zone: str) -> str:
    when = campaign.when
    zone = zone_of(when, zone)
    if campaign.kind == "past_behaviour":
        if when.start == NOW:
            return f"Once, as soon as it is published ({zone})"
        return f"Once, on {_moment(when.start)} ({zone})"
    start = "From publishing on" if when.start == NOW else f"From {_moment(when.start)}"
    end = "until it is stopped" if when.end is None else f"until {_moment(when.end)}"
    paused = "kept and considered afterwards" if campaign.on_pause == "hold" else "dropped"
    return f"{start}, {end} ({zone})\nWhat happens during a pause is {paused}"


def _moment(text: str) -> str:
    wall = read_local(text)
    return text if wall is None else f"{_WEEKDAYS[wall.weekday()]} {wall:%Y-%m-%d} at {wall:%H:%M}"


def _how_many(limits: Limits) -> str:
    caps = [
        f"at most {cap} {per}"
        for cap, per in (
            (limits.cap_total, "in total"),
            (limits.cap_per_day, "a day"),
            (limits.cap_per_run, "a run"),
        )
        if cap is not None
    ]
    lines = [", ".join(caps).capitalize() if caps else "No cap"]
    if limits.safety_limit is not None:
        lines.append(f"Safety limit: it does not start if more than {limits.safety_limit} qualify")
    return "\n".join(lines)


def _quiet(quiet: DoNotDisturb | None) -> str:
    if quiet is None:
        return "None"
    then = "sent afterwards" if quiet.mode == "delay" else "not sent at all"
    return f"{quiet.start} to {quiet.end} where the user is; what falls due then is {then}"


def _control(limits: Limits) -> str:
    lines = []
    if limits.control_percent:
        lines.append(f"{limits.control_percent} % of those who qualify get nothing, to compare")
    if limits.control_groups:
        named = ", ".join(map(quoted, limits.control_groups))
        lines.append(f"Nor do those in the control groups {named}")
    if not limits.system_control:
        lines.append("Those in the system control group are messaged like everybody else")
    return "\n".join(lines) or "None"


def _delivery(campaign: Campaign) -> str:
    until = f"Not sent later than {_duration(expires_minutes(campaign))} after it fell due"
    if campaign.delivery.on_ambiguous == "hold":
        return f"{until}\nWhat may or may not have arrived waits for a person"
    return f"{until}\nWhat may or may not have arrived is sent again under the same id"


def _duration(minutes: int) -> str:
    if minutes % 60:
        return f"{minutes} minutes" if minutes > 1 else "a minute"
    return f"{minutes // 60} hours" if minutes > 60 else "an hour"
